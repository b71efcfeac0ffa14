"""Fill an empty database: `python -m tests.bench.fill DATASET`, with DATABASE_URL in the environment.

Rows go in by COPY and all together; triggers and generated columns do their part as ever.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django
from django.db import connection, transaction

from tests.bench.datasets import (
    DATASETS,
    FIRST_LIST,
    LISTED_A_DAY,
    NOW,
    PAPERS_A_DAY,
    Dataset,
    instant,
)
from tests.bench.words import Writer

LISTS_A_LIBRARY = 12
# Every filter finds a third of a library or more: also of the short one a page full, so that two
# pages differ in what the database had to go through, not in what they show.
KEPT_FOR_STATUS, KEPT_WITH_NOTE = 0, 1


@dataclass(frozen=True, slots=True)
class Made:
    """A paper before it is a row."""

    pk: int
    key: str
    title: str
    abstract: str
    authors: list[str]
    tags: list[int]
    at: datetime
    is_listed: bool
    upvotes: int
    has_code: bool


def fill(dataset: Dataset) -> None:
    """Write papers with all that belongs to them, libraries, the ranking and the table of words."""
    from papers.ranking.refresh import refresh_all
    from papers.ranking.snapshots import take_snapshots
    from papers.search.words import refresh_words
    from tests.bench.fill_votes import write_voters, write_votes

    with transaction.atomic():
        listed_a_day = PAPERS_A_DAY if dataset.votes else LISTED_A_DAY
        papers = list(make_papers(dataset.papers, listed_a_day))
        write_papers(papers)
        write_authors(papers)
        write_tags(papers)
        write_identifiers(papers)
        write_records(papers)
        if dataset.votes:
            write_voters()
            write_votes(papers, dataset.votes)
        else:
            write_heat(papers)
        for name, size in dataset.libraries.items():
            write_library(name, size, papers)
    refresh_words()
    with connection.cursor() as cursor:
        # The papers came with their numbers, of which the table does not know.
        cursor.execute(
            "select setval(pg_get_serial_sequence('papers_paper', 'id'), %s)", [len(papers)]
        )
        cursor.execute("vacuum analyze")
    if dataset.votes:
        refresh_all(NOW)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
    take_snapshots(NOW)


def make_papers(count: int, listed_a_day: int) -> Iterator[Made]:
    """Yield papers, the oldest first, so many a day that the last come on the last day."""
    from papers.models import Tag

    writer = Writer(seed=count)
    # Leaves of the tree are what papers carry; the first ones most often.
    tags = list(
        Tag.objects.filter(scheme="arxiv", synonym_of=None, children=None).values_list(
            "pk", flat=True
        )
    )
    numbers: Counter[str] = Counter()
    for pk in range(1, count + 1):
        days_ago, number = divmod(count - pk, PAPERS_A_DAY)
        at = instant(days_ago) + timedelta(minutes=PAPERS_A_DAY - number)
        month = f"{at:%y%m}"
        numbers[month] += 1
        is_listed = number % PAPERS_A_DAY < listed_a_day
        chance = writer.random.random()
        yield Made(
            pk=pk,
            key=f"{month}.{numbers[month]:05d}",
            title=writer.title(),
            abstract=writer.abstract(),
            authors=[writer.author() for _author in range(writer.random.randint(1, 6))],
            tags=list({tags[int(len(tags) * writer.random.random() ** 3)] for _tag in range(2)}),
            at=at,
            is_listed=is_listed,
            # A few papers have many upvotes, most have a handful.
            upvotes=int(0.5 / (chance + 0.005)) if is_listed else 0,
            has_code=chance < 0.25,
        )


def write_papers(papers: Iterable[Made]) -> None:
    from papers.identifiers import title_hash

    columns = (
        "id key title title_text title_html abstract abstract_text abstract_html render_version"
        " note note_label authors authors_text title_hash published_at published_precision version"
        " comments journal_ref code_url"
        " project_url primary_tag_id listed_at withdrawal_reason created_at updated_at"
    )
    copy(
        "papers_paper",
        columns,
        (
            (
                paper.pk, paper.key, paper.title, paper.title, paper.title, paper.abstract,
                paper.abstract, f"<p>{paper.abstract}</p>", 1, "", "", paper.authors,
                ", ".join(paper.authors), title_hash(paper.title), paper.at, "day", 1, "12 pages", "",
                "https://github.com/example/code" if paper.has_code else "", "", paper.tags[0],
                paper.at if paper.is_listed else None, "", paper.at, paper.at,
            )
            for paper in papers
        ),
    )  # fmt: skip


def write_authors(papers: Iterable[Made]) -> None:
    from papers.identifiers import author_name_key

    copy(
        "papers_authorship",
        "paper_id position name name_key",
        (
            (paper.pk, position, name, author_name_key(name))
            for paper in papers
            for position, name in enumerate(paper.authors, start=1)
        ),
    )


def write_tags(papers: Iterable[Made]) -> None:
    copy(
        "papers_papertag",
        "paper_id tag_id",
        ((paper.pk, tag) for paper in papers for tag in paper.tags),
    )


def write_identifiers(papers: Iterable[Made]) -> None:
    copy(
        "papers_paperidentifier",
        "paper_id kind value former_key",
        ((paper.pk, "arxiv", paper.key, False) for paper in papers),
    )


def write_records(papers: Iterable[Made]) -> None:
    copy(
        "papers_sourcerecord",
        "paper_id source source_id digest record_date fields imported_at",
        (
            (paper.pk, "arxiv_snapshot", paper.key, f"{paper.pk:064x}", paper.at.date(), "{}", NOW)
            for paper in papers
        ),
    )


def write_heat(papers: Iterable[Made]) -> None:
    """What the ranking would compute of votes; that there are no votes is seen by none of the pages."""
    copy(
        "papers_paperheat",
        "paper_id h_now h_week h_month upvotes weight listed_at primary_tag_id visible trending",
        (
            (
                paper.pk, *(paper.at.timestamp() / 3_600 / hours for hours in (12, 36, 120)),
                paper.upvotes, float(paper.upvotes), paper.at, paper.tags[0], True,
                paper.upvotes >= 2,
            )
            for paper in papers
            if paper.is_listed
        ),
    )  # fmt: skip


def write_library(username: str, size: int, papers: list[Made]) -> None:
    """Give a member so many papers in lists, with statuses and notes."""
    from accounts.models import User
    from papers.models import LibraryEntry, ReadingList

    # The shares are the same whatever the size.
    writer = Writer(seed=size)
    owner = User.objects.create_user(username, email=f"{username}@example.org")
    lists = ReadingList.objects.bulk_create(
        ReadingList(
            pk=FIRST_LIST[username] + number,
            owner=owner,
            title=f"List {number}",
            slug=f"list-{number}",
        )
        for number in range(LISTS_A_LIBRARY)
    )
    chosen = writer.random.sample(papers, size)
    entries = [
        LibraryEntry(
            owner=owner,
            paper_id=paper.pk,
            status=("to_read", "", ("reading", "read")[number % 2])[number % 3],
            note=" ".join(writer.text(20)) if number % 3 == KEPT_WITH_NOTE else "",
            added_at=instant(0) - timedelta(minutes=number),
            changed_at=instant(0) - timedelta(minutes=writer.random.randint(0, size)),
        )
        for number, paper in enumerate(chosen)
    ]
    LibraryEntry.objects.bulk_create(entries, batch_size=2_000)
    copy(
        "papers_readinglistentry",
        "reading_list_id paper_id position note added_at",
        (
            (
                # The first list has half of what is in lists.
                lists[0 if number % 2 else number % LISTS_A_LIBRARY].pk,
                entry.paper_id,
                number + 1,
                "",
                entry.added_at,
            )
            for number, entry in enumerate(entries)
            if number % 3 != KEPT_FOR_STATUS
        ),
    )
    copy(
        "papers_upvote",
        "user_id paper_id first_cast_at weight earned_weight weight_reason",
        ((owner.pk, paper.pk, paper.at, 1, 1, "counted") for paper in chosen[::3]),
    )


def copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(columns.split())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({names}) from stdin") as target,
    ):
        for row in rows:
            target.write_row(row)


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(DATASETS[sys.argv[1]])


if __name__ == "__main__":
    main()
