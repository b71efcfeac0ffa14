import pytest

from papers.models import Paper
from papers.sources.upsert import upsert
from papers.sources.whereabouts import paper_ids_of
from tests.sources.records import make_record

pytestmark = pytest.mark.django_db


def test_each_record_is_found_where_it_went() -> None:
    looms = make_record(identifiers=(("arxiv", "2603.00011"),))
    yarns = make_record(identifiers=(("arxiv", "2603.00012"),))
    never = make_record(identifiers=(("arxiv", "2603.00013"),))
    upsert([looms, yarns])
    of = {paper.key: paper.pk for paper in Paper.objects.all()}
    expected = [of["2603.00012"], None, of["2603.00011"], of["2603.00012"]]
    assert paper_ids_of([yarns, never, looms, yarns]) == expected


def test_no_records_are_nowhere() -> None:
    assert paper_ids_of([]) == []
