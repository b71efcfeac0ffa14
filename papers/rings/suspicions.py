"""Suspicions as moderators have them: brought up to date, never repeated, never decided here."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from papers.models import Pattern, RingMember, SuspectedRing

# Any number that no other advisory lock of this database has.
RINGS_LOCK = 7_340_226
# What has more than this share of its accounts in common with a suspicion is that suspicion.
SAME = 0.5
# So many accounts that no decision has seen make a decided suspicion a new one.
FRESH = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What looked arranged this time. `evidence` is counts, papers and times: never an address."""

    pattern: Pattern
    members: frozenset[int]
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many suspicions are new, were brought up to date, or had been decided before."""

    added: int = 0
    updated: int = 0
    decided: int = 0


def fingerprint(pattern: Pattern, members: Iterable[int]) -> str:
    """Return the name of a pattern among accounts, as 64 hexadecimal digits."""
    text = f"{pattern.value}:{','.join(str(each) for each in sorted(members))}"
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def store(findings: Iterable[Finding], now: datetime) -> Stored:
    """Add what is new to the moderators' queue, and bring up to date what is there.

    A finding is known where most of its accounts were suspected before, of the same pattern. One
    that was decided stays so, whatever evidence is added, until FRESH accounts have joined that no
    decision has seen. Waits for whoever else is storing.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [RINGS_LOCK])
    forget_empty()
    counts = {"added": 0, "updated": 0, "decided": 0}
    known = _known()
    for finding in findings:
        counts[_store_one(finding, known, now)] += 1
    return Stored(**counts)


def forget_empty() -> None:
    """Delete suspicions of which every account has been erased."""
    SuspectedRing.objects.filter(members__isnull=True).delete()


@dataclass
class _Known:
    """A suspicion with its accounts, as stored."""

    ring: SuspectedRing
    members: frozenset[int]


def _known() -> list[_Known]:
    members: dict[int, set[int]] = {}
    for ring, user in RingMember.objects.values_list("ring", "user"):
        members.setdefault(ring, set()).add(user)
    rings = SuspectedRing.objects.order_by("pk")
    return [_Known(ring, frozenset(members.get(ring.pk, ()))) for ring in rings]


def _store_one(finding: Finding, known: list[_Known], now: datetime) -> str:
    alike = [
        each
        for each in known
        if each.ring.pattern == finding.pattern and _is_same(each.members, finding.members)
    ]
    decided = [each for each in alike if each.ring.decision]
    seen = frozenset(chain.from_iterable(each.members for each in decided))
    if decided and len(finding.members - seen) < FRESH:
        _seen_again(decided, now)
        return "decided"
    waiting = [each for each in alike if not each.ring.decision]
    if not waiting:
        known.append(_add(finding, now))
        return "added"
    best = max(waiting, key=lambda each: _jaccard(each.members, finding.members))
    if _jaccard(best.members, finding.members) > SAME or len(finding.members) > len(best.members):
        if not _update(best, finding, now):
            return "decided"
    else:  # a part of it, which says less than what is there
        _seen_again([best], now)
    return "updated"


def _seen_again(known: Iterable[_Known], now: datetime) -> None:
    rings = SuspectedRing.objects.filter(pk__in=[each.ring.pk for each in known])
    rings.filter(last_seen_at__lt=now).update(last_seen_at=now)


def _add(finding: Finding, now: datetime) -> _Known:
    ring = SuspectedRing.objects.create(
        pattern=finding.pattern,
        fingerprint=fingerprint(finding.pattern, finding.members),
        evidence=dict(finding.evidence),
        first_seen_at=now,
        last_seen_at=now,
    )
    _write_members(ring, finding.members)
    return _Known(ring, finding.members)


def _update(known: _Known, finding: Finding, now: datetime) -> bool:
    """Bring a suspicion up to date, unless a moderator decided it since it was read.

    A decision is about the accounts that the moderator saw, and a release has to find them again.
    Locked until this transaction ends: whoever decides meanwhile waits, and then sees the new ones.
    """
    rows = SuspectedRing.objects.select_for_update(no_key=True)
    ring = rows.filter(pk=known.ring.pk, decision="").first()
    if ring is None:
        known.ring.refresh_from_db(fields=["decision"])
        return False
    ring.fingerprint = fingerprint(finding.pattern, finding.members)
    ring.evidence = dict(finding.evidence)
    ring.last_seen_at = max(now, ring.last_seen_at)
    ring.save(update_fields=["fingerprint", "evidence", "last_seen_at"])
    RingMember.objects.filter(ring=ring).exclude(user__in=finding.members).delete()
    _write_members(ring, finding.members - known.members)
    known.ring, known.members = ring, finding.members
    return True


def _write_members(ring: SuspectedRing, members: Collection[int]) -> None:
    # Not those who erased their account since their votes were read.
    here = User.objects.filter(pk__in=members).order_by("pk").values_list("pk", flat=True)
    RingMember.objects.bulk_create(RingMember(ring=ring, user_id=member) for member in here)


def _is_same(one: Collection[int], other: Collection[int]) -> bool:
    """By the smaller of the two: a ring that grew, or of which a part was found, is that ring."""
    return len(set(one) & set(other)) > SAME * min(len(one), len(other))


def _jaccard(one: Collection[int], other: Collection[int]) -> float:
    return len(set(one) & set(other)) / len(set(one) | set(other))
