"""Every address of a list, as each kind of visitor, for each visibility: a table, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, ReadingList, Visibility
from papers.secret_links import token_for
from papers.services.entries import remove_entry, save_paper
from papers.services.lists import edit_list
from tests.factories import at, make_list, make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

# The holder is a member who was given the link; Sid is suspended, and a stranger to the list.
VISITORS = ("anonymous", "stranger", "holder", "owner", "moderator", "sid", "suspended owner")

# What a visitor gets: a page, a redirect to what was done, the log-in, or a refusal.
OK, DONE, LOGIN, NO, NONE, NOGET, CLASH = 200, "done", "log in", 403, 404, 405, 409
Outcome = int | str

# A row: how it is asked for, then what each visitor of VISITORS gets.
Table = dict[str, tuple[Outcome, ...]]

# Asked for in the same way whatever the list's visibility, with the same outcome.
OWNERS_PAGE = (LOGIN, NONE, NONE, OK, NONE, NONE, OK)
OWNERS_ACT = (LOGIN, NONE, NONE, DONE, NONE, NONE, DONE)
# What others could read, at the list's address or by its link: a suspended member publishes nothing.
PUBLISHING = (LOGIN, NONE, NONE, DONE, NONE, NONE, NO)
EVERYBODY = (OK,) * 7
NOBODY = (NONE,) * 7
MEMBERS_ACT = (LOGIN, *(DONE,) * 6)

ALWAYS: Table = {
    "GET edit": OWNERS_PAGE,
    "GET delete": OWNERS_PAGE,
    "POST delete": OWNERS_ACT,
    "POST edit, to private": OWNERS_ACT,
    "POST edit, to unlisted": PUBLISHING,
    "POST edit, to public": PUBLISHING,
    "POST remove": OWNERS_ACT,
    "POST unsave from": OWNERS_ACT,
    **{
        f"GET {name}": (NOGET,) * 7
        for name in ("link", "copy", "add", "move", "note", "remove", "restore", "copy by link")
    },
}
IN_PRIVATE: Table = dict.fromkeys(
    ["POST add", "POST move", "POST note", "POST restore", "POST save into"], OWNERS_ACT
)
TABLES: dict[Visibility, Table] = {
    Visibility.PRIVATE: ALWAYS
    | IN_PRIVATE
    | {
        "GET page": (NONE, NONE, NONE, OK, NONE, NONE, OK),
        "GET by link": NOBODY,
        "POST copy": OWNERS_ACT,
        "POST copy by link": (LOGIN, *(NONE,) * 6),
        "POST link": (LOGIN, NONE, NONE, CLASH, NONE, NONE, CLASH),
        "in the directory": (NONE,) * 7,
    },
    Visibility.UNLISTED: ALWAYS
    | dict.fromkeys(IN_PRIVATE, PUBLISHING)
    | {
        # At its own address it is as private as a private one, also to who has the link.
        "GET page": (NONE, NONE, NONE, OK, NONE, NONE, OK),
        "GET by link": EVERYBODY,
        "POST copy": OWNERS_ACT,
        "POST copy by link": MEMBERS_ACT,
        "POST link": PUBLISHING,
        "in the directory": (NONE,) * 7,
    },
    Visibility.PUBLIC: ALWAYS
    | dict.fromkeys(IN_PRIVATE, PUBLISHING)
    | {
        "GET page": EVERYBODY,
        "GET by link": NOBODY,
        "POST copy": MEMBERS_ACT,
        "POST copy by link": (LOGIN, *(NONE,) * 6),
        "POST link": (LOGIN, NONE, NONE, CLASH, NONE, NONE, CLASH),
        # The last column is the list of a suspended owner, whoever looks.
        "in the directory": (*(OK,) * 6, NONE),
    },
}

# The names of the routes that the rows ask for.
ROUTES = {
    "lists", "list", "list_by_link", "edit_list", "delete_list", "replace_list_link", "copy_list",
    "copy_list_by_link", "list_entries", "move_entry", "note_entry", "remove_entry",
    "restore_entry",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """A list of two papers with one removed, its link (perhaps of the past), and a new paper."""

    owner: User
    reading_list: ReadingList
    token: str
    ids: list[int]
    removed: int
    paper: Paper

    def ask(self, client: Client, row: str) -> Any:
        """The response to what a row of the table asks for."""
        method, _, name = row.partition(" ")
        url, fields = self.requests()[name]
        return client.get(url) if method == "GET" else client.post(url, fields)

    def requests(self) -> dict[str, tuple[str, dict[str, object]]]:
        page = f"/@{self.owner.username}/{self.reading_list.slug}/"
        by_link = f"/lists/s/{self.token}/"
        first, second = self.ids
        saved = Paper.objects.filter(list_entries=first).get()
        texts: dict[str, object] = {"title": "Renamed", "description": "Described"}
        return {
            "page": (page, {}),
            "by link": (by_link, {}),
            "edit": (f"{page}edit/", {}),
            "edit, to private": (f"{page}edit/", texts | {"visibility": "private"}),
            "edit, to unlisted": (f"{page}edit/", texts | {"visibility": "unlisted"}),
            "edit, to public": (f"{page}edit/", texts | {"visibility": "public"}),
            "delete": (f"{page}delete/", {}),
            "link": (f"{page}link/", {}),
            "copy": (f"{page}copy/", {}),
            "copy by link": (f"{by_link}copy/", {}),
            "add": (f"{page}entries/", {"paper": self.paper.key}),
            "move": (f"{page}entries/move/", {"entry": second, "before": first}),
            "note": (f"{page}entries/note/", {"entry": first, "note": "Noted."}),
            "remove": (f"{page}entries/remove/", {"entry": first}),
            "restore": (f"{page}entries/restore/", {"entry": self.removed}),
            "save into": (
                f"/papers/{self.paper.key}/save/",
                {"list": self.reading_list.pk, "next": page},
            ),
            "unsave from": (
                f"/papers/{saved.key}/save/remove/",
                {"list": self.reading_list.pk, "next": page},
            ),
        }

    def state(self) -> object:
        """All that a change of the list could change."""
        return [
            list(rows)
            for rows in (
                ReadingList.objects.filter(pk=self.reading_list.pk).values_list(),
                self.reading_list.entries.order_by("pk").values_list(),
                self.reading_list.removed_entries.order_by("pk").values_list(),
            )
        ] + [ReadingList.objects.count()]


def make_world(owner: User, visibility: Visibility, papers: list[Paper]) -> World:
    """A list that was unlisted and then became what it is: its old link is known."""
    *kept, new = papers
    reading_list = make_list(owner, "W", visibility=Visibility.UNLISTED)
    token = token_for(reading_list.pk, reading_list.link_nonce)
    for paper in kept:
        save_paper(reading_list=reading_list, paper=paper)
    *ids, last = reading_list.entries.order_by("position").values_list("pk", flat=True)
    removed = remove_entry(reading_list=reading_list, entry_id=last, now=timezone.now())
    edit_list(reading_list=reading_list, title="W", description="", visibility=visibility)
    return World(owner, reading_list, token, ids, removed.pk, new)


@pytest.fixture
def papers(db: None) -> list[Paper]:
    return [make_paper() for _number in range(4)]


def outcome_of(response: Any) -> Outcome:
    if response.status_code != 302:
        return int(response.status_code)
    return LOGIN if response["Location"].startswith("/accounts/login/") else DONE


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    owner, strangers = make_user("alice"), {name: make_user(name) for name in ("bob", "hal")}
    return {
        "anonymous": None,
        "stranger": strangers["bob"],
        "holder": strangers["hal"],
        "owner": owner,
        "moderator": make_moderator("carol"),
        "sid": make_user("sid", suspended_until=at("2999-01-01 00:00")),
        "suspended owner": owner,
    }


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("visibility", Visibility)
def test_each_address_of_a_list(
    client: Client,
    people: dict[str, User | None],
    papers: list[Paper],
    visibility: Visibility,
    visitor: str,
) -> None:
    owner = people["owner"]
    assert owner
    place = VISITORS.index(visitor)
    expected = {row: outcomes[place] for row, outcomes in TABLES[visibility].items()}
    worlds = {row: make_world(owner, visibility, papers) for row in expected}
    if visitor == "suspended owner":  # after the list became what it is
        User.objects.filter(pk=owner.pk).update(suspended_until=at("2999-01-01 00:00"))
    if member := people[visitor]:
        client.force_login(member)
    got: dict[str, Outcome] = {}
    for row, world in worlds.items():
        before = world.state()
        if row == "in the directory":
            listed = world.reading_list.get_absolute_url() in client.get("/lists/").content.decode()
            got[row] = OK if listed else NONE
        else:
            got[row] = outcome_of(world.ask(client, row))
        if got[row] != DONE:
            assert world.state() == before, f"{row} changed something"
    assert got == expected


def test_the_tables_ask_for_the_same_of_lists_of_each_visibility() -> None:
    private, unlisted, public = (set(table) for table in TABLES.values())
    assert private == unlisted == public


# --- Nothing private is told apart from nothing at all -----------------------------------------


@pytest.mark.parametrize("visitor", ["anonymous", "stranger", "moderator"])
@pytest.mark.parametrize("row", ["GET page", "GET edit", "POST copy", "POST move", "POST delete"])
def test_a_private_list_answers_as_one_that_does_not_exist(
    client: Client, people: dict[str, User | None], papers: list[Paper], visitor: str, row: str
) -> None:
    owner = people["owner"]
    assert owner
    world = make_world(owner, Visibility.PRIVATE, papers)
    if member := people[visitor]:
        client.force_login(member)
    there = world.ask(client, row)
    ReadingList.objects.filter(pk=world.reading_list.pk).update(slug="elsewhere")
    gone = world.ask(client, row)
    body: Callable[[Any], str] = lambda response: _without_tokens(response.content.decode())  # noqa: E731
    assert (there.status_code, body(there)) == (gone.status_code, body(gone))


@pytest.mark.parametrize("visitor", ["anonymous", "stranger", "moderator"])
@pytest.mark.parametrize("visibility", Visibility)
def test_nobody_reads_or_copies_a_list_of_a_closed_account(
    client: Client,
    people: dict[str, User | None],
    papers: list[Paper],
    visibility: Visibility,
    visitor: str,
) -> None:
    owner = people["owner"]
    assert owner
    world = make_world(owner, visibility, papers)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    rows = ["GET page", "GET by link"]
    if member := people[visitor]:
        client.force_login(member)
        rows += ["POST copy", "POST copy by link"]
    assert {row: outcome_of(world.ask(client, row)) for row in rows} == dict.fromkeys(rows, NONE)


def _without_tokens(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)
