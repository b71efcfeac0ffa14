"""POST /papers/<key>/upvote/, …/upvote/remove/, …/save/, …/save/remove/"""

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from papers.models import ReadingList, ReadingListEntry, Upvote
from papers.services.moderation import hide_paper
from tests.factories import make_list, make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ACTIONS = ["upvote", "upvote/remove", "save", "save/remove"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_is_sent_to_the_log_in_and_then_to_the_paper(client: Client, action: str) -> None:
    paper = make_paper(key="2503.01234")
    response = client.post(f"/papers/{paper.key}/{action}/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fpapers%2F2503.01234%2F"
    response = client.post(f"/papers/{paper.key}/{action}/", headers=HTMX)
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fpapers%2F2503.01234%2F"
    assert not Upvote.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_getting_changes_nothing(client: Client, action: str) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.get(f"/papers/{paper.key}/{action}/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This is not a page" in response.content.decode()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_without_its_token_is_refused(action: str) -> None:
    client = Client(enforce_csrf_checks=True)
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{paper.key}/{action}/")
    assert response.status_code == 403
    assert "Please send it once more" in response.content.decode()
    response = client.post(f"/papers/{paper.key}/{action}/", headers=HTMX)
    assert response["Content-Type"].startswith("text/plain")
    assert not Upvote.objects.exists()
    assert not ReadingListEntry.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_pending_paper_of_others_is_not_found(client: Client, action: str) -> None:
    paper = make_paper(listed=False, pending_since=timezone.now())
    client.force_login(make_user("alice"))
    assert client.post(f"/papers/{paper.key}/{action}/").status_code == 404


@pytest.mark.parametrize("action", ["upvote", "save"])
def test_a_hidden_paper_is_gone(client: Client, action: str) -> None:
    paper = make_paper()
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    client.force_login(make_user("alice"))
    assert client.post(f"/papers/{paper.key}/{action}/").status_code == 410


def test_what_one_did_before_a_paper_was_hidden_can_be_taken_back(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    client.post(f"/papers/{paper.key}/upvote/")
    client.post(f"/papers/{paper.key}/save/")
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    assert client.post(f"/papers/{paper.key}/upvote/remove/").status_code == 302
    assert client.post(f"/papers/{paper.key}/save/remove/", headers=HTMX).status_code == 200
    assert not Upvote.objects.active().exists()
    assert not ReadingListEntry.objects.exists()


def test_upvoting_and_taking_it_back_lead_to_where_one_was(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{paper.key}/upvote/", {"next": "/daily/2025-03-11/"})
    assert (response.status_code, response["Location"]) == (
        302,
        f"/daily/2025-03-11/#paper-{paper.pk}",
    )
    assert Upvote.objects.active().count() == 1
    client.post(f"/papers/{paper.key}/upvote/remove/")
    assert Upvote.objects.active().count() == 0


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x"),
        *("foo", "?window=now", "é", "http://[", "papers:front", "#x"),
    ],
)
def test_only_addresses_of_this_site_are_followed(client: Client, target: str) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{paper.key}/upvote/", {"next": target})
    assert response["Location"].startswith(f"/papers/{paper.key}/")


def test_repeating_is_success(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    for action in ("upvote", "upvote", "upvote/remove", "upvote/remove"):
        assert client.post(f"/papers/{paper.key}/{action}/").status_code == 302
    assert Upvote.objects.count() == 1


def test_htmx_gets_the_control_as_it_now_is(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    html = client.post(f"/papers/{paper.key}/upvote/", headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in html
    assert 'data-upvotes="1"' in html
    assert "<html" not in html
    html = client.post(f"/papers/{paper.key}/upvote/remove/", headers=HTMX).content.decode()
    assert 'aria-pressed="false"' in html
    assert 'data-upvotes="0"' in html


def test_a_vote_that_does_not_count_yet_says_why(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("alice", verified=False))
    html = client.post(f"/papers/{paper.key}/upvote/", headers=HTMX).content.decode()
    assert 'data-upvotes="0"' in html
    assert "counts once the e-mail address is verified" in html


def test_another_id_of_the_paper_works_too(client: Client) -> None:
    paper = make_paper(key="2503.01234")
    client.force_login(make_user("alice"))
    client.post("/papers/2503.01234v3/upvote/")
    assert Upvote.objects.active().filter(paper=paper).count() == 1


def test_a_withdrawn_paper_takes_no_upvotes_and_says_so(client: Client) -> None:
    paper = make_paper(withdrawn_at=timezone.now())
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{paper.key}/upvote/")
    assert response.status_code == 409
    assert "withdrawn" in response.content.decode()
    response = client.post(f"/papers/{paper.key}/upvote/", headers=HTMX)
    assert response.status_code == 409
    assert response["Content-Type"].startswith("text/plain")


@override_settings(UPVOTES_PER_HOUR=2)
def test_too_many_upvotes_within_an_hour_are_refused_with_the_time_to_wait(client: Client) -> None:
    client.force_login(make_user("alice"))
    for _number in range(2):
        assert client.post(f"/papers/{make_paper().key}/upvote/").status_code == 302
    response = client.post(f"/papers/{make_paper().key}/upvote/")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600


def test_saving_puts_the_paper_into_a_private_list_of_ones_own(client: Client) -> None:
    alice = make_user("alice")
    paper = make_paper()
    client.force_login(alice)
    client.post(f"/papers/{paper.key}/save/")
    [entry] = ReadingListEntry.objects.all()
    assert (entry.reading_list.owner, entry.reading_list.visibility) == (alice, "private")
    assert entry.reading_list.is_default
    html = client.post(f"/papers/{paper.key}/save/", headers=HTMX).content.decode()
    assert "Saved" in html
    assert ReadingListEntry.objects.count() == 1
    client.post(f"/papers/{paper.key}/save/remove/")
    assert not ReadingListEntry.objects.exists()


def test_saving_into_a_chosen_list(client: Client) -> None:
    alice = make_user("alice")
    seminar = make_list(alice, "Seminar")
    paper = make_paper()
    client.force_login(alice)
    client.post(f"/papers/{paper.key}/save/", {"list": seminar.pk})
    assert list(seminar.entries.values_list("paper", flat=True)) == [paper.pk]
    client.post(f"/papers/{paper.key}/save/remove/", {"list": seminar.pk})
    assert not seminar.entries.exists()


def test_another_members_list_cannot_be_told_from_none(client: Client) -> None:
    theirs = make_list(make_user("bob"), "Bob's", visibility="public")
    paper = make_paper()
    client.force_login(make_user("alice"))
    for number in (str(theirs.pk), "999999", "0", "x", "9" * 30):
        for action in ("save", "save/remove"):
            response = client.post(f"/papers/{paper.key}/{action}/", {"list": number})
            assert response.status_code == 404
    assert not ReadingListEntry.objects.exists()


def test_a_list_is_made_in_place(client: Client) -> None:
    alice = make_user("alice")
    paper = make_paper()
    client.force_login(alice)
    client.post(f"/papers/{paper.key}/save/", {"title": "Graph theory", "visibility": "private"})
    made = ReadingList.objects.get(owner=alice)
    assert (made.title, made.slug, made.visibility) == ("Graph theory", "graph-theory", "private")
    assert made.entries.get().paper == paper


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "", "visibility": "private"},
        {"title": "x" * 121, "visibility": "private"},
        {"title": "Fine", "visibility": "secret"},
        {"title": "Fine"},
        {"title": "a\x00b", "visibility": "private"},
        {"title": "\u200b", "visibility": "private"},
    ],
)
def test_a_list_that_cannot_be_made_is_explained_on_the_page(
    client: Client, fields: dict[str, str]
) -> None:
    paper = make_paper()
    client.force_login(make_user("alice"))
    response = client.post(f"/papers/{paper.key}/save/", fields)
    assert response.status_code == 400
    assert "field__errors" in response.content.decode()
    assert not ReadingList.objects.exists()
