"""Every kind of page, wide and narrow, light and dark: axe finds nothing, nothing sticks out."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.steps import log_in
from tests.factories import make_paper
from tests.site.pages import (
    Community,
    failing_pages,
    form_pages,
    make_community,
    member_pages,
    readable_pages,
)

# Widths in CSS pixels. 320 is also what 1280 becomes at 400 %, 640 at 200 %.
LOOKS = [(1280, "light"), (1280, "dark"), (390, "dark"), (320, "light")]
ABOVE_THE_FOLD = 800


@pytest.fixture
def community(transactional_db: None) -> Community:
    return make_community()


@pytest.fixture(params=LOOKS, ids=[f"{width}-{theme}" for width, theme in LOOKS])
def look(request: pytest.FixtureRequest, browser: Browser, live_server: object) -> Iterator[Page]:
    """A page of a width and theme, without this suite's guard: error pages log an error."""
    width, theme = request.param
    context = browser.new_context(
        base_url=str(live_server),
        color_scheme=theme,
        reduced_motion="reduce",
        viewport=ViewportSize(width=width, height=ABOVE_THE_FOLD),
    )
    yield context.new_page()
    context.close()


def check(page: Page, kind: str, url: str) -> list[str]:
    """What is wrong with the page at `url`, a line each."""
    page.goto(url)
    wrong = [
        f"{kind}: {violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{kind}: wider than the window")
    return wrong


def test_pages_of_visitors(look: Page, community: Community) -> None:
    pages = readable_pages(community) | form_pages()
    pages |= {kind: url for kind, (url, _status) in failing_pages(community).items()}
    wrong = [line for kind, url in pages.items() for line in check(look, kind, url)]
    assert wrong == []


def test_pages_of_members(look: Page, community: Community) -> None:
    log_in(look, "alice")
    pages = member_pages(community)
    pages |= {
        kind: url
        for kind, url in readable_pages(community).items()
        if kind in ("front", "daily", "paper", "public list")
    }
    wrong = [line for kind, url in pages.items() for line in check(look, kind, url)]
    assert wrong == []


def test_days_that_are_still_to_come(look: Page, transactional_db: None) -> None:
    wednesday = datetime(2026, 11, 18, 12, tzinfo=UTC)  # in the middle of its week
    with time_machine.travel(wednesday):
        make_paper()
        assert check(look, "daily", "/daily/2026-11-18/") == []
        expect(look.locator(".strip__bar--ahead")).to_have_count(4)


def test_the_main_job_needs_no_mouse(page: Page, community: Community) -> None:
    """Search, upvote and save by keyboard alone, the focus visible and kept all the way."""
    log_in(page, "bob")
    page.goto("/search/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    tab_to(page, "searchbox", "Search papers")
    page.keyboard.type("new paper")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Papers with “new paper”")

    tab_to(page, "button", "Upvote")
    page.keyboard.press("Enter")
    pressed = page.get_by_role("button", name="Remove upvote").first
    expect(pressed).to_be_focused()  # after the swap, so that Enter again takes it back
    outline = pressed.evaluate("button => getComputedStyle(button).outlineStyle")
    assert outline == "solid"

    tab_to(page, "button", "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Saved").first).to_be_focused()


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the focus is on an element of this role and the beginning of this name."""
    wanted = page.get_by_role(role, name=name)  # type: ignore[arg-type]
    for _press in range(60):
        page.keyboard.press("Tab")
        if any(element.evaluate("e => e === document.activeElement") for element in wanted.all()):
            return
    raise AssertionError(f"{role} “{name}” cannot be reached with Tab")
