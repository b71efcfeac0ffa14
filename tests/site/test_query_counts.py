"""A page costs the same number of queries with 50 rows as with 10."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, RankingSnapshot, ReadingList, ReadingListEntry, Visibility
from papers.ranking.refresh import refresh_all
from papers.ranking.standings import close_due
from papers.secret_links import token_for
from tests.factories import at, make_list, make_paper, make_tag, make_upvote, make_user

pytestmark = pytest.mark.django_db


def add_papers(
    number: int, alice: User, voters: list[User], lists: list[ReadingList]
) -> list[Paper]:
    """Listed papers with upvotes, tags and places in the lists, some trending and some new."""
    tag = make_tag("cs.LG")
    made = []
    for place in range(number):
        paper = make_paper(
            "Ranking papers", tags=[tag], listed_at=timezone.now() - timedelta(minutes=place)
        )
        for voter in voters[: 2 if place % 3 else 1]:
            make_upvote(voter, paper)
        for reading_list in lists:
            ReadingListEntry.objects.create(
                reading_list=reading_list, paper=paper, position=reading_list.entries.count() + 1
            )
        made.append(paper)
    refresh_all(timezone.now())
    RankingSnapshot.objects.create(
        window="week",
        taken_at=timezone.now() - timedelta(days=1),
        paper_ids=list(Paper.objects.values_list("pk", flat=True)),
    )
    return made


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # what is read once a process is read now
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries)


def test_a_closed_day_costs_the_same_whatever_its_papers(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    costs = set()
    for day, number in ((11, 5), (18, 25)):
        papers = [make_paper(listed_at=at(f"2025-03-{day} 12:00")) for _ in range(number)]
        make_upvote(alice, papers[0], first_cast_at=at(f"2025-03-{day} 13:00"))
        close_due(timezone.now())
        for _ in range(number):
            make_paper(listed_at=at(f"2025-03-{day} 14:00"))
        costs.add(queries_of(client, f"/daily/2025-03-{day}/"))
    assert len(costs) == 1


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_queries_do_not_grow_with_the_rows(client: Client, signed_in: bool) -> None:
    alice = make_user("alice")
    voters = [alice, make_user("bob")]
    lists = [
        make_list(alice, slug="my-list", is_default=True),
        make_list(alice, slug="public", visibility=Visibility.PUBLIC),
        make_list(alice, slug="unlisted", visibility=Visibility.UNLISTED),
    ]
    link = token_for(lists[2].pk, lists[2].link_nonce)
    if signed_in:
        client.force_login(alice)
    first = add_papers(10, alice, voters, lists)
    today = timezone.now().date()
    urls = ["/", f"/daily/{today}/", "/tags/cs-lg/", "/search/?q=ranking", "/@alice/public/"]
    urls += ["/tags/cs-lg/?sort=trending", "/authors/ada-lovelace/?sort=trending"]
    urls += ["/@alice/public/?sort=trending", "/papers/?sort=trending"]
    urls += ["/?balance=fields", f"/archive/{today - timedelta(days=1)}/"]
    urls += ["/search/?q=ranking+author:turing+tag:cs&sort=newest"]
    urls += ["/papers/", "/papers/?q=ranking&tag=cs-lg&not_tag=math&author=ada+lovelace"]
    urls += ["/authors/ada-lovelace/"]
    urls += ["/new/", "/top/", f"/weekly/{today:%G-W%V}/", f"/monthly/{today:%Y-%m}/"]
    urls += [f"{first[0].get_absolute_url()}why/", "/about/ranking/"]
    urls += [first[0].get_absolute_url(), f"/lists/s/{link}/"]
    if signed_in:
        urls += ["/library/", "/@alice/my-list/", "/@alice/my-list/edit/"]
    with_ten = {url: queries_of(client, url) for url in urls}
    add_papers(40, alice, voters, lists)
    with_fifty = {url: queries_of(client, url) for url in urls}
    # A page that the papers which trend do not fill asks for the others too.
    assert {url: n for url, n in with_fifty.items() if n > with_ten[url]} == {}
    assert max(with_fifty["/"], with_fifty["/?balance=fields"]) <= 6, (
        "the front page's budget, session and member included"
    )


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_queries_do_not_grow_with_the_lists(client: Client, signed_in: bool) -> None:
    alice, paper = make_user("alice"), make_paper()
    if signed_in:
        client.force_login(alice)

    def add_lists(number: int) -> None:
        for _number in range(number):
            owner = make_user()
            make_list(owner, "Reading", visibility=Visibility.PUBLIC, papers=[paper])

    urls = ["/lists/", "/lists/?q=reading", paper.get_absolute_url()]
    add_lists(10)
    with_ten = {url: queries_of(client, url) for url in urls}
    add_lists(30)
    assert {url: queries_of(client, url) for url in urls} == with_ten
