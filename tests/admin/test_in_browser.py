"""The admin in Chromium: everything runs under the site's content security policy.

A refused script or style is an error in the console, and the fixtures fail a test for each.
"""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from papers.models import Paper
from papers.services.members import quarantine_member
from tests.factories import make_moderator, make_paper, make_tag, make_upvote, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Page:
    """A page on which root is logged in."""
    client = Client()
    client.force_login(make_moderator("root", is_superuser=True))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return context.new_page()


def test_the_policy_allows_nothing_inline(client: Client) -> None:
    client.force_login(make_moderator("carol"))
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_papers_are_narrowed_to_a_tag_that_is_found_by_typing(page: Page) -> None:
    make_paper("About learning", tags=[make_tag("cs.LG")])
    make_paper("About graphs", tags=[make_tag("math.CO")])
    page.goto("/admin/papers/paper/")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    page.locator(".autocomplete-filter .select2-selection").click()
    page.locator(".select2-search__field").fill("cs.L")
    page.get_by_role("option", name="cs.LG").click()
    page.locator(".autocomplete-filter").get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(rf"tag={make_tag('cs.LG').pk}$"))
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("About learning")
    expect(page.locator(".autocomplete-filter .select2-selection")).to_contain_text("cs.LG")


def test_papers_are_hidden_from_the_list(page: Page) -> None:
    paper, other = make_paper("To be hidden"), make_paper("To stay")
    page.goto("/admin/papers/paper/")
    page.get_by_role("checkbox", name="Select this object for an action - To be hidden").check()
    expect(page.locator(".action-counter")).to_have_text("1 of 2 selected")
    page.get_by_label("Action:").select_option("hide_papers")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("h1")).to_have_text("Hide papers")
    page.get_by_label("Reason").fill("Advertising.")
    page.get_by_role("button", name="Hide").click()
    expect(page.locator(".messagelist")).to_contain_text("1 paper is hidden.")
    states = {row.pk: row.state for row in Paper.objects.all()}
    assert states == {paper.pk: "hidden", other.pk: "listed"}


def test_tags_are_chosen_by_typing(page: Page) -> None:
    paper = make_paper("To be tagged")
    page.goto(f"/admin/papers/paper/{paper.pk}/change/")
    page.locator(".field-carried_tags .select2-selection").click()
    page.keyboard.type("cs.LG")
    page.get_by_role("option", name="cs.LG").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert [tag.code for tag in paper.tags.all()] == ["cs.LG"]


def test_the_page_to_moderate_a_member_fits_a_narrow_window(page: Page) -> None:
    bob = make_user("bob")
    reason = "Upvotes of a ring: " + "https://papers.example.org/" + "evidence-" * 20
    quarantine_member(member=bob, moderator=make_moderator("carol"), reason=reason)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"/admin/accounts/user/{bob.pk}/moderate/")
    expect(page.locator(".wide table")).to_contain_text("Upvotes of a ring")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/papers/tag/",
        "/admin/papers/tag/add/",
        "/admin/papers/upvote/",
        "/admin/papers/readinglist/",
        "/admin/papers/paperheat/",
        "/admin/papers/rankingsnapshot/",
        "/admin/papers/moderationlogentry/",
        "/admin/papers/sourcerecord/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        "/admin/account/emailaddress/",
        "/admin/auth/group/add/",
    ],
)
def test_a_page_opens_without_an_error_in_the_console(page: Page, path: str) -> None:
    make_upvote(make_user("bob"), make_paper())
    response = page.goto(path, wait_until="networkidle")
    assert response is not None
    assert response.status == 200
    expect(page.locator("h1")).to_have_count(1)
