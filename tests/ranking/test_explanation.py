"""The figures behind a place: right, complete, and telling nothing of a person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.models import Balance, Paper, WeightReason, Window
from papers.ranking.explanation import Explanation, explain
from papers.ranking.heat import heat_at
from papers.ranking.levels import freeze_levels
from papers.ranking.parameters import heat_parameters
from papers.ranking.refresh import refresh_all
from papers.services.moderation import hide_paper
from tests.factories import (
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db


def voted(number: int, *, hours_ago: float = 1, weight: float = 1.0, **fields: object) -> Paper:
    """A paper with so many upvotes, cast when it was listed."""
    listed_at = timezone.now() - timedelta(hours=hours_ago)
    paper = make_paper(listed_at=listed_at, **fields)  # type: ignore[arg-type]
    for _ in range(number):
        make_upvote(make_user(), paper, first_cast_at=listed_at, weight=weight)
    return paper


def why(paper: Paper, window: str = "week", balance: str = "") -> Explanation:
    fresh = Paper.objects.for_paper_page().get(pk=paper.pk)
    return explain(fresh, window, balance, timezone.now())


def places(paper: Paper, balance: str = "") -> tuple[int | None, ...]:
    found = why(paper, balance=balance).places
    assert found is not None
    return found.by_upvotes, found.by_weight, found.by_heat, found.by_balance


def test_each_factor_has_the_place_that_it_alone_gives() -> None:
    now = timezone.now()
    large, small = make_tag("cs.LG"), make_tag("math.LO")
    old = voted(6, hours_ago=100, tags=[large])
    newcomers = voted(5, hours_ago=5, weight=0.25, tags=[large])
    fresh = voted(4, hours_ago=2, tags=[large])
    lonely = voted(3, hours_ago=3, tags=[small])
    for _ in range(60):
        voted(1, hours_ago=1, tags=[large])
    make_ranking_settings(field_smoothing=0.0)
    refresh_all(now)
    freeze_levels(now)
    assert places(old)[:3] == (1, 1, 4)
    assert places(newcomers)[:3] == (2, 4, 3)
    assert places(fresh)[:3] == (3, None, 1)
    assert places(lonely)[:3] == (4, None, 2)
    # Alone in its field, a paper is exactly at the level of it; the oldest is below that of its own.
    assert [places(each)[3] for each in (fresh, newcomers, lonely, old)] == [1, 2, 3, 4]


def test_the_last_factor_is_the_rank_that_people_see() -> None:
    tags = [make_tag("cs.LG"), make_tag("math.LO"), make_tag("cs.CV")]
    papers = [voted(2 + n % 4, hours_ago=n + 1, tags=[tags[n % 3]]) for n in range(9)]
    refresh_all(timezone.now())
    freeze_levels(timezone.now())
    refresh_all(timezone.now() + timedelta(seconds=2))
    for window in Window.values:
        for balance in Balance.values:
            told = [why(paper, window, balance) for paper in papers]
            assert sorted(each.rank or 0 for each in told) == list(range(1, 10))
            for each in told:
                assert each.places is not None
                last = each.places.by_balance if balance else each.places.by_heat
                assert last == each.rank
                assert each.total == 9


def test_equal_papers_stand_in_the_order_in_which_they_came() -> None:
    listed_at = timezone.now() - timedelta(hours=1)
    twins = [make_paper(listed_at=listed_at) for _ in range(2)]
    for paper in twins:
        for _ in range(2):
            make_upvote(make_user(), paper, first_cast_at=listed_at)
    refresh_all(timezone.now())
    assert [places(paper)[:3] for paper in twins] == [(1, None, 1), (2, None, 2)]


def test_the_figures_are_those_of_the_paper() -> None:
    paper = voted(5, weight=0.5)
    refresh_all(timezone.now())
    told = why(paper, "now")
    assert told.voters == 5
    assert told.weight == pytest.approx(2.5)
    assert told.half_life_hours == 12
    assert told.heat is not None
    paper.refresh_from_db()
    h = paper.heat.h_now
    assert h is not None
    assert told.heat == pytest.approx(heat_at(h, timezone.now(), heat_parameters("now")), 1e-3)


def test_the_level_is_that_of_the_field_as_heat_now() -> None:
    tag = make_tag("cs.LG")
    paper = voted(5, tags=[tag])
    refresh_all(timezone.now())
    assert why(paper).level is None
    freeze_levels(timezone.now())
    told = why(paper)
    assert told.level == pytest.approx(told.heat, 1e-3)
    assert told.level_papers == 1


def reasons(paper: Paper) -> dict[str, int]:
    return {each.label: each.votes for each in why(paper).reasons}


def set_aside(paper: Paper, reason: WeightReason, number: int) -> None:
    for _ in range(number):
        make_upvote(make_user(), paper, weight=0, earned_weight=1.0, weight_reason=reason)


def test_weights_are_told_from_five_upvotes_on() -> None:
    paper = voted(4)
    refresh_all(timezone.now())
    assert reasons(paper) == {}
    assert why(paper).weight is None
    make_upvote(make_user(), paper, weight=0.25)
    refresh_all(timezone.now())
    assert reasons(paper) == {
        "full weight": 4,
        "less than full weight: cast by an account that was new": 1,
    }


def test_a_few_new_accounts_do_not_show_in_the_sum_of_weights() -> None:
    paper = voted(5)
    for expected in (5, 6, 6, 6):
        make_upvote(make_user(), paper, weight=0.3)
        refresh_all(timezone.now())
        assert why(paper).weight == expected
    make_upvote(make_user(), paper, weight=0.3)
    refresh_all(timezone.now())
    assert why(paper).weight == pytest.approx(6.5)


def test_neither_heat_nor_the_place_by_weight_tells_the_weight_of_a_few() -> None:
    paper = voted(1)
    make_upvote(make_user(), paper, weight=0.4)
    refresh_all(timezone.now())
    told = why(paper)
    assert told.places is not None
    assert (told.heat, told.weight, told.places.by_weight) == (None, None, None)
    for _ in range(4):
        make_upvote(make_user(), paper)
    refresh_all(timezone.now())
    told = why(paper)
    assert told.places is not None
    # One of a new account among them: a whole number, and nothing finer.
    assert (told.heat, told.weight, told.places.by_weight) == (None, 5.0, None)


def test_numbers_and_heat_are_of_one_instant() -> None:
    """Not read before: they might be replaced before the heat is read."""
    paper = voted(5)
    make_ranking_settings(half_life_week=10.0, min_voters=3)
    refresh_all(timezone.now())
    fresh = Paper.objects.for_paper_page().get(pk=paper.pk)
    with CaptureQueriesContext(connection) as queries:
        told = explain(fresh, "week", "", timezone.now())
    assert (told.half_life_hours, told.numbers.min_voters) == (10.0, 3)
    asked = [each["sql"] for each in queries if "rankingsettings" in each["sql"]]
    assert len(asked) == 1
    assert "papers_paperheat" in asked[0]


def test_upvotes_taken_back_are_not_told() -> None:
    paper = voted(5)
    make_upvote(make_user(), paper, removed_at=timezone.now())
    refresh_all(timezone.now())
    assert reasons(paper) == {"full weight": 5}


def test_a_reason_that_few_share_is_not_told_by_its_name() -> None:
    paper = voted(4)
    set_aside(paper, WeightReason.SUSPENDED, 1)
    set_aside(paper, WeightReason.SUBMITTER, 1)
    set_aside(paper, WeightReason.UNVERIFIED, 5)
    refresh_all(timezone.now())
    together = next(each for each in why(paper).reasons if each.votes == 2)
    assert "suspended or quarantined account, or one's own" in together.label
    assert reasons(paper) == {
        "full weight": 4,
        "counts once the e-mail address is verified": 5,
        together.label: 2,
    }


def test_nothing_tells_a_count_that_is_hidden() -> None:
    make_ranking_settings(hide_counts_hours=6)
    young, old = voted(7, hours_ago=1), voted(5, hours_ago=7)
    refresh_all(timezone.now())
    told = why(young)
    assert told.rank == 1
    assert told.places is not None
    assert (told.places.by_upvotes, told.places.by_weight) == (None, None)
    assert (told.voters, told.weight, told.heat, told.reasons) == (None, None, None, [])
    # Nor does the place of another, which would be second by upvotes.
    assert places(old)[:3] == (1, 1, 2)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"listed": False, "pending_since": timezone.now()}, "it waits for a moderator"),
        ({"withdrawn_at": timezone.now()}, "its authors have withdrawn it"),
        ({"listed": False}, "it was never listed"),
    ],
    ids=["pending", "withdrawn", "catalogue"],
)
def test_a_paper_that_is_not_listed_says_why_it_does_not_trend(
    fields: dict[str, object], expected: str
) -> None:
    paper = make_paper(**fields)  # type: ignore[arg-type]
    refresh_all(timezone.now())
    told = why(paper)
    assert told.rank is None
    assert told.places is None
    assert expected in told.why_not


def test_a_hidden_paper_says_that_a_moderator_hid_it() -> None:
    paper = voted(3)
    refresh_all(timezone.now())
    hide_paper(paper=paper, moderator=make_moderator(), reason="Spam.")
    refresh_all(timezone.now() + timedelta(seconds=2))
    assert "a moderator has hidden it" in why(paper).why_not


def test_a_paper_with_too_few_voters_says_how_many_it_needs() -> None:
    make_ranking_settings(min_voters=3)
    paper = voted(2)
    refresh_all(timezone.now())
    assert why(paper).why_not == (
        "It does not trend yet: it needs upvotes of 3 eligible voters. It has 2."
    )


def test_a_paper_beyond_the_snapshot_says_so(settings: object) -> None:
    settings.RANKING = {**settings.RANKING, "snapshot_size": 1}  # type: ignore[attr-defined]
    voted(3)
    beyond = voted(2)
    refresh_all(timezone.now())
    assert "not among the 1 papers of the newest snapshot" in why(beyond).why_not


def test_before_the_first_snapshot_there_is_no_place() -> None:
    told = why(make_paper())
    assert (told.rank, told.total, told.taken_at) == (None, 0, None)


def test_it_costs_the_same_whatever_the_number_of_upvotes(
    django_assert_num_queries: object,
) -> None:
    few, many = voted(2), voted(12)
    refresh_all(timezone.now())
    for paper in (few, many):
        fresh = Paper.objects.for_paper_page().get(pk=paper.pk)
        with django_assert_num_queries(2):  # type: ignore[operator]
            explain(fresh, "week", "", timezone.now())
