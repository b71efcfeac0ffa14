"""Each formula against an example that was computed by hand, and all on the same questions."""

import math
from random import Random

import pytest

from tests.simulation.contenders import CONTENDERS, TRIES, WEEK, Contender
from tests.simulation.rankings import (
    CANDIDATE_HOURS,
    CountInWindow,
    HackerNews,
    Lobsters,
    Offprint,
    OffprintByFields,
    Ranking,
    RedditHot,
    VoteDecay,
    field_levels,
)
from tests.simulation.small import paper


def upvoted(ranking: Ranking, number: int, *times: float, weight: float = 1.0) -> None:
    for at in times:
        ranking.upvote(number, at, weight)


def test_offprint_adds_up_what_its_formula_says() -> None:
    ranking = Offprint(WEEK)
    ranking.list_paper(paper(0, 0.0))
    upvoted(ranking, 0, 72.0)
    # The upvote counts as of half way, at 36 h: one half-life after the listing, so 2 beside .25.
    assert math.isclose(ranking.scores[0], math.log2(2.25))


def test_offprint_keeps_the_heat_that_heat_log2_computes() -> None:
    random, ranking = Random("heat"), Offprint(WEEK)
    for number in range(20):
        listed = random.random() * 200
        ranking.list_paper(paper(number, listed))
        for _ in range(random.randrange(60)):
            ranking.upvote(number, listed + random.random() * 300, random.choice([0.25, 0.6, 1.0]))
    assert ranking.deviation(600.0, range(20)) < 1e-9
    ranking.scores[7] += 0.001
    assert ranking.deviation(600.0, range(20)) > 1e-9


def test_offprint_shows_a_paper_from_its_second_upvote_on() -> None:
    ranking = Offprint(WEEK)
    ranking.list_paper(paper(0))
    upvoted(ranking, 0, 1.0)
    assert ranking.first_page(2.0, 30) == []
    upvoted(ranking, 0, 1.5)
    assert ranking.first_page(2.0, 30) == [0]


def test_an_upvote_of_less_weight_heats_less_at_offprint_and_as_much_elsewhere() -> None:
    for contender in CONTENDERS:
        ranking = contender.ranking(contender.defaults)
        for number in (0, 1):
            ranking.list_paper(paper(number))
        upvoted(ranking, 0, 1.0, 2.0, weight=0.25)
        upvoted(ranking, 1, 1.0, 2.0)
        assert (ranking.scores[0] < ranking.scores[1]) == contender.is_ours, contender.title


def test_the_level_of_a_field_is_drawn_towards_the_mean_of_all() -> None:
    # F: 8 and 4 in the field 0, 1 in the field 1; their mean is 13 / 3.
    levels = field_levels([(0, 3.0), (0, 2.0), (1, 0.0)], {0, 1, 2})
    mean = 13 / 3
    assert math.isclose(levels[0], math.log2((12 + 20 * mean) / 22))
    assert math.isclose(levels[1], math.log2((1 + 20 * mean) / 21))
    assert math.isclose(levels[2], math.log2(mean))
    assert field_levels([], {0}) == {0: 0.0}


def test_levels_of_far_away_times_neither_overflow_nor_vanish() -> None:
    levels = field_levels([(0, 5000.0), (1, 4999.0)], {0, 1})
    assert 4998 < levels[1] < levels[0] < 5001


def test_by_fields_the_best_of_a_quiet_field_passes_the_middling_of_a_busy_one() -> None:
    def listed(ranking: Ranking) -> Ranking:
        for number in range(40):
            ranking.list_paper(paper(number, field=0))
            upvoted(ranking, number, *[1.0] * 22)
        for number in range(40, 80):
            ranking.list_paper(paper(number, field=1))
            upvoted(ranking, number, *[1.0] * (20 if number == 79 else 2))
        return ranking

    assert 79 not in listed(Offprint(WEEK)).first_page(2.0, 30)
    assert listed(OffprintByFields(WEEK)).first_page(2.0, 30)[0] == 79


def test_a_field_that_is_new_between_two_freezes_has_a_level() -> None:
    ranking = OffprintByFields(WEEK)
    for number, at in ((0, 0.0), (1, 0.5)):
        ranking.list_paper(paper(number, at, field=number))
        upvoted(ranking, number, at, at)
        assert number in ranking.first_page(at, 30)


def test_hacker_news_divides_points_by_a_power_of_the_age() -> None:
    ranking = HackerNews({"gravity": 1.8, "exponent": 1.0})
    ranking.list_paper(paper(0, 0.0))
    ranking.list_paper(paper(1, 4.0))
    # At 6 h: 10 / 8^1.8 = 0.2368 and 3 / 4^1.8 = 0.2474.
    upvoted(ranking, 0, *[1.0] * 10)
    upvoted(ranking, 1, *[5.0] * 3)
    assert ranking.first_page(6.0, 2) == [1, 0]
    # At 8 h: 10 / 10^1.8 = 0.1585 and 3 / 6^1.8 = 0.1193.
    assert ranking.first_page(8.0, 2) == [0, 1]


def test_reddit_gives_ten_times_the_votes_for_twelve_and_a_half_hours() -> None:
    ranking = RedditHot({"tenfold": 12.5})
    ranking.list_paper(paper(0, 0.0))
    ranking.list_paper(paper(1, 12.5))
    upvoted(ranking, 0, *[1.0] * 99)
    upvoted(ranking, 1, *[13.0] * 9)
    # log10 100 and log10 10 + 12.5 / 12.5, with the submitter's vote in each.
    assert ranking.scores == pytest.approx([2.0, 2.0])


def test_lobsters_adds_one_to_the_score_and_a_tenfold_every_22_hours() -> None:
    ranking = Lobsters({"tenfold": 22.0})
    ranking.list_paper(paper(0, 44.0))
    upvoted(ranking, 0, *[45.0] * 98)
    # The score is 99, with the submitter's vote: log10(99 + 1) + 44 / 22.
    assert ranking.scores == pytest.approx([4.0])


def test_a_window_forgets_what_is_older() -> None:
    ranking = CountInWindow({"window": 24.0})
    for number in (0, 1):
        ranking.list_paper(paper(number))
    upvoted(ranking, 0, 1.0, 1.0, 1.0)
    upvoted(ranking, 1, 20.0, 20.0)
    assert ranking.first_page(24.0, 2) == [0, 1]
    assert ranking.first_page(25.5, 2) == [1, 0]
    assert ranking.scores == [0.0, 2.0]


def test_decay_halves_an_upvote_with_its_own_age() -> None:
    ranking = VoteDecay({"half_life": 12.0})
    for number in (0, 1, 2):
        ranking.list_paper(paper(number))
    upvoted(ranking, 0, 0.0, 0.0, 0.0)
    upvoted(ranking, 1, 24.0)
    # Three upvotes that are two half-lives older are as much as three quarters of one.
    assert math.isclose(ranking.scores[0] - ranking.scores[1], math.log2(0.75))
    assert ranking.first_page(25.0, 3) == [1, 0, 2]


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.title)
def test_the_page_is_that_of_all_papers_ranked_anew(contender: Contender) -> None:
    random, ranking = Random("pages"), contender.ranking(contender.defaults)
    listed = 0
    for step in range(400):
        now = step / 1.0
        if random.random() < 0.5:
            ranking.list_paper(paper(listed, now, field=listed % 3))
            listed += 1
        for _ in range(random.randrange(4) if listed else 0):
            ranking.upvote(random.randrange(max(0, listed - 40), listed), now, 1.0)
        page = ranking.first_page(now, 10) if listed else []
        assert len(page) == len(set(page)) <= 10
        assert all(ranking.papers[number].listed >= now - CANDIDATE_HOURS for number in page)
        if not contender.is_ours and contender.ranking is not HackerNews:
            anew = (
                sorted(ranking.candidates(now), key=lambda n: (ranking.scores[n], n))
                if listed
                else []
            )
            assert page == anew[::-1][:10]


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.title)
def test_each_ranking_has_as_many_tries_as_any_other(contender: Contender) -> None:
    tries = contender.tries()
    assert tries[0] == contender.defaults
    assert len(tries) == (TRIES if contender.space else 1)
    assert all(tries.count(parameters) == 1 for parameters in tries)
    assert tries == contender.tries()
