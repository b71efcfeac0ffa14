"""Look for upvotes that seem arranged, and put what is found into the moderators' queue.

Nothing here changes an upvote or an account.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import TruncDate

from papers.models import Pattern, Upvote, VoteOrigin
from papers.rings import lockstep, newcomers
from papers.rings.networks import Nest, find_nests
from papers.rings.suspicions import Finding, Stored, store

# How far back lockstep is looked for: a ring at work for a month has left enough traces.
LOCKSTEP_DAYS = 30
# The same for crowds of newcomers and for networks, which are looked for every hour.
SUDDEN_DAYS = 2
# Papers that a suspicion names; of more it says the number.
PAPERS_NAMED = 10
ROWS_AT_ONCE = 10_000

# Every upvote of the last weeks that stands; of a member with fewer than MEETINGS nothing could be
# said. Upvotes that weigh nothing are in it: those of a quarantined ring still say who belongs to it.
RECENT_VOTES = """
select user_id, paper_id, extract(epoch from first_cast_at)::bigint from papers_upvote
where removed_at is null and first_cast_at > %(since)s and first_cast_at <= %(now)s
"""

# All upvotes that stand of the papers that new accounts upvoted lately, with when each account was
# made. The index upvote_of_member finds what the few new accounts upvoted, upvote_of_paper the rest.
UPVOTES_BESIDE_NEWCOMERS = """
with crowded as (
    select vote.paper_id from accounts_user as member
    join papers_upvote as vote on vote.user_id = member.id
    where member.date_joined > %(joined)s and vote.removed_at is null
        and vote.first_cast_at > %(since)s
    group by vote.paper_id having count(*) >= %(crowd)s
)
select vote.paper_id, vote.user_id, date_part('epoch', vote.first_cast_at),
    date_part('epoch', member.date_joined)
from crowded
join papers_upvote as vote on vote.paper_id = crowded.paper_id and vote.removed_at is null
join accounts_user as member on member.id = vote.user_id
where vote.first_cast_at > %(since)s
order by vote.paper_id
"""


def detect_lockstep(now: datetime) -> Stored:
    """Look for accounts that upvote in lockstep; see `papers/rings/lockstep.py`."""
    groups = lockstep.find_lockstep(_recent_votes(now))
    return store([_of_lockstep(group) for group in groups], now)


def detect_sudden(now: datetime) -> Stored:
    """Look for crowds of new accounts, and for networks that upvote one paper."""
    findings = [_of_crowd(crowd) for crowd in newcomers.find_crowds(_beside_newcomers(now))]
    findings += [_of_nest(nest) for nest in _nests(now)]
    return store(findings, now)


def _recent_votes(now: datetime) -> Iterator[tuple[int, int, int]]:
    values = {"since": now - timedelta(days=LOCKSTEP_DAYS), "now": now}
    # Transaction: rows come from a cursor on the server, a million votes not at once.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(RECENT_VOTES, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def _of_lockstep(group: lockstep.Lockstep) -> Finding:
    meetings = group.meetings
    hours = {(_instant(each.at).weekday(), _instant(each.at).hour) for each in meetings}
    evidence: dict[str, Any] = {
        "papers": [
            {
                "id": meeting.paper,
                "accounts": len(meeting.members),
                "others": meeting.others,
                "minutes": round(meeting.seconds / 60),
                "at": _text(meeting.at),
            }
            for meeting in meetings[:PAPERS_NAMED]
        ],
        "papers_in_all": len(meetings),
        "together": group.together,
        "upvotes": group.upvotes,
        "pairs": [
            {"accounts": pair.accounts, "papers": pair.papers, "similarity": pair.similarity}
            for pair in group.pairs
        ],
        # A meeting of people, perhaps.
        "at_one_hour_of_the_week": len(meetings) > 1 and len(hours) == 1,
    }
    return Finding(Pattern.LOCKSTEP, group.members, evidence)


def _of_crowd(crowd: newcomers.Crowd) -> Finding:
    return Finding(
        Pattern.NEWCOMERS,
        crowd.members,
        {
            **_papers(crowd.papers),
            "at": _text(crowd.at),
            "minutes": round(crowd.seconds / 60),
            "joined_within_minutes": round(crowd.joined_within / 60),
        },
    )


def _of_nest(nest: Nest) -> Finding:
    evidence = {**_papers(nest.papers), "day": nest.day.isoformat()}
    return Finding(Pattern.NETWORK, nest.members, evidence)


def _papers(papers: tuple[tuple[int, int, int], ...]) -> dict[str, Any]:
    named = papers[:PAPERS_NAMED]
    return {
        "papers": [{"id": pk, "accounts": own, "others": others} for pk, own, others in named],
        "papers_in_all": len(papers),
    }


def _beside_newcomers(now: datetime) -> Iterator[tuple[int, list[newcomers.Arrival]]]:
    since = now - timedelta(days=SUDDEN_DAYS)
    values: dict[str, Any] = {
        "since": since,
        "joined": since - timedelta(seconds=newcomers.NEW),
        "crowd": newcomers.CROWD,
    }
    arrivals: dict[int, list[newcomers.Arrival]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(UPVOTES_BESIDE_NEWCOMERS, values)
        for paper, member, at, joined_at in cursor.fetchall():
            arrivals[paper].append(newcomers.Arrival(member, at, joined_at))
    yield from arrivals.items()


def _nests(now: datetime) -> list[Nest]:
    since = (now - timedelta(days=SUDDEN_DAYS)).astimezone(UTC).date()
    origins = list(
        VoteOrigin.objects.filter(day__gte=since, upvote__removed_at=None).values_list(
            "day", "network", "upvote__user", "upvote__paper"
        )
    )
    return find_nests(origins, _upvotes_a_day(since, {paper for *_rest, paper in origins}))


def _upvotes_a_day(since: date, papers: Iterable[int]) -> dict[tuple[date, int], int]:
    """How many upvoted each of these papers on each day."""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    votes = Upvote.objects.active().filter(paper__in=papers, first_cast_at__gte=start)
    counted = (
        votes.annotate(day=TruncDate("first_cast_at", tzinfo=UTC))
        .values("day", "paper")
        .annotate(number=Count("pk"))
    )
    return {(row["day"], row["paper"]): row["number"] for row in counted}


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(seconds: float) -> str:
    return _instant(seconds).isoformat(timespec="minutes")
