from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from papers import mathtext
from papers.models import (
    ExternalCount,
    Paper,
    PaperIdentifier,
    PaperState,
    Source,
    SourceRecord,
    VoteOutbox,
)
from papers.sources.record import PaperRecord
from papers.sources.upsert import ImportResult, upsert, upsert_batch
from tests.digests import papers_digest
from tests.eventually import eventually
from tests.factories import make_paper, make_tag
from tests.sources.records import make_record, utc

NOW = utc("2026-04-01 12:00")
DOI = ("doi", "10.1000/shared")

pytestmark = pytest.mark.django_db


def arxiv(number: int, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("arxiv", f"2603.{number:05d}"), *more)


def some(count: int) -> list[PaperRecord]:
    return [
        make_record(
            identifiers=arxiv(number),
            title=f"On the matter of {number}",
            abstract="We say little.",
            authors=("Ada Lovelace", "Charles Babbage"),
            categories=("cs.LG", "stat.ML"),
            listed_at=utc("2026-03-02"),
            external_count=number,
        )
        for number in range(1, count + 1)
    ]


def test_a_record_becomes_a_paper_with_all_that_belongs_to_it() -> None:
    record = make_record(
        identifiers=arxiv(11, DOI),
        title=r"Weaving in $\mathcal{O}(n^2)$",
        abstract="We punch $n$ cards.",
        authors=("Ada Lovelace", "Émilie du Châtelet"),
        published_at=utc("2026-02-27 17:50"),
        version=2,
        categories=("stat.ML", "cs.LG"),
        comments="12 pages",
        journal_ref="Ann. Weav. 3 (2026)",
        code_url="https://github.com/example/weaving",
        project_url="https://weaving.example.org/",
        listed_at=utc("2026-03-02"),
        external_count=82,
    )
    assert upsert([record], NOW) == ImportResult(created=1)

    paper = Paper.objects.get()
    assert paper.key == "2603.00011"
    assert paper.title == r"Weaving in $\mathcal{O}(n^2)$"
    assert paper.title_html == mathtext.render(paper.title).html
    assert paper.title_text == mathtext.render(paper.title).text
    assert paper.abstract_html == mathtext.render_abstract("We punch $n$ cards.").html
    assert "$" not in paper.abstract_text
    assert paper.render_version == mathtext.RENDER_VERSION
    assert paper.authors == ["Ada Lovelace", "Émilie du Châtelet"]
    assert paper.authors_text == "Ada Lovelace, Émilie du Châtelet"
    assert paper.published_at == utc("2026-02-27 17:50")
    assert (paper.version, paper.comments) == (2, "12 pages")
    assert paper.journal_ref == "Ann. Weav. 3 (2026)"
    assert paper.code_url == "https://github.com/example/weaving"
    assert paper.project_url == "https://weaving.example.org/"
    assert (paper.listed_at, paper.listed_on) == (utc("2026-03-02"), date(2026, 3, 2))
    assert paper.state == PaperState.LISTED
    assert paper.primary_tag == make_tag("stat.ML")
    assert set(paper.tags.all()) == {make_tag("stat.ML"), make_tag("cs.LG")}
    assert set(paper.identifiers.values_list("kind", "value")) == set(arxiv(11, DOI))
    assert list(paper.authorships.order_by("position").values_list("position", "name_key")) == [
        (1, "ada-lovelace"),
        (2, "emilie-du-chatelet"),
    ]
    count = paper.external_counts.get()
    assert (count.source, count.count, count.taken_on) == ("huggingface", 82, date(2026, 3, 2))
    kept = paper.records.get()
    assert (kept.digest, kept.fields) == (record.digest, record.fields)


def test_a_paper_that_nobody_lists_is_in_the_catalogue() -> None:
    upsert([make_record(source=Source.ARXIV_ATOM)], NOW)
    assert Paper.objects.get().state == PaperState.CATALOGUE


def test_importing_again_writes_nothing() -> None:
    records = some(3)
    upsert(records, NOW)
    before, rows = papers_digest(), list(Paper.objects.order_by("pk").values_list("updated_at"))
    stamps = list(SourceRecord.objects.order_by("pk").values_list("imported_at"))
    VoteOutbox.objects.all().delete()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert upsert(records, NOW) == ImportResult(unchanged=3)

    written = [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert written == []
    assert papers_digest() == before
    assert list(Paper.objects.order_by("pk").values_list("updated_at")) == rows
    assert list(SourceRecord.objects.order_by("pk").values_list("imported_at")) == stamps
    assert not VoteOutbox.objects.exists()


def test_a_change_is_written_to_its_paper_only() -> None:
    first, second = some(2)
    upsert([first, second], NOW)
    other = Paper.objects.get(key="2603.00002")
    created_at = Paper.objects.get(key="2603.00001").created_at
    newer = make_record(
        identifiers=first.identifiers,
        record_date=date(2026, 3, 9),
        title="A better title",
        authors=("Charles Babbage",),
        categories=("stat.ML",),
        listed_at=utc("2026-03-09"),
    )
    assert upsert([newer, second], NOW) == ImportResult(updated=1, unchanged=1)

    paper = Paper.objects.get(key="2603.00001")
    assert (paper.title, paper.title_text, paper.title_html) == ("A better title",) * 3
    assert (paper.abstract, paper.abstract_html) == ("", "")
    assert paper.authors_text == "Charles Babbage"
    assert [each.name for each in paper.authorships.all()] == ["Charles Babbage"]
    assert list(paper.tags.all()) == [make_tag("stat.ML")]
    assert paper.primary_tag == make_tag("stat.ML")
    assert paper.listed_at == utc("2026-03-02")
    assert paper.created_at == created_at < paper.updated_at
    assert Paper.objects.get(pk=other.pk).updated_at == other.updated_at


def test_a_new_count_does_not_touch_the_paper() -> None:
    (record,) = some(1)
    upsert([record], NOW)
    stamp = Paper.objects.get().updated_at
    assert upsert([replace(record, external_count=99)], NOW) == ImportResult(updated=1)
    assert ExternalCount.objects.get().count == 99
    assert Paper.objects.get().updated_at == stamp


def test_created_and_relisted_papers_are_queued_for_the_ranking() -> None:
    late = make_record(record_date=date(2026, 3, 9), listed_at=utc("2026-03-09"))
    upsert([late], NOW)
    paper = Paper.objects.get()
    assert list(VoteOutbox.objects.values_list("paper", "delta")) == [(paper.pk, 0)]
    VoteOutbox.objects.all().delete()

    upsert([make_record(listed_at=utc("2026-03-02"))], NOW)
    assert list(VoteOutbox.objects.values_list("paper", "delta")) == [(paper.pk, 0)]
    VoteOutbox.objects.all().delete()

    retitled = make_record(title="Retitled", record_date=date(2026, 3, 10))
    assert upsert([retitled], NOW) == ImportResult(updated=1)
    assert not VoteOutbox.objects.exists()


def test_categories_become_tags_by_code_and_synonym_and_unknown_ones_are_named() -> None:
    record = make_record(categories=("math.IT", "cs.IT", "cs.XX", "stat.ML"))
    other = make_record(identifiers=arxiv(12), categories=("cs.XX",))
    result = upsert([record, other], NOW)
    assert result.unknown_categories == {"cs.XX"}
    paper = Paper.objects.get(key="2603.00011")
    assert set(paper.tags.all()) == {make_tag("cs.IT"), make_tag("stat.ML")}
    assert paper.primary_tag == make_tag("cs.IT")
    assert Paper.objects.get(key="2603.00012").primary_tag is None


def test_what_people_did_to_a_paper_stays() -> None:
    upsert([make_record(categories=("cs.LG",), comments="12 pages")], NOW)
    paper = Paper.objects.get()
    paper.tags.add(make_tag("cs.CL"))
    Paper.objects.update(comments="12 pages; see the erratum", hidden_at=NOW)

    newer = make_record(
        categories=("cs.LG", "stat.ML"),
        comments="12 pages",
        title="Another",
        record_date=date(2026, 3, 9),
    )
    assert upsert([newer], NOW) == ImportResult(updated=1)
    paper.refresh_from_db()
    assert paper.title == "Another"
    assert paper.comments == "12 pages; see the erratum"
    assert paper.state == PaperState.HIDDEN
    assert {tag.code for tag in paper.tags.all()} == {"cs.CL", "cs.LG", "stat.ML"}


def test_a_bibliography_fills_blanks_and_replaces_nothing() -> None:
    paper = make_paper("As a moderator wrote it", key="2603.00011", comments="")
    somebody = make_record(
        source=Source.BIBLIOGRAPHY, title="as somebody wrote it", comments="read", authors=("X",)
    )
    assert upsert([somebody], NOW) == ImportResult(updated=1)
    paper.refresh_from_db()
    assert paper.title == paper.title_text == "As a moderator wrote it"
    assert paper.authors == ["Ada Lovelace", "Alan Turing"]
    assert [each.name for each in paper.authorships.order_by("position")] == paper.authors
    assert paper.comments == "read"


def test_of_two_bibliographies_the_same_is_believed_whichever_comes_first() -> None:
    said = {"source": Source.BIBLIOGRAPHY, "published_at": utc("2020-01-01")}
    one = make_record(**said, source_id="1", authors=("Ada Weaver",), published_precision="year")
    other = make_record(**said, source_id="2", title="Another", authors=("A. Weaver",))
    outcomes = []
    for order in ((one, other), (other, one)):
        Paper.objects.all().delete()
        for record in order:
            upsert([record], NOW)
        paper = Paper.objects.get()
        outcomes.append((paper.title_text, paper.authors_text, paper.published_precision))
    assert outcomes[0] == outcomes[1]


def test_an_import_that_lists_a_paper_moves_a_listing_by_a_person() -> None:
    paper = make_paper(key="2603.00011", listed_at=NOW, listed_by_person_at=NOW)
    upsert([make_record(source=Source.ARXIV_ATOM)], NOW)
    paper.refresh_from_db()
    assert paper.listed_at == NOW
    upsert([make_record(listed_at=utc("2026-03-02"))], NOW)
    paper.refresh_from_db()
    assert (paper.listed_at, paper.listed_by_person_at) == (utc("2026-03-02"), NOW)


def test_a_paper_that_was_made_without_its_identifier_is_found_by_its_key() -> None:
    paper = make_paper(key="2603.00011")
    paper.identifiers.all().delete()
    assert upsert([make_record()], NOW) == ImportResult(updated=1)
    assert paper.identifiers.get().value == "2603.00011"
    assert Paper.objects.get().title == "Notes on Weaving Algebra"


def test_a_paper_that_gains_an_arxiv_id_takes_it_as_key_and_keeps_the_old_one_as_id() -> None:
    upsert([make_record(identifiers=(DOI,), source=Source.CROSSREF)], NOW)
    paper = Paper.objects.get()
    assert paper.key == "doi:10.1000/shared"
    assert upsert([make_record(identifiers=arxiv(11, DOI))], NOW) == ImportResult(updated=1)
    paper.refresh_from_db()
    assert paper.key == "2603.00011"
    assert set(paper.identifiers.values_list("kind", "value")) == set(arxiv(11, DOI))


def test_a_doi_moves_to_the_smaller_of_two_arxiv_papers_that_claim_it() -> None:
    larger = make_record(identifiers=arxiv(12, DOI))
    smaller = make_record(identifiers=arxiv(11, DOI))
    upsert([larger], NOW)
    assert upsert([smaller], NOW) == ImportResult(created=1)
    assert PaperIdentifier.objects.get(kind="doi").paper.key == "2603.00011"
    assert upsert([larger, smaller], NOW) == ImportResult(unchanged=2)


def test_papers_without_ids_get_a_key_of_ours_and_are_found_by_it() -> None:
    bare = {"identifiers": (), "source": Source.BIBLIOGRAPHY, "authors": ("Ada Lovelace",)}
    assert upsert([make_record(source_id="one", **bare)], NOW) == ImportResult(created=1)
    assert upsert([make_record(source_id="other", **bare)], NOW) == ImportResult(unchanged=1)
    paper = Paper.objects.get()
    assert paper.key.startswith("op:")
    assert paper.records.count() == 2


def test_the_result_is_the_same_in_any_order_and_in_batches_of_any_size() -> None:
    records = [
        *some(3),
        make_record(identifiers=arxiv(1), listed_at=utc("2026-03-01"), external_count=1),
        make_record(identifiers=arxiv(2, DOI), source=Source.ARXIV_ATOM, comments="12 pages"),
        make_record(identifiers=arxiv(3, DOI), source=Source.ARXIV_ATOM),
        make_record(identifiers=(DOI,), source=Source.CROSSREF, journal_ref="Ann. Weav. 3"),
    ]
    upsert(records, NOW)
    expected = papers_digest()
    for order, size in ((records[::-1], 100), (records, 1), (records[::-1], 2)):
        Paper.objects.all().delete()
        for start in range(0, len(order), size):
            upsert_batch(order[start : start + size], NOW)
        assert papers_digest() == expected


def test_a_record_that_comes_twice_in_one_batch_counts_twice() -> None:
    record = some(1)[0]
    assert upsert([record, record], NOW) == ImportResult(created=1, unchanged=1)


def test_a_collaboration_of_thousands_fits() -> None:
    names = tuple(f"Xu{number} Zy{number:05d}" for number in range(20_000))
    record = make_record(authors=names, abstract=" ".join(f"a{n}" for n in range(3_300)))
    assert upsert([record], NOW) == ImportResult(created=1)
    paper = Paper.objects.get()
    assert tuple(paper.authors) == names
    assert paper.authorships.count() == 20_000
    assert len(paper.authors_text.encode()) <= 100_000


@pytest.mark.parametrize("title", [r"\alpha" * 300, "<b>&amp;</b>", r"$\alpha$", "100 %"])
def test_a_title_of_any_kind_of_tex_has_a_text(title: str) -> None:
    upsert([make_record(title=title)], NOW)
    assert Paper.objects.get(title=title).title_text.strip()


def statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_a_batch_takes_the_same_statements_whatever_its_size() -> None:
    upsert([make_record(identifiers=arxiv(99), categories=("cs.LG",))], NOW)
    created = [statements(lambda: upsert_batch(some(20), NOW))]
    Paper.objects.all().delete()
    created.append(statements(lambda: upsert_batch(some(100), NOW)))
    assert created[0] == created[1] <= 20

    def changed(count: int) -> list[PaperRecord]:
        return [
            make_record(
                identifiers=record.identifiers,
                title="Changed",
                authors=("Another",),
                categories=("cs.CL",),
                record_date=date(2026, 3, 9),
                external_count=500,
            )
            for record in some(count)
        ]

    first = statements(lambda: upsert_batch(changed(10), NOW))
    Paper.objects.all().delete()
    upsert(some(100), NOW)
    assert statements(lambda: upsert_batch(changed(100), NOW)) == first <= 25
    assert statements(lambda: upsert_batch(changed(100), NOW)) <= 6


def import_at_once(*imports: list[PaperRecord]) -> ImportResult:
    """Run imports beside each other, each in a thread with a connection of its own."""
    barrier = Barrier(len(imports))
    results: list[ImportResult] = []

    def work(records: list[PaperRecord]) -> None:
        try:
            barrier.wait(10)
            batches = (records[start : start + 10] for start in range(0, len(records), 10))
            results.extend(upsert_batch(batch, NOW) for batch in batches)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=[records]) for records in imports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sum(results, start=ImportResult())


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_paper_once() -> None:
    records = [make_record(identifiers=arxiv(number)) for number in range(1, 101)]
    total = import_at_once(records, records[::-1])
    assert total == ImportResult(created=100, unchanged=100)
    assert Paper.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_meets_a_deadlock_is_tried_again() -> None:
    first, second = (make_paper(key=key) for key in ("2603.00001", "2603.00002"))

    def import_waits() -> bool:
        with connection.cursor() as cursor:
            # Within a transaction PostgreSQL goes on showing what it showed first.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select exists (select from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock')"
            )
            return bool(cursor.fetchone()[0])

    results: list[ImportResult] = []

    def work() -> None:
        try:
            records = [make_record(identifiers=arxiv(number)) for number in (1, 2)]
            results.append(upsert_batch(records, NOW))
        finally:
            connections.close_all()

    thread = Thread(target=work)
    with transaction.atomic():
        Paper.objects.select_for_update().get(pk=second.pk)
        thread.start()
        eventually(import_waits)
        # The import holds the first and waits for the second: it waited first, so it must yield.
        Paper.objects.select_for_update().get(pk=first.pk)
    thread.join(30)
    assert results == [ImportResult(updated=2)]
