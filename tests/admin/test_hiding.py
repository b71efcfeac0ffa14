"""Hiding and restoring papers in the admin."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.admin.hiding import MOST_AT_ONCE
from papers.models import ModerationLogEntry, Paper
from tests.admin.pages import messages_of
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/paper/"


def state_of(paper: Paper) -> str:
    return str(Paper.objects.get(pk=paper.pk).state)


def choose(client: Client, action: str, papers: list[Paper], path: str = LIST) -> Any:
    """Choose papers in the list and run an action, as its form does."""
    chosen = [paper.pk for paper in papers]
    data = {"action": action, "_selected_action": chosen, "index": "0", "select_across": "0"}
    return client.post(path, data, follow=True)


def give_reason(
    client: Client, action: str, papers: list[Paper], reason: str, path: str = LIST
) -> Any:
    """Send the form that the action has answered with."""
    chosen = [paper.pk for paper in papers]
    data = {"action": action, "_selected_action": chosen, "reason": reason}
    return client.post(path, data, follow=True)


def carried_by(page: str) -> set[int]:
    """The papers that the form will send on."""
    return {int(pk) for pk in re.findall(r'name="_selected_action"\s+value="(\d+)"', page)}


# --- From the page of a paper -----------------------------------------------------------------


def test_the_page_of_a_paper_leads_to_hiding_and_then_to_restoring(moderator: Client) -> None:
    paper = make_paper()
    page = f"{LIST}{paper.pk}/change/"
    hide, restore = f'href="{LIST}{paper.pk}/hide/"', f'href="{LIST}{paper.pk}/restore/"'
    shown = moderator.get(page).content.decode()
    assert hide in shown
    assert restore not in shown
    Paper.objects.filter(pk=paper.pk).update(hidden_at=timezone.now())
    shown = moderator.get(page).content.decode()
    assert restore in shown
    assert hide not in shown


def test_a_merged_paper_offers_neither(moderator: Client) -> None:
    paper = make_paper(merged_into=make_paper())
    shown = moderator.get(f"{LIST}{paper.pk}/change/").content.decode()
    assert "/hide/" not in shown
    assert "/restore/" not in shown


def test_asking_changes_nothing_and_names_the_paper(moderator: Client) -> None:
    paper = make_paper("On hiding")
    response = moderator.get(f"{LIST}{paper.pk}/hide/")
    assert response.status_code == 200
    assert "On hiding" in response.content.decode()
    assert state_of(paper) == "listed"


def test_with_a_reason_a_paper_is_hidden_and_restored(moderator: Client, carol: User) -> None:
    paper = make_paper()
    response = moderator.post(f"{LIST}{paper.pk}/hide/", {"reason": "Spam."}, follow=True)
    assert messages_of(response) == ["success: 1 paper is hidden."]
    assert response.redirect_chain == [(f"{LIST}{paper.pk}/change/", 302)]
    assert state_of(paper) == "hidden"

    response = moderator.post(f"{LIST}{paper.pk}/restore/", {"reason": "A slip."}, follow=True)
    assert messages_of(response) == ["success: 1 paper is restored."]
    assert state_of(paper) == "listed"
    log = ModerationLogEntry.objects.order_by("pk").values_list("action", "actor", "reason")
    assert list(log) == [("hide", carol.pk, "Spam."), ("restore", carol.pk, "A slip.")]


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "\u202e", "x" * 1001])
def test_without_a_reason_that_fits_the_page_asks_again(moderator: Client, reason: str) -> None:
    paper = make_paper()
    response = moderator.post(f"{LIST}{paper.pk}/hide/", {"reason": reason})
    assert response.status_code == 400
    assert 'class="errorlist"' in response.content.decode()
    assert state_of(paper) == "listed"


def test_what_another_moderator_has_done_meanwhile_is_said(moderator: Client) -> None:
    paper = make_paper(hidden_at=timezone.now())
    response = moderator.post(f"{LIST}{paper.pk}/hide/", {"reason": "Spam."}, follow=True)
    assert messages_of(response) == [f"warning: {paper.key}: This paper is hidden already."]
    assert not ModerationLogEntry.objects.exists()


@pytest.mark.parametrize("act", ["hide", "restore"])
def test_a_paper_that_is_not_there_is_not_found(moderator: Client, act: str) -> None:
    assert moderator.get(f"{LIST}1/{act}/").status_code == 404
    assert moderator.get(f"{LIST}x/{act}/").status_code == 404


def test_members_who_do_not_moderate_hide_nothing(client: Client) -> None:
    paper = make_paper()
    client.force_login(make_user("bob"))
    response = client.post(f"{LIST}{paper.pk}/hide/", {"reason": "Spam."}, follow=True)
    assert response.status_code == 403
    assert state_of(paper) == "listed"


# --- From the list ----------------------------------------------------------------------------


def test_the_list_asks_for_a_reason_before_it_hides(moderator: Client) -> None:
    papers = [make_paper("The first"), make_paper("The second")]
    shown = choose(moderator, "hide_papers", papers).content.decode()
    assert "The first" in shown
    assert "The second" in shown
    assert carried_by(shown) == {paper.pk for paper in papers}
    assert [state_of(paper) for paper in papers] == ["listed", "listed"]


def test_all_that_were_chosen_are_hidden_for_one_reason(moderator: Client) -> None:
    papers = [make_paper(), make_paper()]
    other = make_paper()
    response = give_reason(moderator, "hide_papers", papers, "Spam.", f"{LIST}?state=listed")
    assert messages_of(response) == ["success: 2 papers are hidden."]
    assert response.redirect_chain == [(f"{LIST}?state=listed", 302)]
    assert [state_of(paper) for paper in [*papers, other]] == ["hidden", "hidden", "listed"]
    assert list(ModerationLogEntry.objects.values_list("reason", flat=True)) == ["Spam."] * 2


def test_all_that_were_chosen_are_restored(moderator: Client) -> None:
    papers = [make_paper(hidden_at=timezone.now()) for _ in range(2)]
    response = give_reason(moderator, "restore_papers", papers, "A slip.")
    assert messages_of(response) == ["success: 2 papers are restored."]
    assert [state_of(paper) for paper in papers] == ["listed", "listed"]


def test_of_those_chosen_the_ones_that_are_hidden_already_are_named(moderator: Client) -> None:
    hidden, listed = make_paper(hidden_at=timezone.now()), make_paper()
    response = give_reason(moderator, "hide_papers", [hidden, listed], "Spam.")
    assert sorted(messages_of(response)) == [
        "success: 1 paper is hidden.",
        f"warning: {hidden.key}: This paper is hidden already.",
    ]


def test_without_a_reason_the_list_asks_again(moderator: Client) -> None:
    paper = make_paper()
    response = give_reason(moderator, "hide_papers", [paper], " ")
    assert response.status_code == 400
    assert carried_by(response.content.decode()) == {paper.pk}
    assert state_of(paper) == "listed"


def test_more_than_a_page_shows_are_never_hidden_in_one_go(moderator: Client) -> None:
    papers = [make_paper(authors=[]) for _ in range(MOST_AT_ONCE + 1)]
    data = {"action": "hide_papers", "_selected_action": papers[0].pk, "select_across": "1"}
    response = moderator.post(LIST, {**data, "index": "0"}, follow=True)
    assert messages_of(response) == [f"error: Choose at most {MOST_AT_ONCE} papers at once."]
    moderator.post(LIST, {**data, "reason": "Spam."})
    assert not Paper.objects.filter(state="hidden").exists()


def test_papers_cannot_be_deleted(root: Client) -> None:
    paper = make_paper()
    assert "delete_selected" not in root.get(LIST).content.decode()
    page = root.get(f"{LIST}{paper.pk}/change/").content.decode()
    assert "Papers are never deleted here" in page
    assert root.post(f"{LIST}{paper.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Paper.objects.filter(pk=paper.pk).exists()
