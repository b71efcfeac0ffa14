"""A library of 20,000 papers asks the database no more than one of 200."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from papers.models import LibraryEntry
from tests.factories import make_list, make_paper, make_tag, make_upvote, make_user

pytestmark = pytest.mark.django_db

PAPERS = """
insert into papers_paper (key, title, title_text, title_html, abstract, abstract_text,
    abstract_html, render_version, note, note_label, authors, authors_text, published_at, comments,
    journal_ref, code_url, project_url, withdrawal_reason, primary_tag_id, created_at, updated_at,
    published_precision, title_hash)
select '2401.' || lpad(number::text, 5, '0'), title, title, title, '', '', '', 0, '', '',
    '{Ada Lovelace}', 'Ada Lovelace', now() - number * interval '1 hour', '', '', '', '', '',
    %(tag)s, now(), now(), 'day', ''
from (select number, 'Study ' || number || ' of graphs' as title
    from generate_series(%(first)s, %(last)s) as number) as numbered
returning id
"""
ENTRIES = """
insert into papers_libraryentry (owner_id, paper_id, status, note, added_at, changed_at)
select %(owner)s, id, (array['', 'to_read', 'reading', 'read', 'not_interested'])[id %% 5 + 1],
    case when id %% 3 = 0 then 'Compare with table ' || id else '' end,
    now() - id * interval '1 minute', now() - id * interval '1 minute'
from unnest(%(papers)s::bigint[]) as id
"""
LISTED = """
insert into papers_readinglistentry (reading_list_id, paper_id, position, note, added_at)
select %(list)s, id, id, '', now() from unnest(%(papers)s::bigint[]) as id
where id %% 2 = 0
"""


def grow(alice: User, list_id: int, first: int, last: int) -> None:
    """Put the papers with these numbers into the library, half of them into the list."""
    with connection.cursor() as cursor:
        cursor.execute(PAPERS, {"first": first, "last": last, "tag": make_tag("math.CO").pk})
        papers = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(
            "insert into papers_papertag (paper_id, tag_id) select id, %s"
            " from unnest(%s::bigint[]) as id",
            [make_tag("math.CO").pk, papers],
        )
        cursor.execute(ENTRIES, {"owner": alice.pk, "papers": papers})
        cursor.execute(LISTED, {"list": list_id, "papers": papers})
        cursor.execute("analyze papers_paper, papers_libraryentry, papers_readinglistentry")


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # what is read once a process is read now
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    assert response.content.count(b"data-paper=") == 50, url
    return len(queries)


def test_every_view_of_a_large_library_asks_as_often_as_of_a_small_one(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    seminar = make_list(alice, "Seminar")
    make_upvote(alice, make_paper())
    urls = [
        *("/library/", "/library/?sort=changed", "/library/?sort=published"),
        *("/library/?sort=title", "/library/?q=graphs", "/library/?q=table&note=1"),
        *(f"/library/?list={seminar.pk}", "/library/?list=none&sort=title"),
        *("/library/?tag=math.CO", "/library/?status=read&sort=published"),
    ]
    grow(alice, seminar.pk, 1, 300)
    small = {url: queries_of(client, url) for url in urls}
    grow(alice, seminar.pk, 301, 20_000)
    assert LibraryEntry.objects.filter(owner=alice).count() == 20_000
    large = {url: queries_of(client, url) for url in urls}
    assert large == small
    assert max(large.values()) <= 17
