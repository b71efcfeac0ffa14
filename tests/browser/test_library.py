"""The library by keyboard alone, with and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from papers.models import LibraryEntry, Paper
from tests.browser.steps import log_in
from tests.factories import make_list, make_paper, make_user


@pytest.fixture
def papers(transactional_db: None) -> list[Paper]:
    """Three papers in Alice's list."""
    made = [make_paper(f"Study {number} of graphs") for number in range(1, 4)]
    make_list(make_user("alice"), "Seminar", papers=made)
    return made


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the focus is on the first element of this role and name."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _press in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{role} “{name}” cannot be reached with Tab")


def statuses() -> dict[int, str]:
    return dict(LibraryEntry.objects.values_list("paper", "status"))


def test_a_status_is_set_and_cleared_by_keyboard_and_the_focus_stays(
    page: Page, papers: list[Paper]
) -> None:
    log_in(page, "alice")
    page.goto(papers[0].get_absolute_url())
    tab_to(page, "button", "Reading")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Reading", exact=True)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    assert statuses()[papers[0].pk] == "reading"
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert statuses()[papers[0].pk] == ""


def test_a_status_in_a_row_unfolds_is_chosen_and_folds_up_again(
    page: Page, papers: list[Paper]
) -> None:
    log_in(page, "alice")
    page.goto("/library/?sort=title")
    row = page.locator(f"#paper-{papers[0].pk}")
    handle = row.locator("summary")
    handle.focus()
    page.keyboard.press("Enter")
    tab_to(page, "button", "Not interested")
    page.keyboard.press("Enter")
    expect(handle).to_contain_text("Not interested")
    expect(handle).to_be_focused()
    expect(row.get_by_role("button", name="Not interested")).to_be_hidden()
    expect(row.locator(".row__authors")).to_be_hidden()
    assert statuses()[papers[0].pk] == "not_interested"


def test_a_note_is_written_and_shown_in_place(page: Page, papers: list[Paper]) -> None:
    log_in(page, "alice")
    page.goto(papers[0].get_absolute_url())
    page.get_by_text("Write a note that only you see").click()
    page.get_by_label("Your note").fill("See *table 3*.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#note em")).to_have_text("table 3")
    expect(page.get_by_text("Edit the note")).to_be_focused()
    assert LibraryEntry.objects.get(paper=papers[0]).note == "See *table 3*."


def test_a_whole_page_is_changed_by_keyboard(page: Page, papers: list[Paper]) -> None:
    log_in(page, "alice")
    page.goto("/library/")
    tab_to(page, "checkbox", "This page")
    page.keyboard.press("Space")
    ticks = page.locator("input[name=paper]")
    assert [tick.is_checked() for tick in ticks.all()] == [True, True, True]
    tab_to(page, "combobox", "With the ticked papers")
    page.keyboard.type("Reading")
    tab_to(page, "button", "Apply")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 papers changed.")).to_be_visible()
    assert set(statuses().values()) == {"reading"}


def test_one_tick_less_shows_on_the_box_for_the_page(page: Page, papers: list[Paper]) -> None:
    log_in(page, "alice")
    page.goto("/library/")
    box = page.get_by_label("This page")
    box.check()
    page.locator("input[name=paper]").first.uncheck()
    expect(box).not_to_be_checked()
    assert box.evaluate("box => box.indeterminate")
    page.locator("input[name=paper]").first.check()
    expect(box).to_be_checked()


def test_without_javascript_papers_are_ticked_one_by_one(
    browser: Browser, live_server: object, papers: list[Paper]
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(live_server))
    page = context.new_page()
    log_in(page, "alice")
    page.goto("/library/?sort=title")
    expect(page.get_by_text("This page")).to_be_hidden()
    for paper in papers[:2]:
        page.get_by_label(f"Tick “{paper.title}”").check()
    page.get_by_label("With the ticked papers").select_option(label="Take out of the library…")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take out of the library")
    page.get_by_role("button", name="Take them out").click()
    expect(page.get_by_text("2 papers changed.")).to_be_visible()
    assert set(statuses()) == {papers[2].pk}

    page.goto(papers[2].get_absolute_url())
    page.get_by_role("button", name="To read").click()
    expect(page.get_by_role("button", name="To read")).to_have_attribute("aria-pressed", "true")
    context.close()
