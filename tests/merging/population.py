"""Members, lists and two papers with everything that can refer to a paper, at random."""

from datetime import date, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from papers.models import (
    ExternalCount,
    LibraryEntry,
    Paper,
    PaperHeat,
    PaperIdentifier,
    PaperVersion,
    ReadingList,
    ReadingListEntry,
    RemovedEntry,
    SourceRecord,
    Standing,
    StandingPlace,
    Upvote,
)
from papers.ranking import weights
from papers.ranking.refresh import refresh_all, refresh_pending
from tests.factories import make_list, make_paper, make_tag, make_user

NOW = timezone.now()

# A history of what happened, and what the ranking computes: `reconcile` compares that.
NOT_COMPARED = {"voteoutbox", "mergerecord", "mergecandidate", "paperheat"}
TAGS = ("cs.LG", "cs.CL", "math.NA", "stat.ML")
NOTES = ("", "Read this.", "A line.\n\nAnother.", "Read this.")


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that refers to a paper, and the papers, without their last change."""
    tables = {}
    for model in apps.get_app_config("papers").get_models():
        name = str(model._meta.model_name)
        refers = any(
            field.related_model is Paper for field in model._meta.get_fields() if field.concrete
        )
        if (refers or model is Paper) and name not in NOT_COMPARED:
            rows: list[dict[str, Any]] = list(QuerySet(model).order_by("pk").values())
            for row in rows:
                row.pop("updated_at", None)
            tables[name] = rows
    return tables


def check_deferred_constraints() -> None:
    """Have the database check now what it would check at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")


class Population:
    """Two papers, and what `random` makes members and sources do with them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.members = [make_user(verified=self.random.random() < 0.8) for _ in range(4)]
        self.kept = self._paper()
        self.merged = self._paper()
        self.papers = [self.kept, self.merged]
        self.other = make_paper()
        self.lists = [
            make_list(owner, papers=[self.other]) for owner in self.members[:3] for _ in range(2)
        ]
        for paper in self.papers:
            self._fill(paper)
        for day in (1, 2, 3):
            self._close(date(2026, 3, day))
        refresh_all(NOW)

    def maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def _paper(self) -> Paper:
        submitter = self.random.choice([None, *self.members])
        paper = make_paper(
            listed=self.maybe(),
            tags=[make_tag(code) for code in TAGS if self.maybe()],
            submitted_by=submitter,
            withdrawn_at=NOW if self.maybe(0.2) else None,
            hidden_at=NOW if self.maybe(0.2) else None,
            pending_since=NOW if self.maybe(0.2) else None,
        )
        if paper.listed_at and self.maybe():
            Paper.objects.filter(pk=paper.pk).update(listed_by_person_at=paper.listed_at)
        paper.refresh_from_db()
        return paper

    def _fill(self, paper: Paper) -> None:
        for number in range(self.random.randrange(3)):
            PaperIdentifier.objects.create(
                paper=paper,
                kind="doi",
                value=f"10.1000/{paper.pk}.{number}",
                former_key=self.maybe(0.3),
            )
            SourceRecord.objects.create(
                paper=paper,
                source="crossref",
                source_id=f"10.1000/{paper.pk}.{number}",
                digest=f"{paper.pk * 10 + number:064x}",
                record_date=date(2026, 3, 1),
                fields={"title": paper.title, "identifiers": [["doi", f"10.1000/{paper.pk}"]]},
            )
            PaperVersion.objects.create(paper=paper, number=number + 1)
        if self.maybe():
            ExternalCount.objects.create(
                paper=paper,
                source="huggingface",
                count=self.random.randrange(100),
                taken_on=date(2026, 3, self.random.randrange(1, 4)),
            )
        for member in self.members:
            self.vote(member, paper)
            self.keep(member, paper)
        for reading_list in self.lists:
            self.shelve(reading_list, paper)

    def vote(self, member: User, paper: Paper) -> None:
        if self.maybe(0.3):
            return
        paper.refresh_from_db(fields=["submitted_by"])
        weight, earned, reason = weights.weight_for(member, paper, NOW)
        cast_at = NOW - timedelta(hours=self.random.randrange(48))
        removed_at = cast_at + timedelta(hours=1) if self.maybe(0.3) else None
        Upvote.objects.create(
            user=member,
            paper=paper,
            first_cast_at=cast_at,
            removed_at=removed_at,
            weight=weight,
            earned_weight=earned,
            weight_reason=reason,
        )

    def keep(self, member: User, paper: Paper) -> None:
        note, status = self.random.choice(NOTES), self.random.choice(["", "read", "to_read"])
        # A list alone may keep it, by a row without either.
        if self.maybe() or not (note or status):
            return
        instant = NOW - timedelta(minutes=self.random.randrange(1000))
        LibraryEntry.objects.create(
            owner=member,
            paper=paper,
            status=status,
            note=note,
            added_at=instant,
            changed_at=instant,
            new_version=self.random.choice([None, 2, 3]),
        )

    def shelve(self, reading_list: ReadingList, paper: Paper) -> None:
        at = NOW - timedelta(minutes=self.random.randrange(1000))
        note = self.random.choice(NOTES)
        position = 10 + paper.pk
        choice = self.random.randrange(3)
        if choice == 0:
            ReadingListEntry.objects.create(
                reading_list=reading_list, paper=paper, position=position, note=note, added_at=at
            )
        elif choice == 1:
            RemovedEntry.objects.create(
                reading_list=reading_list,
                paper=paper,
                position=position,
                note=note,
                added_at=at,
                removed_at=at,
            )

    def _close(self, day: date) -> None:
        standing = Standing.objects.create(period="day", starts_on=day, votes_until=NOW)
        chosen = [paper for paper in self.papers if self.maybe()]
        StandingPlace.objects.bulk_create(
            StandingPlace(standing=standing, paper=paper, rank=rank, weight=0, upvotes=0)
            for rank, paper in enumerate(chosen, start=1)
        )

    def rank(self) -> None:
        """Have the ranking take in what waits."""
        refresh_pending(NOW, wait=True)

    @staticmethod
    def heat() -> dict[int, tuple[int, bool]]:
        rows = PaperHeat.objects.values_list("paper", "upvotes", "visible")
        return {pk: (upvotes, visible) for pk, upvotes, visible in rows}
