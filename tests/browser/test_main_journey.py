"""The main job, as a person does it: sign up, verify, upvote, see it ranked, keep the paper."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from papers.models import Paper, Upvote
from papers.ranking.refresh import refresh_all
from tests.browser.steps import keys_on_page, log_in, upvotes_of
from tests.eventually import eventually
from tests.factories import make_paper, make_upvote, make_user
from tests.workers import Workers


@pytest.fixture
def contenders(transactional_db: None) -> tuple[Paper, Paper]:
    """Two papers listed together: the second is ahead by a hair, so that one upvote decides."""
    listed_at = timezone.now() - timedelta(hours=2)
    behind = make_paper("The challenger", listed_at=listed_at)
    ahead = make_paper("The leader", listed_at=listed_at)
    for number in range(3):
        voter = make_user()
        for paper, minutes in ((behind, 10), (ahead, 30)):
            cast_at = listed_at + timedelta(minutes=minutes + number)
            make_upvote(voter, paper, first_cast_at=cast_at)
    refresh_all(timezone.now())
    return behind, ahead


def order(page: Page) -> list[str]:
    page.goto("/")
    return keys_on_page(page)


@pytest.mark.usefixtures("mail_in_files")
def test_sign_up_verify_upvote_and_see_the_order_move(
    page: Page, workers: Workers, contenders: tuple[Paper, Paper]
) -> None:
    behind, ahead = contenders
    workers.start()

    page.goto("/accounts/signup/")
    page.get_by_label("User name").fill("dora")
    page.get_by_label("Email").fill("dora@example.org")
    page.get_by_label("Password").fill("a rather long password")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")

    # Before the address is verified an upvote is kept, but does not count.
    page.goto("/")
    row = page.locator(f'[data-paper="{behind.key}"]')
    row.get_by_role("button", name="Upvote").click()
    expect(row.get_by_role("button", name="Remove upvote")).to_be_visible()
    expect(row.get_by_text("counts once")).to_be_visible()
    assert upvotes_of(page, behind.key) == 3

    page.goto("/dev/mail/")
    page.get_by_role("row", name="dora@example.org").get_by_role("link").click()
    page.get_by_role("main").get_by_role("link", name="/accounts/confirm-email/").click()
    page.get_by_role("main").get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Your address is verified")).to_be_visible()

    # The count is right at the next request, the order when the worker has ranked the vote.
    page.goto("/")
    assert upvotes_of(page, behind.key) == 4
    eventually(lambda: order(page) == [behind.key, ahead.key], timeout=20)


def test_an_upvote_moves_the_order_within_five_seconds(
    page: Page, workers: Workers, contenders: tuple[Paper, Paper]
) -> None:
    behind, ahead = contenders
    # Wait until the worker works: a vote of before is ranked.
    workers.start()
    probe = make_paper("A probe")
    make_user("dora")
    log_in(page, "dora")
    page.goto(probe.get_absolute_url())
    page.get_by_role("button", name="Upvote").click()
    expect(page.get_by_role("button", name="Remove upvote")).to_be_visible()
    eventually(lambda: Upvote.objects.count() == 7, timeout=5)
    eventually(lambda: probe_is_ranked(probe), timeout=20)

    assert order(page)[:2] == [ahead.key, behind.key]
    row = page.locator(f'[data-paper="{behind.key}"]')
    row.get_by_role("button", name="Upvote").click()
    expect(row.locator("[data-upvotes]")).to_have_attribute("data-upvotes", "4")
    eventually(lambda: order(page)[:2] == [behind.key, ahead.key], timeout=5)


def probe_is_ranked(probe: Paper) -> bool:
    return Paper.objects.filter(pk=probe.pk, heat__upvotes=1).exists()


def test_a_vote_while_the_worker_is_down_is_ranked_when_it_is_back(
    page: Page, workers: Workers, contenders: tuple[Paper, Paper]
) -> None:
    behind, ahead = contenders
    make_user("dora")
    log_in(page, "dora")
    page.goto("/")
    row = page.locator(f'[data-paper="{behind.key}"]')
    row.get_by_role("button", name="Upvote").click()
    expect(row.locator("[data-upvotes]")).to_have_attribute("data-upvotes", "4")
    assert order(page) == [ahead.key, behind.key]
    assert upvotes_of(page, behind.key) == 4
    workers.start()
    eventually(lambda: order(page) == [behind.key, ahead.key], timeout=20)
    assert upvotes_of(page, behind.key) == 4


@pytest.mark.allow_console_errors  # the stranger's 404 is one
def test_saving_into_a_new_private_list_that_a_stranger_cannot_see(
    page: Page, context: BrowserContext, browser: Browser, contenders: tuple[Paper, Paper]
) -> None:
    behind, _ahead = contenders
    make_user("dora")
    log_in(page, "dora")
    page.goto(behind.get_absolute_url())
    page.get_by_text("Save to a new list").click()
    page.get_by_label("Title of the new list").fill("Night reading")
    page.get_by_label("Who can see it").select_option("private")
    page.get_by_role("button", name="Save to the new list").click()
    page.get_by_role("link", name="Night reading").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Night reading")
    expect(page.get_by_role("heading", name="The challenger")).to_be_visible()
    address = page.url

    stranger = browser.new_context().new_page()
    response = stranger.goto(address)
    assert response is not None
    assert response.status == 404
    stranger.context.close()


def test_everything_works_without_javascript(
    browser: Browser, live_server: object, contenders: tuple[Paper, Paper]
) -> None:
    behind, _ahead = contenders
    make_user("dora")
    context = browser.new_context(java_script_enabled=False, base_url=str(live_server))
    page = context.new_page()
    log_in(page, "dora")
    page.goto("/")
    row = page.locator(f'[data-paper="{behind.key}"]')
    row.get_by_role("button", name="Upvote").click()
    expect(row.get_by_role("button", name="Remove upvote")).to_be_visible()
    expect(row.locator("[data-upvotes]")).to_have_attribute("data-upvotes", "4")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("button", name="Saved")).to_be_visible()
    row.get_by_role("button", name="Remove upvote").click()
    expect(row.locator("[data-upvotes]")).to_have_attribute("data-upvotes", "3")
    page.get_by_role("searchbox").fill("challenger")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Papers with “challenger”")
    context.close()
