"""GET /daily/ and /daily/<day>/"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.refresh import refresh_all
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 11)


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def keys_of(client: Client, url: str) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', client.get(url).content.decode())


def test_the_bare_address_leads_to_the_latest_day_with_papers(client: Client) -> None:
    make_paper(listed_at=at_noon(DAY))
    make_paper(listed_at=at_noon(DAY - timedelta(days=3)))
    response = client.get("/daily/")
    assert (response.status_code, response["Location"]) == (302, "/daily/2025-03-11/")


def test_without_papers_the_bare_address_leads_to_today(client: Client) -> None:
    assert client.get("/daily/")["Location"] == f"/daily/{timezone.now().date()}/"


def test_a_day_shows_its_papers_and_no_others_most_upvoted_first(client: Client) -> None:
    voters = [make_user(name) for name in ("alice", "bob")]
    quiet = make_paper(listed_at=at_noon(DAY))
    loved = make_paper(listed_at=at_noon(DAY) + timedelta(hours=1))
    earlier = make_paper(listed_at=at_noon(DAY) - timedelta(hours=1))
    make_paper(listed_at=at_noon(DAY + timedelta(days=1)))
    make_paper(listed=False, published_at=at_noon(DAY))
    for voter in voters:
        make_upvote(voter, loved)
    refresh_all(timezone.now())
    assert keys_of(client, "/daily/2025-03-11/") == [loved.key, earlier.key, quiet.key]


def test_the_day_begins_and_ends_at_midnight_utc(client: Client) -> None:
    midnight = datetime(2025, 3, 11, tzinfo=UTC)
    first = make_paper(listed_at=midnight)
    last = make_paper(listed_at=midnight + timedelta(days=1, microseconds=-1))
    make_paper(listed_at=midnight - timedelta(microseconds=1))
    make_paper(listed_at=midnight + timedelta(days=1))
    assert keys_of(client, "/daily/2025-03-11/") == [first.key, last.key]


def test_previous_and_next_skip_days_without_papers(client: Client) -> None:
    for days in (-5, 0, 9):
        make_paper(listed_at=at_noon(DAY + timedelta(days=days)))
    html = client.get("/daily/2025-03-11/").content.decode()
    assert 'rel="prev" href="/daily/2025-03-06/"' in html
    assert 'rel="next" href="/daily/2025-03-20/"' in html


def test_a_day_without_papers_is_an_empty_page(client: Client) -> None:
    response = client.get("/daily/2025-03-11/")
    assert response.status_code == 200
    assert "No papers were listed on this day" in response.content.decode()


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "0000-01-01", "2025-3-1", "today"])
def test_what_is_no_day_is_not_found(client: Client, text: str) -> None:
    assert client.get(f"/daily/{text}/").status_code == 404


def test_the_future_is_not_found(client: Client) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    assert client.get(f"/daily/{tomorrow}/").status_code == 404


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at", "pending_since"])
def test_papers_that_are_not_listed_any_more_are_not_shown(client: Client, state: str) -> None:
    paper = make_paper(listed_at=at_noon(DAY))
    Paper.objects.filter(pk=paper.pk).update(**{state: timezone.now()})
    assert keys_of(client, "/daily/2025-03-11/") == []


def test_a_key_of_any_letters_can_end_a_page(client: Client) -> None:
    papers = [
        make_paper(key=f"doi:10.1000/straße-é-{number:03d}", listed_at=at_noon(DAY))
        for number in range(101)
    ]
    html = client.get("/daily/2025-03-11/").content.decode()
    more = re.search(r'rel="next"\s+href="(\?after=[^"]+)"', html)
    assert more is not None
    assert keys_of(client, f"/daily/2025-03-11/{more[1]}") == [papers[100].key]


def test_more_than_a_hundred_papers_go_on_to_a_second_page(client: Client) -> None:
    papers = [make_paper(listed_at=at_noon(DAY) + timedelta(seconds=n)) for n in range(103)]
    expected = [paper.key for paper in papers]
    assert keys_of(client, "/daily/2025-03-11/") == expected[:100]
    html = client.get("/daily/2025-03-11/").content.decode()
    more = re.search(r'rel="next"\s+href="(\?after=[^"]+)"', html)
    assert more is not None
    # The paper that the cursor was made of may vanish meanwhile.
    Paper.objects.filter(key=expected[99]).update(hidden_at=timezone.now())
    assert keys_of(client, f"/daily/2025-03-11/{more[1]}") == expected[100:]


@pytest.mark.parametrize(
    "after",
    [
        "nothing",
        "upvotes-1-2",
        "upvotes-1-x-2503.01234",
        "upvotes-1-999999999999999999-a",
        "upvotes-1-1-a%00b",
        "upvotes-%C2%B2-1-a",
        # A date, and places in other orders.
        "9999-12-31",
        "late-1-1-a",
        "top-1-1-1",
        "new-1-1",
    ],
)
def test_a_cursor_that_means_nothing_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/daily/2025-03-11/?after={after}").status_code == 400
