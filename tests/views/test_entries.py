"""POST /@<user>/<slug>/entries/…"""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, ReadingList, ReadingListEntry, RemovedEntry
from papers.services.entries import remove_entry
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
URL = "/@alice/reading/"


@pytest.fixture
def alice(client: Client) -> User:
    user = make_user("alice")
    client.force_login(user)
    return user


@pytest.fixture
def papers() -> list[Paper]:
    return [make_paper(f"Paper {name}") for name in "abc"]


@pytest.fixture
def reading(alice: User, papers: list[Paper]) -> ReadingList:
    return make_list(alice, slug="reading", papers=papers)


@pytest.fixture
def ids(reading: ReadingList) -> list[int]:
    return order_of(reading)


def order_of(reading: ReadingList) -> list[int]:
    return list(reading.entries.order_by("position").values_list("pk", flat=True))


def entries_on(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-entry="(\d+)"', response.content.decode())]


def numbers_on(response: Any) -> list[int]:
    return [int(n) for n in re.findall(r"Rank </span>(\d+)<", response.content.decode())]


# --- Moving -----------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_moving_before_after_and_to_a_number(
    client: Client, reading: ReadingList, ids: list[int], headers: dict[str, str]
) -> None:
    a, b, c = ids
    for where, expected in (
        ({"entry": c, "before": a}, [c, a, b]),
        ({"entry": c, "after": b}, [a, b, c]),
        ({"entry": c, "place": 1}, [c, a, b]),
        ({"entry": c, "place": 3, "before": "", "after": ""}, [a, b, c]),
    ):
        response = client.post(f"{URL}entries/move/", where, headers=headers)
        assert order_of(reading) == expected
        if headers:
            assert entries_on(response) == expected
            assert numbers_on(response) == [1, 2, 3]
            assert "<html" not in response.content.decode()
        else:
            assert (response.status_code, response["Location"]) == (302, f"{URL}#entry-{c}")


def test_one_comes_back_to_the_page_of_the_list_that_one_was_on(
    client: Client, ids: list[int]
) -> None:
    a, _b, c = ids
    url = f"{URL}entries/move/?after=1"
    response = client.post(url, {"entry": c, "before": a})
    assert response["Location"] == f"{URL}?after=1#entry-{c}"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_move_that_names_a_vanished_entry_gets_the_fresh_order(
    client: Client, reading: ReadingList, ids: list[int], headers: dict[str, str]
) -> None:
    a, b, c = ids
    remove_entry(reading_list=reading, entry_id=b, now=timezone.now())
    for fields in ({"entry": c, "before": b}, {"entry": b, "after": c}, {"entry": b, "place": 1}):
        response = client.post(f"{URL}entries/move/", fields, headers=headers)
        html = response.content.decode()
        assert response.status_code == 409
        assert response["Content-Type"].startswith("text/html")
        assert "taken out of the list meanwhile" in html
        assert entries_on(response) == [a, c]
        assert ("<html" in html) is not bool(headers)
    assert order_of(reading) == [a, c]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"place": 1},
        {"entry": "x", "place": 1},
        {"entry": "", "place": 1},
        {"entry": 1},
        {"entry": 1, "place": 0},
        {"entry": 1, "place": -1},
        {"entry": 1, "place": "9" * 5000},
        {"entry": "9" * 19, "place": 1},
        {"entry": "1\x00", "place": 1},
        {"entry": 1, "before": "\u202e"},
        {"entry": 1, "before": 2, "after": 3},
        {"entry": 1, "before": 2, "place": 3},
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_move_to_nowhere_is_explained(
    client: Client, ids: list[int], fields: dict[str, object], headers: dict[str, str]
) -> None:
    response = client.post(f"{URL}entries/move/", fields, headers=headers)
    assert response.status_code == 400
    assert "Say one place" in response.content.decode()


# --- Notes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_note_is_written_in_markdown(
    client: Client, reading: ReadingList, ids: list[int], headers: dict[str, str]
) -> None:
    fields = {"entry": ids[1], "note": "Read *this*.\r\n\r\n<b>Really</b>\u202e."}
    client.post(f"{URL}entries/note/", fields, headers=headers)
    entry = ReadingListEntry.objects.get(pk=ids[1])
    assert entry.note == "Read *this*.\n\n<b>Really</b>."
    html = client.get(URL).content.decode()
    assert "<p>Read <em>this</em>.</p>\n<p>&lt;b&gt;Really&lt;/b&gt;.</p>" in html


def test_a_note_of_two_thousand_characters_in_many_lines_fits(
    client: Client, ids: list[int]
) -> None:
    note = "\r\n".join(["x" * 9] * 200)
    response = client.post(f"{URL}entries/note/", {"entry": ids[0], "note": note})
    assert response.status_code == 302
    assert len(ReadingListEntry.objects.get(pk=ids[0]).note) == 1999


@pytest.mark.parametrize("note", ["x" * 2001, "x" * 10_000, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_explained_and_not_lost(
    client: Client, ids: list[int], note: str
) -> None:
    fields = {"entry": ids[1], "note": note}
    response = client.post(f"{URL}entries/note/", fields)
    assert response.status_code == 400
    html = response.content.decode()
    assert "field__errors" in html
    assert note.replace("\x00", "") in html.replace("\x00", "")
    response = client.post(f"{URL}entries/note/", fields, headers=HTMX)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")


def test_a_note_on_a_vanished_entry_gets_409(client: Client, ids: list[int]) -> None:
    ReadingListEntry.objects.filter(pk=ids[0]).delete()
    response = client.post(f"{URL}entries/note/", {"entry": ids[0], "note": "x"})
    assert response.status_code == 409


# --- Removing and putting back ----------------------------------------------------------------


def test_removing_offers_undo_which_brings_everything_back(
    client: Client, reading: ReadingList, ids: list[int]
) -> None:
    a, b, c = ids
    ReadingListEntry.objects.filter(pk=b).update(note="The best.")
    response = client.post(f"{URL}entries/remove/", {"entry": b}, follow=True)
    html = response.content.decode()
    assert "Removed “Paper b”" in html
    assert entries_on(response) == [a, c]
    removed = RemovedEntry.objects.get()
    assert f'name="entry" value="{removed.pk}"' in html
    client.post(f"{URL}entries/restore/", {"entry": removed.pk})
    after = order_of(reading)
    assert [after[0], after[2]] == [a, c]
    assert ReadingListEntry.objects.get(pk=after[1]).note == "The best."


def test_htmx_gets_the_entries_with_the_offer(
    client: Client, reading: ReadingList, ids: list[int]
) -> None:
    response = client.post(f"{URL}entries/remove/", {"entry": ids[0]}, headers=HTMX)
    html = response.content.decode()
    assert html.lstrip().startswith('<section id="entries"')
    assert "Removed “Paper a”" in html
    removed = RemovedEntry.objects.get()
    response = client.post(f"{URL}entries/restore/", {"entry": removed.pk}, headers=HTMX)
    assert entries_on(response) == order_of(reading)
    assert len(order_of(reading)) == 3


def test_what_was_removed_can_be_put_back_from_the_editing_page(
    client: Client, ids: list[int]
) -> None:
    client.post(f"{URL}entries/remove/", {"entry": ids[0]})
    html = client.get(f"{URL}edit/").content.decode()
    assert "Removed lately" in html
    assert "Paper a" in html


def test_a_paper_taken_out_by_its_save_button_can_be_put_back_too(
    client: Client, reading: ReadingList, papers: list[Paper]
) -> None:
    client.post(f"/papers/{papers[0].key}/save/remove/", {"list": reading.pk})
    assert "Paper a" in client.get(f"{URL}edit/").content.decode()


def test_what_was_removed_is_told_to_nobody_else(
    client: Client, alice: User, reading: ReadingList, ids: list[int]
) -> None:
    ReadingList.objects.update(visibility="public")
    client.post(f"{URL}entries/remove/", {"entry": ids[0]})
    client.force_login(make_user("bob"))
    html = client.get(f"{URL}?removed={RemovedEntry.objects.get().pk}").content.decode()
    assert "Paper a" not in html


@pytest.mark.parametrize("removed", ["0", "x", "-1", "9" * 30, "²", "1'"])
def test_a_removal_that_never_was_is_not_offered(
    client: Client, ids: list[int], removed: str
) -> None:
    response = client.get(URL, {"removed": removed})
    assert response.status_code == 200
    assert "Undo" not in response.content.decode()


@pytest.mark.parametrize("action", ["remove", "restore"])
@pytest.mark.parametrize(("entry", "status"), [("x", 400), ("", 400), ("9" * 19, 400), ("1", 409)])
def test_removing_or_putting_back_what_is_not_there(
    client: Client, action: str, entry: str, status: int
) -> None:
    make_list(logged_in(client), slug="reading")
    response = client.post(f"{URL}entries/{action}/", {"entry": entry})
    assert response.status_code == status


def logged_in(client: Client) -> User:
    user = make_user("alice")
    client.force_login(user)
    return user


# --- Adding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{key}", "https://arxiv.org/abs/{key}v2", " arXiv:{key} "])
def test_a_paper_is_added_by_any_of_its_ids(
    client: Client, reading: ReadingList, text: str
) -> None:
    paper = make_paper()
    response = client.post(f"{URL}entries/", {"paper": text.format(key=paper.key)}, follow=True)
    assert reading.entries.order_by("-position")[0].paper == paper
    assert "is in the list" in response.content.decode()


@pytest.mark.parametrize("text", ["", "no id", "2599.99999", "2501.00001", "x" * 501, "a\x00b"])
def test_a_paper_that_is_not_here_is_explained(
    client: Client, reading: ReadingList, text: str
) -> None:
    response = client.post(f"{URL}entries/", {"paper": text})
    assert response.status_code == 400
    assert "field__errors" in response.content.decode()
    assert reading.entries.count() == 3


def test_a_hidden_paper_is_not_added(client: Client, reading: ReadingList) -> None:
    paper = make_paper(hidden_at=timezone.now())
    assert client.post(f"{URL}entries/", {"paper": paper.key}).status_code == 400


# --- All of them ------------------------------------------------------------------------------

ACTIONS = ["", "move/", "note/", "remove/", "restore/"]


@pytest.mark.parametrize("action", ACTIONS)
def test_getting_changes_nothing(client: Client, reading: ReadingList, action: str) -> None:
    assert client.get(f"{URL}entries/{action}").status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_without_its_token_is_refused(reading: ReadingList, action: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reading.owner)
    assert client.post(f"{URL}entries/{action}").status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_is_sent_to_the_log_in_and_then_to_the_list(client: Client, action: str) -> None:
    response = client.post(f"{URL}entries/{action}")
    assert response["Location"] == "/accounts/login/?next=%2F%40alice%2Freading%2F"


# --- Numbers and pages ------------------------------------------------------------------------


def test_rows_are_numbered_across_pages(client: Client, alice: User) -> None:
    made = make_list(alice, slug="long", papers=[make_paper() for _number in range(103)])
    first = client.get("/@alice/long/")
    assert numbers_on(first) == list(range(1, 101))
    second = client.get("/@alice/long/?after=100")
    assert numbers_on(second) == [101, 102, 103]
    # The first row of the second page can move up, before the last of the first page.
    last_above = made.entries.get(position=100)
    above = re.search(r'id="up-\d+"\s+name="before"\s+value="(\d+)"', second.content.decode())
    assert above
    assert above[1] == str(last_above.pk)


def test_numbers_leave_out_what_the_reader_does_not_see(client: Client, alice: User) -> None:
    papers = [make_paper() for _number in range(102)]
    make_list(alice, slug="long", papers=papers, visibility="public")
    Paper.objects.filter(pk=papers[0].pk).update(hidden_at=timezone.now())
    assert numbers_on(client.get("/@alice/long/?after=101")) == [102]
    client.logout()
    assert numbers_on(client.get("/@alice/long/?after=101")) == [101]


def test_a_page_that_is_left_empty_says_so(client: Client, ids: list[int]) -> None:
    html = client.get(f"{URL}?after=2147483647").content.decode()
    assert "nothing is left on this page" in html
