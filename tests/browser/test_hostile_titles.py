"""Titles made to be wide, high or painted over their neighbours leave a listing readable."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from papers.mathtext import render
from papers.ranking.refresh import refresh_all
from tests.factories import make_paper

TELEPHONE = ViewportSize(width=390, height=800)
HIGHEST_ROW = 600
# On the paper's own page, of 2,000 characters: nothing is cut there.
HIGHEST_TITLE = 4_000


def nested(opening: str, inside: str, closing: str, *, times: int = 29) -> str:
    """TeX that holds itself, as often as the converter lets it."""
    return f"${opening * times}{inside}{closing * times}$"


HOSTILE = {
    "a long space": r"$\hspace{99999em}x$",
    "many spaces": "$" + r"x\hspace{3em}" * 100 + "$",
    "many formulas of space": r"$x\hspace{4em}$ " * 120,
    "a thick line": r"$\genfrac(){9999em}{}{a}{b}$",
    "raised": r"$\raisebox{99999em}{x}$",
    "lowered": r"$\raisebox{-99999em}{x}$",
    "moved to the left": r"$x\hspace{-99999em}x\mkern-9999mu x$",
    "raised again and again": r"\(" + r"\raisebox{1em}{$" * 14 + "x" + "$}" * 14 + r"\)",
    "a tall matrix": r"$\begin{pmatrix}" + r"x\\" * 480 + r"\end{pmatrix}$",
    "many lower matrices": r"$\begin{matrix}a\\a\\a\\a\\a\end{matrix}$ " * 50,
    "a tower above": nested(r"\overset{", "x", "}{x}"),
    "a tower of bases": nested(r"\overset{x}{", "x", "}"),
    "a tower below": nested(r"\underset{x}{", "x", "}"),
    "a tower of fractions": nested(r"\cfrac{", "x", "}{y}"),
    "a tower of large powers": nested(r"x^{\displaystyle ", "x", "}"),
    "a tower of accents": nested(r"\hat{", "x", "}"),
    "roots in roots": nested(r"\sqrt{", "x", "}"),
    "a wide formula": "$" + "x" * 1400 + "$",
    "a rule": r"$\rule{99em}{99em}$ \rule{99em}{99em}",
    "large letters": r"\Huge \Huge $\Huge x$ {\Huge x}",
    "accents on accents": "Z" + "\u0301\u0489\u0336" * 600,
    "accents in a formula": "$Z" + "\u0301\u20dd" * 600 + "$",
    "scripts in scripts": "x" + "^{x" * 29 + "}" * 29,
    "one long word": "x" * 2_000,
    "many words": "word " * 400,
    "wide signs": "\ufdfd\U0001242b" * 100,
}


@pytest.fixture
def page(page: Page) -> Page:
    """A page as narrow as a telephone."""
    page.set_viewport_size(TELEPHONE)
    return page


def test_hostile_titles_leave_listings_readable(page: Page, transactional_db: None) -> None:
    now = timezone.now()
    kinds = {}
    for kind, title in HOSTILE.items():
        rendered = render(title)
        paper = make_paper(title, title_html=rendered.html, title_text=rendered.text, listed_at=now)
        kinds[paper.key] = kind
    honest = make_paper("An honest title", listed_at=now)
    refresh_all(now)
    # The front page shows the newest only, in no order among those of one moment.
    for address in ("/", reverse("papers:daily", args=[honest.listed_on])):
        page.goto(address)
        rows = page.locator(".row")
        expect(rows).not_to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        heights = {
            kinds.get(row.get_attribute("data-paper") or ""): row.evaluate(
                "row => row.offsetHeight"
            )
            for row in rows.all()
        }
        assert {kind: high for kind, high in heights.items() if high > HIGHEST_ROW} == {}
    expect(rows).to_have_count(len(HOSTILE) + 1)
    expect(page.get_by_role("link", name="An honest title")).to_be_visible()


def test_a_paper_with_a_hostile_title_has_a_page_that_fits(
    page: Page, transactional_db: None
) -> None:
    sizes = {}
    for kind, title in HOSTILE.items():
        rendered = render(title)
        paper = make_paper(title, title_html=rendered.html, title_text=rendered.text)
        page.goto(paper.get_absolute_url())
        width = page.evaluate("document.documentElement.scrollWidth")
        height = page.locator("h1").evaluate("title => title.offsetHeight")
        sizes[kind] = (width, height)
    assert {
        kind: (width, height)
        for kind, (width, height) in sizes.items()
        if width > TELEPHONE["width"] or height > HIGHEST_TITLE
    } == {}
