"""Crowds of accounts that were made for one paper."""

from papers.rings.newcomers import Arrival, find_crowds

HOUR = 3_600.0
DAY = 24 * HOUR
NOON = 100 * DAY


def arrivals(
    members: range, *, age_days: float = 1.0, spread_hours: float = 2.0, at: float = NOON
) -> list[Arrival]:
    """Upvotes of one paper, minutes apart, by accounts that were made some time before."""
    made = at - age_days * DAY
    return [
        Arrival(
            member=member,
            at=at + place * 60,
            joined_at=made + spread_hours * HOUR * place / max(1, len(members) - 1),
        )
        for place, member in enumerate(members)
    ]


def test_a_crowd_of_new_accounts_is_found_with_its_paper_and_times() -> None:
    (crowd,) = find_crowds([(7, [*arrivals(range(10)), *arrivals(range(20, 23), age_days=90)])])
    assert crowd.members == set(range(10))
    assert crowd.papers == ((7, 10, 3),)
    assert (crowd.at, crowd.seconds, crowd.joined_within) == (NOON, 540, 2 * HOUR)


def test_old_accounts_are_no_crowd_of_newcomers() -> None:
    assert find_crowds([(7, arrivals(range(30), age_days=10))]) == []


def test_a_few_new_accounts_are_no_crowd() -> None:
    assert find_crowds([(7, arrivals(range(7)))]) == []


def test_a_paper_that_old_members_upvote_too_brings_members() -> None:
    assert find_crowds([(7, [*arrivals(range(10)), *arrivals(range(50, 65), age_days=90)])]) == []


def test_accounts_that_were_made_over_days_came_one_by_one() -> None:
    assert find_crowds([(7, arrivals(range(12), age_days=2.9, spread_hours=68))]) == []


def test_upvotes_over_weeks_are_no_crowd() -> None:
    votes = [
        Arrival(member, NOON + member * 2 * DAY, NOON + member * 2 * DAY - DAY)
        for member in range(12)
    ]
    assert find_crowds([(7, votes)]) == []


def test_the_same_accounts_at_two_papers_are_one_crowd() -> None:
    later = arrivals(range(2, 12), age_days=1.5, at=NOON + 6 * HOUR)
    (crowd,) = find_crowds([(7, arrivals(range(10))), (8, later)])
    assert crowd.members == set(range(12))
    assert crowd.papers == ((7, 10, 0), (8, 10, 0))
    assert crowd.seconds == 6 * HOUR + 540
