"""Merges by an import and by a moderator, with records that go on coming."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from papers.merging.candidates import find_candidates
from papers.models import Authorship, MergeRecord, Paper, PaperIdentifier, PaperTag, Source
from papers.services.merging import merge_papers, separate_papers
from papers.services.moderation import hide_paper, restore_paper
from papers.sources.record import PaperRecord
from papers.sources.upsert import ImportResult, upsert
from tests.factories import make_moderator, make_tag
from tests.merging.population import dump
from tests.sources.records import make_record

pytestmark = pytest.mark.django_db

ARXIV = ("arxiv", "2603.00011")
DOI = ("doi", "10.1000/weave.1")


def preprint(**fields: Any) -> PaperRecord:
    fields.setdefault("identifiers", (ARXIV,))
    return make_record(source=Source.ARXIV_OAI, abstract="On weaving.", **fields)


def published(**fields: Any) -> PaperRecord:
    return make_record(
        source=Source.CROSSREF,
        source_id=DOI[1],
        identifiers=(DOI,),
        journal_ref="Annals of Weaving 3",
        authors=("Ada Lovelace",),
        **fields,
    )


def both() -> list[Paper]:
    return [Paper.objects.get(key="2603.00011"), Paper.objects.get(key="doi:10.1000/weave.1")]


def merge() -> MergeRecord:
    one, other = both()
    return merge_papers(
        one=one, other=other, moderator=make_moderator(), reason="One.", now=timezone.now()
    )


def separate(record: MergeRecord) -> None:
    separate_papers(
        record=record, moderator=make_moderator("dave"), reason="Two.", now=timezone.now()
    )


def dump_of_catalogue() -> dict[str, list[dict[str, Any]]]:
    tables = dump()
    del tables["moderationlogentry"]
    for row in [*tables["authorship"], *tables["papertag"]]:
        del row["id"]  # written anew with the authors and categories
    for rows in tables.values():
        rows.sort(key=str)
    return tables


def test_a_merged_paper_says_what_both_sources_say_and_then_each_its_own() -> None:
    upsert([preprint(categories=("cs.LG",), authors=("A. Lovelace",)), published()])
    own = PaperTag.objects.create(paper=both()[1], tag=make_tag("math.CO"))
    before = dump_of_catalogue()
    record = merge()
    assert PaperTag.objects.get(pk=own.pk).paper == both()[0]
    kept = Paper.objects.get(key="2603.00011")
    assert (kept.abstract, kept.journal_ref) == ("On weaving.", "Annals of Weaving 3")
    assert kept.authors == ["A. Lovelace"]
    assert Authorship.objects.filter(paper=kept).count() == 1
    separate(record)
    after = dump_of_catalogue()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_what_the_merged_source_alone_gave_the_paper_goes_with_it() -> None:
    """The kept paper has neither authors, tags nor versions of its own."""
    version = ((1, timezone.now()),)
    upsert([published(), preprint(categories=("cs.LG",), versions=version)])
    Paper.objects.filter(key="2603.00011").update(authors=[])
    Authorship.objects.filter(paper__key="2603.00011").delete()
    before = dump_of_catalogue()
    separate(merge())
    after = dump_of_catalogue()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_what_a_moderator_wrote_before_the_merge_is_there_again_after() -> None:
    upsert([preprint(), published()])
    Paper.objects.filter(key="2603.00011").update(journal_ref="By hand.")
    record = merge()
    separate(record)
    assert [paper.journal_ref for paper in both()] == ["By hand.", "Annals of Weaving 3"]


def test_a_new_record_of_a_part_stays_with_the_merged_paper_and_goes_with_it() -> None:
    upsert([preprint(), published()])
    record = merge()
    news = published(record_date=date(2026, 4, 1), comments="With a correction.")
    result = upsert([news])
    assert (result.created, result.updated) == (0, 1)
    assert Paper.objects.get(key="2603.00011").comments == "With a correction."
    separate(record)
    assert [paper.comments for paper in both()] == ["", "With a correction."]


def test_news_of_a_part_of_a_hidden_paper_shows_nothing_of_it() -> None:
    upsert([preprint(), published()])
    merge()
    hide_paper(paper=both()[0], moderator=make_moderator("dave"), reason="Libel.")
    upsert([published(record_date=date(2026, 4, 1), comments="With a correction.")])
    assert [paper.state for paper in both()] == ["hidden", "merged"]
    assert Paper.objects.count() == 2


def test_an_import_leaves_a_hidden_paper_apart_and_a_moderator_decides_once_it_is_restored() -> (
    None
):
    upsert([preprint(), published()])
    dave = make_moderator("dave")
    hidden = both()[1]
    hide_paper(paper=hidden, moderator=dave, reason="Libel.")
    shared = preprint(identifiers=(ARXIV, DOI), record_date=date(2026, 4, 1))
    upsert([shared])
    assert [paper.state for paper in both()] == ["catalogue", "hidden"]
    assert find_candidates(timezone.now()).added == 0
    restore_paper(paper=hidden, moderator=dave, reason="It is none.")
    upsert([shared])
    assert [paper.state for paper in both()] == ["catalogue", "catalogue"]
    assert find_candidates(timezone.now()).added == 1
    assert not MergeRecord.objects.exists()


def test_a_second_import_changes_nothing_about_a_merge_nor_a_separation() -> None:
    records = [preprint(), published()]
    upsert(records)
    record = merge()
    assert upsert(records) == ImportResult(unchanged=2)
    assert both()[1].merged_into == both()[0]
    separate(record)
    assert upsert(records) == ImportResult(unchanged=2)
    assert [paper.state for paper in both()] == ["catalogue", "catalogue"]


def test_an_import_that_merged_two_papers_does_not_do_so_again_once_they_are_separated() -> None:
    upsert([published(), preprint()])
    before = dump_of_catalogue()
    shared = preprint(identifiers=(ARXIV, DOI), record_date=date(2026, 4, 1))
    upsert([shared])
    record = MergeRecord.objects.get()
    assert (record.kept.key, record.merged.key) == ("2603.00011", "doi:10.1000/weave.1")
    assert record.merged_by is None
    separate(record)
    assert [paper.state for paper in both()] == ["catalogue", "catalogue"]
    identifiers = dict(PaperIdentifier.objects.values_list("value", "paper__key"))
    assert identifiers == {ARXIV[1]: "2603.00011", DOI[1]: "doi:10.1000/weave.1"}
    assert not PaperIdentifier.objects.filter(former_key=True).exists()
    assert upsert([shared]) == ImportResult(unchanged=1)
    assert MergeRecord.objects.count() == 1
    after = dump_of_catalogue()
    assert after["papertag"] == before["papertag"]
    assert sorted(paper["journal_ref"] for paper in after["paper"]) == ["", "Annals of Weaving 3"]
