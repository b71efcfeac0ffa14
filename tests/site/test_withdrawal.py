"""A paper that its authors withdraw, from the import to every page that shows papers."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper, Source
from papers.sources.record import PaperRecord
from papers.sources.snapshot import parse_paper
from papers.sources.upsert import upsert
from tests.sources.records import make_record, utc
from tests.sources.snapshots import paper

LISTINGS = ("/", "/daily/2026-03-02/", "/tags/cs-lg/")
REASON = "Withdrawn: there is a knot in lemma 3"

pytestmark = pytest.mark.django_db


def shown(client: Client, path: str) -> bool:
    return 'data-paper="2603.00011"' in client.get(path).content.decode()


def take(record: PaperRecord) -> None:
    upsert([record], timezone.now())


def test_it_leaves_the_listings_stays_in_the_search_and_comes_back(client: Client) -> None:
    take(make_record(source=Source.HUGGINGFACE, listed_at=utc("2026-03-02")))
    take(parse_paper(paper(title="Zymurgy of looms")))
    assert [shown(client, path) for path in LISTINGS[1:]] == [True, True]

    withdrawn = parse_paper(
        paper(title="Zymurgy of looms", comments=REASON, update_date="2026-04-01")
    )
    take(withdrawn)
    assert [shown(client, path) for path in LISTINGS] == [False, False, False]
    assert shown(client, "/search/?q=zymurgy")
    found = client.get("/search/?q=zymurgy").content.decode()
    assert "Withdrawn by its authors" in found
    # The day's page does not show it any more, so its row does not lead there.
    assert 'href="/daily/2026-03-02/"' not in found
    page = client.get("/papers/2603.00011/")
    assert page.status_code == 200
    assert REASON in page.content.decode()

    untangled = replace(
        withdrawn,
        comments="13 pages",
        withdrawn_at=None,
        withdrawal_reason="",
        record_date=date(2026, 4, 9),
    )
    take(untangled)
    assert [shown(client, path) for path in LISTINGS[1:]] == [True, True]
    assert "Withdrawn" not in client.get("/papers/2603.00011/").content.decode()
    assert Paper.objects.get().withdrawal_reason == ""
