"""What a suspicion says, in words and in tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from papers.models import Paper, Pattern, SuspectedRing
from papers.rings.lockstep import SAME_TIME

Evidence = Mapping[str, Any]


@dataclass(frozen=True)
class PaperLine:
    """A paper at which the accounts met; `paper` is None once it is gone."""

    paper: Paper | None
    accounts: int
    others: int
    when: str
    within: str


@dataclass(frozen=True)
class PairLine:
    """Two accounts of a ring, the papers at which they met, and how alike they are, as a text."""

    one: User
    other: User
    papers: int
    similarity: str


def in_short(pattern: str, accounts: int) -> str:
    """“20 accounts that upvote the same papers at the same time”."""
    texts = {
        Pattern.LOCKSTEP: ngettext(
            "%(number)d account that upvotes the same papers at the same time",
            "%(number)d accounts that upvote the same papers at the same time",
            accounts,
        ),
        Pattern.NEWCOMERS: ngettext(
            "%(number)d new account that upvoted one paper",
            "%(number)d new accounts that upvoted one paper",
            accounts,
        ),
        Pattern.NETWORK: ngettext(
            "%(number)d account that upvoted one paper from one network",
            "%(number)d accounts that upvoted one paper from one network",
            accounts,
        ),
    }
    return texts[Pattern(pattern)] % {"number": accounts}


def in_words(pattern: str, evidence: Evidence) -> list[str]:
    """The evidence as sentences; what is missing in an old row is left out."""
    if pattern == Pattern.LOCKSTEP:
        return _lockstep_in_words(evidence)
    if pattern == Pattern.NEWCOMERS:
        return _newcomers_in_words(evidence)
    return _network_in_words(evidence)


def papers_of(evidence: Evidence) -> list[PaperLine]:
    """The papers that the evidence names, in one query."""
    named = list(evidence.get("papers", []))
    papers = Paper.objects.only("key", "title_text").in_bulk([each["id"] for each in named])
    return [
        PaperLine(
            paper=papers.get(each["id"]),
            accounts=each["accounts"],
            others=each["others"],
            when=_when(each.get("at") or evidence.get("at") or evidence.get("day")),
            within=_minutes(each["minutes"]) if "minutes" in each else "",
        )
        for each in named
    ]


def accounts_of(ring: SuspectedRing) -> list[User]:
    """The accounts by the time of joining, each with the number of its upvotes as `upvote_count`."""
    members = User.objects.filter(pk__in=ring.accounts.values("user"))
    standing = Count("upvotes", filter=Q(upvotes__removed_at=None))
    fields = ("username", "date_joined", "quarantined_at", "suspended_until")
    return list(members.annotate(upvote_count=standing).order_by("date_joined", "pk").only(*fields))


def pairs_of(evidence: Evidence, accounts: Iterable[User]) -> list[PairLine]:
    """The pairs that the evidence names, of accounts that are still here."""
    here = {account.pk: account for account in accounts}
    return [
        PairLine(
            one=here[one],
            other=here[other],
            papers=each["papers"],
            similarity=number_format(each["similarity"], 2),
        )
        for each in evidence.get("pairs", [])
        for one, other in [each["accounts"]]
        if one in here and other in here
    ]


def _lockstep_in_words(evidence: Evidence) -> list[str]:
    papers = evidence.get("papers_in_all", 0)
    text = ngettext(
        "They met at %(number)d paper: much of those who upvoted it within %(hours)d hours were "
        "these accounts.",
        "They met at %(number)d papers: much of those who upvoted each within %(hours)d hours were "
        "these accounts.",
        papers,
    )
    told = [text % {"number": papers, "hours": round(SAME_TIME / 3600)}]
    if evidence.get("upvotes"):
        shares = {
            "together": evidence["together"],
            "upvotes": evidence["upvotes"],
            "percent": round(100 * evidence["together"] / evidence["upvotes"]),
        }
        told.append(
            _(
                "%(together)d of their %(upvotes)d upvotes of the last 30 days were cast there: "
                "%(percent)d %%."
            )
            % shares
        )
    if evidence.get("at_one_hour_of_the_week"):
        told.append(
            _("Always at one hour of the week: it may be people who meet, such as a journal club.")
        )
    return told


def _newcomers_in_words(evidence: Evidence) -> list[str]:
    made = _minutes(evidence.get("joined_within_minutes", 0))
    cast = _minutes(evidence.get("minutes", 0))
    return [
        _("All of these accounts were made within %(time)s.") % {"time": made},
        _("Their upvotes came within %(time)s.") % {"time": cast},
        *_at_papers(evidence),
    ]


def _network_in_words(evidence: Evidence) -> list[str]:
    text = _("On %(day)s their upvotes came from one network.")
    return [
        text % {"day": _when(evidence.get("day"))},
        *_at_papers(evidence),
        _("A household, an office or a university may be one network too."),
    ]


def _at_papers(evidence: Evidence) -> list[str]:
    """How many of those who upvoted each paper were these accounts."""
    return [
        _("%(own)d of the %(all)d who upvoted the paper meanwhile were these accounts.")
        % {"own": each["accounts"], "all": each["accounts"] + each["others"]}
        for each in evidence.get("papers", [])[:1]
    ]


def _minutes(minutes: int) -> str:
    """“40 minutes”, and from two hours on “3 hours”."""
    if minutes < 120:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    hours = round(minutes / 60)
    return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}


def _when(text: str | None) -> str:
    """A day, or a day and a time, out of what the evidence holds."""
    if not text:
        return ""
    instant: datetime | None = parse_datetime(text) if "T" in text else None
    if instant is not None:
        return date_format(timezone.localtime(instant), "DATETIME_FORMAT")
    day = parse_date(text)
    return date_format(day, "DATE_FORMAT") if day else ""
