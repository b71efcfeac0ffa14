"""The account menu, the theme, and the question about one's upvotes, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.steps import log_in
from tests.factories import make_paper, make_user


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice")


def test_the_account_menu_opens_and_closes_by_keyboard_and_mouse(page: Page, alice: User) -> None:
    log_in(page, "alice")
    menu, entry = page.locator("[data-menu]"), page.get_by_role("link", name="Settings")
    summary = menu.locator("summary")
    expect(entry).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Profile")).to_be_focused()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(entry).to_be_hidden()
    summary.click()
    entry.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_the_question_comes_with_the_first_upvote_and_goes_with_the_answer(
    page: Page, alice: User
) -> None:
    make_paper()
    log_in(page, "alice")
    page.goto("/new/")
    question = page.get_by_text("Your upvotes are private. Show them on your profile?")
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Upvote").first.click()
    expect(question).to_be_visible()
    expect(page.get_by_role("button", name="Remove upvote").first).to_be_visible()
    page.get_by_role("button", name="Keep them private").click()
    expect(page.get_by_text("Your upvotes stay private.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("upvotes are private")).to_be_hidden()
    assert User.objects.get().votes_public is False


def test_a_saved_theme_holds_whatever_was_toggled_in_this_browser_before(
    page: Page, alice: User
) -> None:
    html = page.locator("html")
    page.goto("/")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(html).to_have_attribute("data-theme", "dark")
    log_in(page, "alice")
    expect(html).to_have_attribute("data-theme", "dark")
    page.goto("/settings/preferences/")
    page.get_by_label("Theme").select_option("light")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your preferences are saved.")).to_be_visible()
    expect(html).to_have_attribute("data-theme", "light")
    page.goto("/")
    expect(html).to_have_attribute("data-theme", "light")


def test_a_compact_listing_leaves_out_the_abstracts(page: Page, alice: User) -> None:
    make_paper("A paper with an abstract", abstract_text="We show that rows can be short.")
    log_in(page, "alice")
    page.goto("/new/")
    row = page.locator("article[data-paper]").first
    excerpt = page.get_by_text("We show that rows can be short.")
    expect(excerpt).to_be_visible()
    tall = row.bounding_box()
    User.objects.update(density="compact")
    page.reload()
    expect(excerpt).to_be_hidden()
    short = row.bounding_box()
    assert tall
    assert short
    assert short["height"] < 0.7 * tall["height"]
