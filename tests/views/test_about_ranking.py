"""GET /about/ranking/"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import DriftCheck, RankingDelay, WeightReason
from papers.ranking.census import take_census
from tests.factories import at, make_paper, make_ranking_settings, make_upvote, make_user

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    response = client.get("/about/ranking/")
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def text(client: Client) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page(client)).split())


def test_a_new_site_has_the_formula_and_says_what_is_still_to_come(client: Client) -> None:
    shown = page(client)
    assert shown.count("<math") == 9
    assert "nobody has changed them" in shown
    assert "The first comparison is still to come." in shown
    assert "Nothing was measured in the last seven days." in shown
    assert "The first count is still to come." in shown
    assert "How the numbers have changed" not in shown


def test_the_formula_has_the_numbers_in_force(client: Client) -> None:
    make_ranking_settings(half_life_week=48.0, mix=0.3, prior=0.125)
    live = page(client).split("With the numbers in force")[1].split("<table")[0]
    for number in ("0.7", "0.3", "0.125", "48"):
        assert f"<mn>{number}</mn>" in live


def test_it_says_what_an_upvote_weighs_and_when_a_paper_trends(client: Client) -> None:
    make_ranking_settings(newcomer_weight=0.4, newcomer_days=11, min_voters=3)
    live = page(client).split("The weight with the numbers in force</h3>")[1].split("<h2")[0]
    for number in ("0.4", "0.6", "11"):
        assert f"<mn>{number}</mn>" in live
    shown = text(client)
    assert "as soon as 3 members have upvoted it" in shown
    for reason in ("submitted", "author", "verified", "suspended", "hold it back"):
        assert reason in shown.split("It weighs 0")[1].split("The weight with")[0]


@pytest.mark.parametrize("same", [{"newcomer_days": 0}, {"newcomer_weight": 1.0}])
def test_without_a_rise_the_weight_is_one(client: Client, same: dict[str, float]) -> None:
    make_ranking_settings(**same, min_voters=1)
    live = page(client).split("The weight with the numbers in force</h3>")[1].split("<h2")[0]
    assert re.findall(r"<mn>(.*?)</mn>", live) == ["1"]
    assert "as soon as 1 member has upvoted it" in text(client)


def test_every_formula_that_may_be_wider_than_a_telephone_scrolls_by_the_keyboard(
    client: Client,
) -> None:
    shown = page(client)
    boxes = re.findall(r'<div class="prose formula"[^>]*>', shown)
    assert len(boxes) == 5
    for box in boxes:
        assert 'tabindex="0"' in box
        assert 'role="region"' in box
        assert re.search(r'aria-label="[^"]+"', box)


def test_each_number_stands_with_what_it_does(client: Client) -> None:
    make_ranking_settings(min_voters=7, hide_counts_hours=11)
    shown = text(client)
    assert (
        "voters to trend Members whose upvotes count that a paper needs before it may trend. 7"
        in shown
    )
    assert "0 shows it at once. 11" in shown


def test_it_tells_since_when_and_why_and_what_was_before(client: Client) -> None:
    make_ranking_settings(half_life_week=30.0, applied_at=at("2025-03-01 10:00"))
    newest = make_ranking_settings(
        half_life_week=30.0, newcomer_days=14, applied_at=at("2025-03-02 11:30")
    )
    newest.reason = "Too many <b>new</b> accounts."
    newest.save()
    make_ranking_settings(half_life_week=99.0, applied_at=None)
    shown = text(client)
    assert "Since 2 March 2025, 11:30 UTC. The reason: Too many &lt;b&gt;new" in shown
    assert "days to full weight: 14 instead of 7" in shown
    assert "half-life of “week”: 30 instead of 36" in shown
    assert "99" not in shown.split("How the numbers have changed")[1]


def test_it_tells_the_newest_comparison(client: Client) -> None:
    now = timezone.now()
    DriftCheck.objects.create(checked_at=now, papers=1234, drifting=0, pending=2)
    DriftCheck.objects.create(checked_at=now - timedelta(days=1), papers=9, drifting=3, pending=0)
    shown = text(client)
    assert "the stored figures of 1,234 papers were compared with their upvotes" in shown
    assert "None had drifted." in shown
    assert "2 more had changes of just then" in shown


def test_it_does_not_hide_a_drift(client: Client) -> None:
    DriftCheck.objects.create(checked_at=timezone.now(), papers=9, drifting=3, pending=0)
    assert "3 papers had drifted." in text(client)


def test_it_tells_how_soon_votes_are_ranked(client: Client) -> None:
    today = timezone.now().date()
    RankingDelay.objects.create(day=today, seconds=1.0, votes=1995)
    RankingDelay.objects.create(day=today, seconds=10.0, votes=5)
    shown = text(client)
    assert "Of the 2,000 changes of upvotes in the last seven days, 99.75 % were" in shown
    assert "99 % 1 s" in shown


def test_it_tells_the_votes_set_aside_in_counts_only(client: Client) -> None:
    paper, voter = make_paper(), make_user("a-very-private-voter")
    make_upvote(voter, paper, weight=0, weight_reason=WeightReason.QUARANTINED)
    take_census(timezone.now())
    shown = text(client)
    assert "counts once moderators have released the account 1" in shown
    assert voter.username not in shown


def test_every_page_leads_there(client: Client) -> None:
    assert 'href="/about/ranking/"' in client.get("/new/").content.decode()
