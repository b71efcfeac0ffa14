"""The invented community, before it meets a database."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import median

import pytest

from accounts.usernames import signup_username_validators
from papers.demo.community import Community, TooEarly, imagine
from papers.demo.facts import HIDDEN_PAPER, WITHDRAWN_PAPER, read_lists
from papers.demo.people import LOG_INS

# A Sunday afternoon, a Monday just after midnight, a Wednesday evening.
SUNDAY = datetime(2026, 6, 7, 15, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 8, 0, 10, tzinfo=UTC)
WEDNESDAY = datetime(2026, 6, 10, 21, 0, tzinfo=UTC)
DAY = timedelta(days=1)

imagined = cache(imagine)

anywhere = pytest.mark.parametrize(
    ("seed", "until"), [(1, SUNDAY), (2, MIDNIGHT), (3, WEDNESDAY)], ids=str
)


def listed_on(community: Community) -> Counter[date]:
    return Counter(listing.listed_at.date() for listing in community.listings)


def standing_votes(community: Community) -> list[int]:
    """The number of votes that were not taken back, of each listed paper, newest listing last."""
    votes = Counter(vote.arxiv_id for vote in community.votes if vote.removed_at is None)
    return [votes[listing.arxiv_id] for listing in community.listings]


@anywhere
def test_every_paper_is_listed_once_or_stays_in_the_catalogue(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    listed = [listing.arxiv_id for listing in community.listings]
    assert len(listed) == len(set(listed)) == len(community.papers) - 12
    assert set(listed) <= {paper.arxiv_id for paper in community.papers}


@anywhere
def test_listings_follow_the_week(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    count = listed_on(community)
    days = [until.date() - timedelta(days=age) for age in range(1, 56)]
    assert set(count) <= {until.date(), *days}
    assert all(count[day] in {0, *range(3, 9)} for day in days if day.weekday() < 5)
    assert all(count[day] <= 3 for day in days if day.weekday() >= 5)
    assert 0 in [count[day] for day in days]


@anywhere
def test_the_last_days_have_papers_and_some_nobody_has_found(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    count = listed_on(community)
    today = until.date()
    assert count[today - timedelta(days=1)] >= 3
    newest = [listing for listing in community.listings if until - listing.listed_at < 3 * DAY]
    votes = standing_votes(community)[-len(newest) :]
    assert sum(number < 2 for number in votes) >= 2
    assert sum(number >= 2 for number in votes) >= 2


@anywhere
def test_votes_are_spread_as_in_a_real_community(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    votes = sorted(standing_votes(community))
    assert 6_000 <= len(community.votes) <= 9_000
    assert 60 <= votes[-1] <= 105
    assert 15 <= median(votes) <= 30
    assert votes[0] == 0
    busyness = Counter(vote.username for vote in community.votes)
    assert max(busyness.values()) >= 3 * median(busyness.values()) > 0
    assert 20 <= sum(vote.removed_at is not None for vote in community.votes) <= 400


@anywhere
def test_fewer_votes_come_at_weekends_and_at_night(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    by_weekday = Counter(vote.cast_at.weekday() for vote in community.votes)
    assert max(by_weekday[5], by_weekday[6]) < min(by_weekday[day] for day in range(5))
    offset = {member.username: member.utc_offset for member in community.members}
    by_hour = Counter((vote.cast_at + offset[vote.username]).hour for vote in community.votes)
    assert sum(by_hour[hour] for hour in (2, 3, 4)) < by_hour[10]


@anywhere
def test_nobody_votes_out_of_time(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    listings = {listing.arxiv_id: listing for listing in community.listings}
    joined_at = {member.username: member.joined_at for member in community.members}
    for vote in community.votes:
        listing = listings[vote.arxiv_id]
        assert listing.listed_at < vote.cast_at <= (listing.withdrawn_at or until)
        assert joined_at[vote.username] <= vote.cast_at
        assert vote.removed_at is None or vote.cast_at <= vote.removed_at <= until


@anywhere
def test_nobody_votes_twice_for_a_paper(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    pairs = [(vote.username, vote.arxiv_id) for vote in community.votes]
    assert len(pairs) == len(set(pairs))


@anywhere
def test_members_have_names_that_sign_up_would_take(seed: int, until: datetime) -> None:
    names = [member.username for member in imagined(seed, until).members]
    assert len(names) == len(set(names)) == 120
    for name in names:
        if name not in LOG_INS:
            for validate in signup_username_validators:
                validate(name)


@anywhere
def test_members_vote_for_what_interests_them(seed: int, until: datetime) -> None:
    """Of the papers in one's favourite category one upvotes a larger share than of the others."""
    community = imagined(seed, until)
    favourite = {member.username: member.interests[0] for member in community.members}
    category = {paper.arxiv_id: paper.categories[0] for paper in community.papers}
    of_category = Counter(category[listing.arxiv_id] for listing in community.listings)
    own = sum(category[vote.arxiv_id] == favourite[vote.username] for vote in community.votes)
    own_papers = sum(of_category[code] for code in favourite.values())
    all_pairs = len(community.members) * len(community.listings)
    share_of_own = own / own_papers
    share_of_others = (len(community.votes) - own) / (all_pairs - own_papers)
    assert share_of_own > 1.5 * share_of_others


@anywhere
def test_a_few_vote_for_their_own_submission(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    submitter = {listing.arxiv_id: listing.submitter.username for listing in community.listings}
    own = sum(submitter[vote.arxiv_id] == vote.username for vote in community.votes)
    assert 1 <= own <= 80


@anywhere
def test_nothing_enters_a_list_before_it_was_there(seed: int, until: datetime) -> None:
    community = imagined(seed, until)
    listed_at = {listing.arxiv_id: listing.listed_at for listing in community.listings}
    for shelf in community.shelves:
        for entry in shelf.entries:
            assert shelf.created_at <= entry.added_at <= until
            assert listed_at.get(entry.arxiv_id, entry.added_at) <= entry.added_at


def test_the_reader_says_nothing_of_a_paper_before_it_was_there() -> None:
    community = imagined(1, SUNDAY)
    listed_at = {item.arxiv_id: item.listed_at for item in community.listings}
    assert {kept.facts.arxiv_id for kept in community.kept} <= {
        paper.arxiv_id for paper in community.papers
    }
    for kept in community.kept:
        assert listed_at.get(kept.facts.arxiv_id, kept.at) <= kept.at <= SUNDAY


def test_each_list_of_no_log_in_has_an_owner_of_its_own() -> None:
    owners = [shelf.owner for shelf in imagined(1, SUNDAY).shelves if shelf.facts.owner is None]
    assert len(owners) == len(set(owners)) == 9
    assert not set(owners) & set(LOG_INS)


def test_lists_name_only_papers_that_exist() -> None:
    known = {paper.arxiv_id for paper in imagined(1, SUNDAY).papers}
    for facts in read_lists():
        keys = [arxiv_id for arxiv_id, _ in facts.entries]
        assert len(keys) == len(set(keys)), facts.title
        assert set(keys) <= known, facts.title


def test_the_two_papers_that_go_are_listed_before_they_go() -> None:
    listed_at = {item.arxiv_id: item.listed_at for item in imagined(1, SUNDAY).listings}
    assert listed_at[WITHDRAWN_PAPER] < SUNDAY - 20 * DAY
    assert listed_at[HIDDEN_PAPER] < SUNDAY - 20 * DAY


def test_another_seed_makes_another_community() -> None:
    assert imagined(1, SUNDAY) != imagine(2, SUNDAY)


def test_it_does_not_depend_on_the_order_of_hashes() -> None:
    program = (
        "from datetime import datetime; from papers.demo.community import imagine;"
        f"print(imagine(1, datetime.fromisoformat('{SUNDAY.isoformat()}')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"reader" in outputs.pop()


def test_papers_cannot_be_listed_before_they_were_published() -> None:
    with pytest.raises(TooEarly, match="2026-04-15"):
        imagine(1, datetime(2026, 4, 14, 12, tzinfo=UTC))
    imagine(1, datetime(2026, 4, 15, 12, tzinfo=UTC))
