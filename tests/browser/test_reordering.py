"""The owner of a list orders it: in two browsers, by dragging, by keyboard, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from papers.models import ReadingList
from papers.secret_links import token_for
from tests.browser.steps import keys_on_page, log_in
from tests.eventually import eventually
from tests.factories import make_list, make_paper, make_user

URL = "/@alice/reading/"
KEYS = [f"2501.0000{number}" for number in range(1, 7)]


@pytest.fixture
def reading(transactional_db: None) -> ReadingList:
    """Six papers, titled A to F."""
    papers = [
        make_paper(f"Paper {name}", key=key) for name, key in zip("ABCDEF", KEYS, strict=True)
    ]
    return make_list(make_user("alice"), "Reading", slug="reading", papers=papers)


def stored(reading: ReadingList) -> str:
    """The names of the papers in their order."""
    titles = reading.entries.order_by("position").values_list("paper__title", flat=True)
    return "".join(title.removeprefix("Paper ") for title in titles)


def shown(page: Page) -> str:
    return "".join("ABCDEF"[KEYS.index(key)] for key in keys_on_page(page))


def row(page: Page, name: str) -> Locator:
    return page.locator(f'[data-paper="{KEYS["ABCDEF".index(name)]}"]')


def press(page: Page, name: str, button: str) -> None:
    label = "Remove “" if button == "Remove" else f"Move “Paper {name}” {button}"
    row(page, name).get_by_role("button", name=label).click()


def drag(page: Page, name: str, onto: str, *, below: bool) -> None:
    """Drag an entry by its grip onto the upper or the lower part of another."""
    target = row(page, onto)
    box = target.bounding_box()
    assert box
    grip = row(page, name).locator("[data-grip]")
    height = box["height"] - 8 if below else 8
    grip.drag_to(target, target_position={"x": 200, "y": height})


@pytest.fixture
def two_browsers(
    new_context: Callable[..., BrowserContext], reading: ReadingList
) -> tuple[Page, Page]:
    """Two browsers of the owner, with the list as it is at first."""
    pages = []
    for _browser in range(2):
        page = new_context().new_page()
        page.set_default_timeout(10_000)
        log_in(page, "alice")
        page.goto(URL)
        pages.append(page)
    return pages[0], pages[1]


def test_different_moves_in_two_browsers_both_apply(
    two_browsers: tuple[Page, Page], reading: ReadingList
) -> None:
    first, second = two_browsers
    drag(first, "A", onto="C", below=True)
    eventually(lambda: shown(first) == "BCADEF")
    assert shown(second) == "ABCDEF"  # it has not heard of that
    drag(second, "F", onto="E", below=False)
    eventually(lambda: shown(second) == "BCADFE")
    assert stored(reading) == "BCADFE"


@pytest.mark.allow_console_errors  # an answer of 409
def test_a_move_beside_a_vanished_entry_shows_the_fresh_order(
    two_browsers: tuple[Page, Page], reading: ReadingList
) -> None:
    first, second = two_browsers
    press(first, "B", "Remove")
    eventually(lambda: shown(first) == "ACDEF")
    drag(second, "C", onto="B", below=False)
    expect(second.get_by_text("taken out of the list meanwhile")).to_be_visible()
    assert shown(second) == "ACDEF"
    # and goes on from there
    drag(second, "C", onto="D", below=True)
    eventually(lambda: shown(second) == "ADCEF")
    assert stored(reading) == "ADCEF"


def test_removing_can_be_undone_in_place(page: Page, reading: ReadingList) -> None:
    log_in(page, "alice")
    page.goto(URL)
    press(page, "C", "Remove")
    expect(page.get_by_text("Removed “Paper C”.")).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    eventually(lambda: shown(page) == "ABCDEF")
    assert stored(reading) == "ABCDEF"
    # The focus is back where it was before, not at the top of the page.
    expect(row(page, "C").get_by_role("button", name="Remove “Paper C”")).to_be_focused()


@pytest.mark.allow_console_errors  # an answer of 409
def test_an_undo_that_comes_too_late_leads_to_the_sentence_that_says_so(
    page: Page, reading: ReadingList
) -> None:
    log_in(page, "alice")
    page.goto(URL)
    press(page, "C", "Remove")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    reading.removed_entries.all().delete()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_a_list_is_ordered_by_keyboard_alone(page: Page, reading: ReadingList) -> None:
    log_in(page, "alice")
    page.goto(URL)
    down = page.get_by_role("button", name="Move “Paper A” Down")
    down.focus()
    for expected in ("BACDEF", "BCADEF", "BCDAEF"):
        page.keyboard.press("Enter")
        eventually(lambda expected=expected: shown(page) == expected)  # type: ignore[misc]
        expect(down).to_be_focused()  # after the swap, so that Enter goes on
    assert down.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"

    # At the end of the list the button stays, and keeps the focus.
    for expected in ("BCDEAF", "BCDEFA", "BCDEFA"):
        with page.expect_response(f"**{URL}entries/move/"):
            page.keyboard.press("Enter")
        eventually(lambda expected=expected: shown(page) == expected)  # type: ignore[misc]
        expect(down).to_be_focused()

    # To a number: the summary opens it, the field has the present number.
    page.locator("summary", has_text="Note, place of “Paper A”").focus()
    page.keyboard.press("Enter")
    number = row(page, "A").get_by_label("Move to number")
    number.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    eventually(lambda: shown(page) == "BACDEF")
    expect(page.get_by_role("status")).to_have_text("“Paper A” is number 2.")
    assert stored(reading) == "BACDEF"


def test_a_list_is_ordered_without_javascript(
    new_context: Callable[..., BrowserContext], reading: ReadingList
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    log_in(page, "alice")
    page.goto(URL)
    expect(page.locator("[data-grip]").first).to_be_hidden()
    press(page, "B", "Up")
    assert stored(reading) == "BACDEF"
    press(page, "F", "To the top")
    assert stored(reading) == "FBACDE"
    press(page, "A", "Remove")
    page.get_by_role("button", name="Undo").click()
    assert stored(reading) == "FBACDE"
    page.locator("summary", has_text="Note, place of “Paper C”").click()
    entry = row(page, "C")
    entry.get_by_label("Note").fill("Read *this*.")
    entry.get_by_role("button", name="Save the note").click()
    expect(page.locator("article em", has_text="this")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_member_with_the_secret_link_can_save_what_they_find_there(
    new_context: Callable[..., BrowserContext], reading: ReadingList, script: bool
) -> None:
    """A page that sends no referrer would have its own forms refused."""
    reading = make_list(
        reading.owner,
        visibility="unlisted",
        papers=[entry.paper for entry in reading.entries.all()],
    )
    bob = make_user("bob")
    page = new_context(java_script_enabled=script).new_page()
    log_in(page, "bob")
    page.goto(f"/lists/s/{token_for(reading.pk, reading.link_nonce)}/")
    row(page, "D").get_by_role("button", name="Save").click()
    expect(row(page, "D").get_by_role("button", name="Saved")).to_be_visible()
    assert bob.library_entries.get().paper.title == "Paper D"


def test_the_link_is_selected_to_be_copied(page: Page, reading: ReadingList) -> None:
    made = make_list(reading.owner, slug="unlisted", visibility="unlisted")
    log_in(page, "alice")
    page.goto(made.get_absolute_url())
    page.get_by_label("Whoever has this link").click()
    selected = page.evaluate("getSelection().toString()")
    assert selected.endswith(f"/lists/s/{token_for(made.pk, made.link_nonce)}/")


def test_entries_cannot_be_dragged_by_readers(
    browser: Browser, live_server: object, reading: ReadingList
) -> None:
    ReadingList.objects.update(visibility="public")
    context = browser.new_context(base_url=str(live_server))
    page = context.new_page()
    page.goto(URL)
    assert shown(page) == "ABCDEF"
    assert page.locator("[data-grip]").count() == 0
    context.close()
