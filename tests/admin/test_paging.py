"""Long lists: what is counted, and that every row is within reach."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.admin_base import REACH
from papers.models import ModerationLogEntry
from tests.admin.pages import rows_of, text_of
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/moderationlogentry/"
PER_PAGE = 100


def fill(number: int) -> None:
    paper = make_paper()
    ModerationLogEntry.objects.bulk_create(
        ModerationLogEntry(action="hide", paper=paper, reason=f"No. {place}.")
        for place in range(1, number + 1)
    )


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze papers_moderationlogentry")


def paginator(client: Client, query: str = "") -> str:
    """What the line under the list says."""
    page = client.get(f"{LIST}{query}").content.decode()
    found = re.search(r'<p class="paginator">(.*?)</p>', page, re.DOTALL)
    assert found
    return text_of(found[1])


def test_a_short_list_is_counted_exactly(root: Client) -> None:
    fill(REACH)
    assert paginator(root).endswith(" 10 1,000 moderation log")


def test_a_longer_one_is_counted_no_further(root: Client) -> None:
    fill(REACH + 1)
    assert paginator(root, "?action__exact=hide").endswith(" 10 1,000+ moderation log")


def test_of_a_whole_table_postgresql_knows_the_size_roughly(root: Client) -> None:
    fill(1234)
    analyze()
    assert paginator(root).endswith("about 1,230 moderation log")


def test_the_page_links_move_on_with_the_reader(root: Client) -> None:
    fill(REACH + 250)
    assert "11" not in paginator(root).split()
    assert paginator(root, "?p=10&action__exact=hide").endswith("13 1,250 moderation log")


def test_the_pages_show_every_row_once_newest_first(root: Client) -> None:
    fill(REACH + 2 * PER_PAGE + 50)
    shown: list[int] = []
    for page in range(1, 14):
        shown += [
            int(re.findall(r"No\. (\d+)\.", row)[0]) for row in rows_of(root, f"{LIST}?p={page}")
        ]
    assert shown == list(range(REACH + 250, 0, -1))


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "²"])
def test_a_page_that_is_none_is_the_first_or_an_error_of_the_list(
    root: Client, number: str
) -> None:
    fill(PER_PAGE + 1)
    response = root.get(f"{LIST}?p={number}", follow=True)
    assert response.status_code == 200


@pytest.mark.parametrize("number", ["3", "99999999", "9" * 30])
def test_a_page_past_the_end_leads_back_to_the_list(root: Client, number: str) -> None:
    fill(PER_PAGE + 1)
    response = root.get(f"{LIST}?p={number}")
    assert (response.status_code, response.get("Location")) == (302, f"{LIST}?e=1")


def test_a_list_reads_only_the_columns_that_it_shows(root: Client) -> None:
    make_paper()
    with CaptureQueriesContext(connection) as queries:
        rows_of(root, "/admin/papers/paper/")
    reading = [query["sql"] for query in queries if "title_text" in query["sql"]]
    assert len(reading) == 1
    for heavy in ("abstract", "search", "title_html"):
        assert heavy not in reading[0]
