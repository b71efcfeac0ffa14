"""POST /papers/<key>/status/ and /papers/<key>/note/, and their controls on pages"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import LibraryEntry, ReadingStatus
from papers.services.moderation import hide_paper
from tests.factories import make_list, make_moderator, make_paper, make_tag, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def pressed(html: str) -> list[str]:
    """Labels of the status buttons that are pressed."""
    return re.findall(r'name="status"[^>]*aria-pressed="true"[^>]*>([^<]+)<', html)


@pytest.mark.parametrize("action", ["status", "note"])
def test_a_visitor_is_sent_to_the_log_in_and_then_to_the_paper(client: Client, action: str) -> None:
    paper = make_paper(key="2503.01234")
    response = client.post(f"/papers/{paper.key}/{action}/", {"status": "read", "note": "x"})
    assert response["Location"] == "/accounts/login/?next=%2Fpapers%2F2503.01234%2F"
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize("action", ["status", "note"])
def test_getting_changes_nothing(client: Client, action: str) -> None:
    client.force_login(make_user("alice"))
    response = client.get(f"/papers/{make_paper().key}/{action}/", {"status": "read"})
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize("action", ["status", "note"])
def test_a_form_without_its_token_is_refused(action: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("alice"))
    data = {"status": "read", "note": "x"}
    response = client.post(f"/papers/{make_paper().key}/{action}/", data)
    assert response.status_code == 403
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize("action", ["status", "note"])
def test_a_pending_paper_of_others_is_not_found(client: Client, action: str) -> None:
    paper = make_paper(listed=False, pending_since=timezone.now())
    client.force_login(make_user("alice"))
    data = {"status": "read", "note": "x"}
    assert client.post(f"/papers/{paper.key}/{action}/", data).status_code == 404


# --- Status -----------------------------------------------------------------------------------


def test_setting_a_status_leads_back_to_where_one_was(client: Client) -> None:
    paper = make_paper()
    client.force_login(alice := make_user("alice"))
    response = client.post(
        f"/papers/{paper.key}/status/", {"status": "reading", "next": "/daily/2025-03-11/"}
    )
    assert response.status_code == 302
    assert response["Location"] == f"/daily/2025-03-11/#paper-{paper.pk}"
    assert LibraryEntry.objects.get(owner=alice).status == "reading"


def test_no_status_takes_the_paper_out_of_the_library(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/status/", {"status": "read"})
    assert client.post(f"/papers/{paper.key}/status/", {"status": ""}).status_code == 302
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize(
    "status", ["skimmed", "Read", "read\x00", " read x", "1", "x" * 10_000, "\u202eread"]
)
def test_what_is_no_status_is_refused(client: Client, status: str) -> None:
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{make_paper().key}/status/", {"status": status})
    assert response.status_code == 400
    assert "This is no reading status." in response.content.decode()
    assert not LibraryEntry.objects.exists()


def test_htmx_gets_the_control_as_it_now_is(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    url = f"/papers/{paper.key}/status/"
    html = client.post(url, {"status": "read"}, headers=HTMX).content.decode()
    assert pressed(html) == ["Read"]
    assert "<html" not in html
    assert "<details" not in html
    html = client.post(url, {"status": "", "compact": "1"}, headers=HTMX).content.decode()
    assert pressed(html) == []
    assert "<details" in html


@pytest.mark.parametrize("status", ReadingStatus.values)
def test_rows_and_the_papers_page_show_the_status(client: Client, status: str) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/status/", {"status": status})
    for url in ("/tags/cs-lg/", paper.get_absolute_url()):
        html = client.get(url).content.decode()
        assert f'data-status="{status}"' in html
        assert pressed(html) == [str(ReadingStatus(status).label)]


def test_a_paper_that_is_not_of_interest_stays_in_its_place(client: Client) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/status/", {"status": "not_interested"})
    assert f'data-paper="{paper.key}"' in client.get("/tags/cs-lg/").content.decode()


def test_visitors_get_no_control_and_nobody_sees_anothers_status(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/status/", {"status": "read"})
    client.post(f"/papers/{paper.key}/note/", {"note": "A secret thought."})
    client.logout()
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "data-status" not in html
    for other in (make_user("bob"), make_moderator("carol")):
        client.force_login(other)
        html = client.get(paper.get_absolute_url()).content.decode()
        assert pressed(html) == []
        assert "secret thought" not in html


def test_names_of_the_buttons_are_not_those_of_vote_and_save(client: Client) -> None:
    for _value, label in ReadingStatus.choices:
        assert not str(label).startswith(("Save", "Upvote", "Remove"))


def test_the_status_of_a_hidden_paper_can_be_changed_and_cleared(client: Client) -> None:
    paper = make_paper()
    client.force_login(alice := make_user("alice"))
    url = f"/papers/{paper.key}/status/"
    client.post(url, {"status": "read"})
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    assert client.post(url, {"status": "to_read"}, headers=HTMX).status_code == 200
    assert LibraryEntry.objects.get(owner=alice).status == "to_read"
    assert client.post(url, {"status": ""}, headers=HTMX).status_code == 200
    assert not LibraryEntry.objects.exists()
    response = client.post(url, {"status": "read"}, headers=HTMX)
    assert (response.status_code, response["Content-Type"]) == (409, "text/plain")


def test_the_status_of_a_merged_paper_is_that_of_the_paper_it_became(client: Client) -> None:
    into = make_paper()
    merged = make_paper(merged_into=into)
    client.force_login(make_user("alice"))
    client.post(f"/papers/{merged.key}/status/", {"status": "read"})
    assert LibraryEntry.objects.get().paper == into


# --- Note -------------------------------------------------------------------------------------


def test_a_note_is_shown_as_markdown_to_its_writer(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.post(
        f"/papers/{paper.key}/note/", {"note": "  See *table 3*.\r\n<script>x</script>\n"}
    )
    assert response["Location"] == f"/papers/{paper.key}/#note"
    assert LibraryEntry.objects.get().note == "See *table 3*.\n<script>x</script>"
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<em>table 3</em>" in html
    assert "<script>x" not in html
    assert "Only you see this" in html


def test_an_empty_note_deletes_it(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/note/", {"note": "See table 3."})
    client.post(f"/papers/{paper.key}/note/", {"note": " \n "})
    assert not LibraryEntry.objects.exists()


def test_htmx_gets_the_note_as_it_now_is(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    html = client.post(
        f"/papers/{paper.key}/note/", {"note": "See *table 3*."}, headers=HTMX
    ).content.decode()
    assert "<em>table 3</em>" in html
    assert "<html" not in html


@pytest.mark.parametrize("note", ["x" * 5001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_explained_and_not_lost(client: Client, note: str) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    url = f"/papers/{paper.key}/note/"
    response = client.post(url, {"note": note})
    assert response.status_code == 400
    html = response.content.decode()
    assert "field__errors" in html
    assert note.replace("\x00", "")[:1] in html
    response = client.post(url, {"note": note}, headers=HTMX)
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain")
    assert not LibraryEntry.objects.exists()


def test_the_note_on_a_hidden_paper_can_be_deleted(client: Client) -> None:
    paper = make_paper()
    client.force_login(alice := make_user("alice"))
    make_list(alice, papers=[paper])
    client.post(f"/papers/{paper.key}/note/", {"note": "See table 3."})
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    assert client.post(f"/papers/{paper.key}/note/", {"note": ""}, headers=HTMX).status_code == 200
    assert LibraryEntry.objects.get().note == ""
