# ruff: noqa: RUF001 -- the mathematical look-alikes of ASCII signs are what this is about
"""The mathematics font: small, fetched only where it is used, and good for what abstracts say."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from playwright.sync_api import CDPSession, Page

from papers.mathtext import RENDER_VERSION, render_abstract
from papers.models import Paper
from tests.eventually import eventually
from tests.factories import make_paper

FONT = "papers/math.woff2"

LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = (
    "0123456789()[]{}|/+=<>,.:;!%"
    "ΓΔΘΛΞΠΣΥΦΨΩ𝛼𝛽𝛾𝛿𝜀𝜁𝜂𝜃𝜄𝜅𝜆𝜇𝜈𝜉𝜊𝜋𝜌𝜍𝜎𝜏𝜐𝜑𝜒𝜓𝜔𝜖𝜗𝜙𝜚"
    "ℝℂℕℤℚℙ𝔼𝔽𝟙ℒℋℱℛℬℰℐℳℍℎℓℏℵℜℑ𝚤𝚥"
    "∀∃∅∇∂∞∈∉∋∏∑∫∮√−±∓×⋅∘∗∙∝∥∣∧∨∩∪¬⊤⊥"
    "≤≥≠≈∼≃≅≡≪≫≲≳≺≻⊂⊃⊆⊇⩽⩾⪯⪰≔⊕⊗⊙⊢⊨⋆⋃⋂⨁⨂⋯⋮⋱…"
    "←→↑↓↔⇐⇒⇔↦⟶⟹⟺⌈⌉⌊⌋⟨⟩‖′″†ˆ˜¯˙¨ˇ˘⃗⏞⏟"
)
# Letters by alphabet: the first of each row, and those that are older than the row and stand
# elsewhere, among SIGNS.
ALPHABETS = {
    0x1D400: "",  # bold
    0x1D434: "h",  # italic
    0x1D5A0: "",  # sans-serif
    0x1D49C: "BEFHILMR" + LATIN[26:],  # script
    0x1D538: "CHNPQRZ" + LATIN[26:],  # double-struck
}
NEEDED = sorted(
    {*LATIN, *SIGNS}
    | {
        chr(first + place)
        for first, elsewhere in ALPHABETS.items()
        for place, letter in enumerate(LATIN)
        if letter not in elsewhere
    }
)


def paper_on(tex: str) -> Paper:
    return make_paper(
        abstract=tex,
        abstract_html=render_abstract(tex).html,
        render_version=RENDER_VERSION,
    )


def open_with_font(page: Page, paper: Paper) -> None:
    """Open a paper's page with its formulas in our font, however late the page received it."""
    page.goto(f"/papers/{paper.key}/")
    page.evaluate(
        """async url => {
            document.fonts.add(await new FontFace("Now", `url(${url})`).load());
            for (const formula of document.querySelectorAll("math")) {
                formula.style.fontFamily = "Now";
            }
        }""",
        static(FONT),
    )


def fonts_drawn(page: Page, text: str) -> dict[str, set[str]]:
    """Which fonts draw each character of `text` where ours is asked for, as {character: names}."""
    page.evaluate(
        """text => {
            const line = document.createElement("p");
            line.id = "line";
            line.style.fontFamily = "Now";
            for (const character of text) {
                const place = document.createElement("span");
                place.style.display = "inline-block"; // or accents join the character before
                place.textContent = character;
                line.append(place);
            }
            document.body.append(line);
        }""",
        text,
    )
    browser = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        browser.send(f"{domain}.enable")
    root = browser.send("DOM.getDocument")["root"]["nodeId"]
    nodes = browser.send("DOM.querySelectorAll", {"nodeId": root, "selector": "#line > span"})
    return {
        character: {font["familyName"] for font in _fonts(browser, node)}
        for character, node in zip(text, nodes["nodeIds"], strict=True)
    }


def _fonts(browser: CDPSession, node: int) -> list[dict[str, Any]]:
    fonts: list[dict[str, Any]] = browser.send("CSS.getPlatformFontsForNode", {"nodeId": node})[
        "fonts"
    ]
    return fonts


def test_the_font_is_small() -> None:
    data = Path(finders.find(FONT) or "").read_bytes()
    assert data.startswith(b"wOF2")
    assert len(data) <= 40_000


def test_its_licence_stands_beside_it() -> None:
    licence = Path(finders.find("papers/math-LICENSE.txt") or "").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The STIX Fonts Project Authors" in licence


@pytest.fixture
def requested(page: Page) -> list[str]:
    """The addresses that the page asks for."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


def font_status(page: Page) -> object:
    return page.evaluate(
        """() => [...document.fonts].find(face => face.family.includes("Offprint Math")).status"""
    )


def test_a_page_with_a_formula_fetches_it(
    transactional_db: None, page: Page, requested: list[str]
) -> None:
    page.goto(f"/papers/{paper_on('A bound of $x^2$ holds.').key}/")
    eventually(lambda: font_status(page) == "loaded")
    assert [url for url in requested if url.endswith(static(FONT))]


def test_a_page_without_a_formula_does_not(
    transactional_db: None, page: Page, requested: list[str]
) -> None:
    page.goto(f"/papers/{paper_on('No formula here.').key}/")
    page.wait_for_load_state("networkidle")
    assert font_status(page) == "unloaded"
    assert not [url for url in requested if "math" in url]


def test_it_has_the_characters_of_abstracts(transactional_db: None, page: Page) -> None:
    open_with_font(page, paper_on("$x$"))
    drawn = fonts_drawn(page, "".join(NEEDED))
    assert {
        character: names for character, names in drawn.items() if names != {"Offprint Math"}
    } == {}


def test_brackets_and_roots_grow(transactional_db: None, page: Page) -> None:
    tall = r"\frac{\frac{a}{b}}{\frac{c}{d}}"
    open_with_font(page, paper_on(rf"$$\left( {tall} \right) \sqrt{{ {tall} }}$$"))
    inside, bracket, root = (
        page.locator(f".prose {name}").first.bounding_box() for name in ("mfrac", "mo", "msqrt")
    )
    assert inside
    assert bracket
    assert root
    assert bracket["height"] >= inside["height"]
    assert root["height"] > inside["height"]


def test_the_arrow_of_a_vector_stands_over_its_letter(transactional_db: None, page: Page) -> None:
    open_with_font(page, paper_on(r"$\vec{M}$"))
    letter = page.locator(".prose mi").bounding_box()
    arrow = page.locator(".prose mo").bounding_box()
    assert letter
    assert arrow
    assert arrow["width"] > 5
    assert letter["x"] <= arrow["x"]
    assert arrow["x"] + arrow["width"] <= letter["x"] + letter["width"]


def test_fractions_do_not_part_the_lines_of_a_paragraph(transactional_db: None, page: Page) -> None:
    open_with_font(page, paper_on(r"Of $\frac{a}{b}$, $\frac{1}{2}$, $x_i^2$ and $\hat{y}$."))
    paragraph = page.locator(".prose p")
    box = paragraph.bounding_box()
    line = paragraph.evaluate("element => parseFloat(getComputedStyle(element).lineHeight)")
    assert box
    assert box["height"] == pytest.approx(line, abs=1)


@pytest.mark.parametrize("dollars", ["$", "$$"])
def test_a_wide_formula_scrolls_and_the_page_does_not(
    transactional_db: None, page: Page, dollars: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    formula = " + ".join(f"x_{{{number}}}" for number in range(30))
    open_with_font(page, paper_on(f"{dollars}{formula}{dollars}"))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator("math").evaluate("element => element.scrollWidth > element.clientWidth")
