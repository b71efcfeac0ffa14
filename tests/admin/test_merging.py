"""The queue of papers that may be one work, and the merges that can be undone."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.identifiers import title_hash
from papers.merging.candidates import find_candidates
from papers.models import MergeCandidate, MergeRecord, ModerationLogEntry, Paper
from papers.services.merging import merge_papers
from tests.admin.pages import messages_of, rows_of, text_of
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

CANDIDATES = "/admin/papers/mergecandidate/"
RECORDS = "/admin/papers/mergerecord/"
NOW = timezone.now()


def make_pair(number: int = 1) -> MergeCandidate:
    """Two papers of one title, found by the search for candidates."""
    title = f"A work in two places, {number}"
    for key in (f"2503.{number:05d}", f"doi:10.1000/{number}"):
        make_paper(title, title_hash=title_hash(title), key=key)
    find_candidates(NOW)
    return MergeCandidate.objects.get(first__key=f"2503.{number:05d}")


def page_of(row: MergeCandidate | MergeRecord) -> str:
    return f"{CANDIDATES if isinstance(row, MergeCandidate) else RECORDS}{row.pk}/change/"


def press(client: Client, row: MergeCandidate | MergeRecord, button: str, reason: str) -> Any:
    return client.post(page_of(row), {button: "1", "reason": reason}, follow=True)


def test_the_queue_shows_both_papers_and_what_speaks_for_one_work(moderator: Client) -> None:
    make_pair()
    (row,) = rows_of(moderator, CANDIDATES)
    assert "2503.00001 A work in two places, 1" in row
    assert "doi:10.1000/1 A work in two places, 1" in row
    assert "Family names in common: lovelace, turing." in row


def test_the_page_of_a_candidate_shows_both_papers_side_by_side(moderator: Client) -> None:
    candidate = make_pair()
    Paper.objects.filter(pk=candidate.second_id).update(
        journal_ref="Annals 7", published_precision="year"
    )
    make_upvote(make_user(), candidate.first)
    text = text_of(moderator.get(page_of(candidate)).content.decode())
    year = candidate.second.published_at
    assert year is not None
    for words in (
        "2503.00001 doi:10.1000/1",
        "Authors Ada Lovelace Alan Turing Ada Lovelace Alan Turing",
        "Journal \u2013 Annals 7",
        "Ids arXiv id 2503.00001 DOI 10.1000/1",
        "Upvotes that count 1 0",
        "Both have one title",
        f"Both were published in {year.year}.",
    ):
        assert words in text, words


def test_looking_changes_nothing(moderator: Client) -> None:
    candidate = make_pair()
    for path in (CANDIDATES, page_of(candidate), f"{page_of(candidate)}?merge=1&reason=Same"):
        moderator.get(path)
    assert not MergeRecord.objects.exists()
    assert not MergeCandidate.objects.exclude(decision="").exists()


def test_with_a_reason_the_two_become_one_and_the_next_pair_is_shown(
    moderator: Client, carol: User
) -> None:
    candidate, following = make_pair(1), make_pair(2)
    response = press(moderator, candidate, "merge", "The same text.")
    assert messages_of(response) == ["success: One paper now: doi:10.1000/1 is part of 2503.00001."]
    assert response.redirect_chain[-1][0] == page_of(following)
    record = MergeRecord.objects.get()
    assert (record.merged_by, record.reason) == (carol, "The same text.")
    assert ModerationLogEntry.objects.get().reason == "The same text."
    assert len(rows_of(moderator, CANDIDATES)) == 1


def test_the_old_address_leads_to_the_kept_paper(moderator: Client, client: Client) -> None:
    press(moderator, make_pair(), "merge", "The same text.")
    response = client.get("/papers/doi:10.1000/1/")
    assert response.status_code in (301, 302)
    assert response["Location"] == "/papers/2503.00001/"


def test_what_is_kept_apart_leaves_the_queue_and_can_be_looked_up(moderator: Client) -> None:
    candidate = make_pair()
    response = press(moderator, candidate, "apart", "A second part.")
    assert messages_of(response) == ["success: Two papers still: 2503.00001 and doi:10.1000/1."]
    assert response.redirect_chain[-1][0] == CANDIDATES
    assert rows_of(moderator, CANDIDATES) == []
    assert len(rows_of(moderator, f"{CANDIDATES}?decision=apart")) == 1
    assert len(rows_of(moderator, f"{CANDIDATES}?decision=all")) == 1
    page = moderator.get(page_of(candidate)).content.decode()
    assert "Kept apart by carol" in page
    assert '<form method="post">' not in page


def test_without_a_reason_the_page_asks_for_one(moderator: Client) -> None:
    candidate = make_pair()
    response = press(moderator, candidate, "merge", " ")
    assert response.status_code == 400
    assert not MergeRecord.objects.exists()


def test_a_button_that_is_none_does_nothing(moderator: Client) -> None:
    candidate = make_pair()
    press(moderator, candidate, "delete", "Away with it.")
    assert MergeCandidate.objects.get().decision == ""


def test_what_was_kept_apart_meanwhile_is_not_merged(moderator: Client) -> None:
    candidate = make_pair()
    press(moderator, candidate, "apart", "Two.")
    response = press(moderator, candidate, "merge", "One.")
    assert messages_of(response) == ["warning: Somebody has decided this meanwhile."]
    assert not MergeRecord.objects.exists()


def test_what_was_merged_meanwhile_is_said(moderator: Client, carol: User) -> None:
    candidate = make_pair()
    merge_papers(
        one=candidate.first, other=candidate.second, moderator=carol, reason="One.", now=NOW
    )
    response = press(moderator, candidate, "apart", "Two.")
    assert messages_of(response) == ["warning: Somebody has decided this meanwhile."]


def test_a_merge_is_listed_and_can_be_undone(moderator: Client, carol: User) -> None:
    candidate = make_pair()
    record = merge_papers(
        one=candidate.first, other=candidate.second, moderator=carol, reason="One.", now=NOW
    )
    (row,) = rows_of(moderator, RECORDS)
    assert "doi:10.1000/1" in row
    assert "carol" in row
    response = press(moderator, record, "separate", "Two after all.")
    assert messages_of(response) == ["success: Two papers again: doi:10.1000/1 and 2503.00001."]
    assert not Paper.objects.filter(state="merged").exists()
    page = moderator.get(page_of(record)).content.decode()
    assert "Separated by carol" in page
    assert '<form method="post">' not in page


def test_a_merge_that_waits_for_another_says_for_which(moderator: Client, carol: User) -> None:
    kept, *others = (make_paper(key=f"2503.0000{number}") for number in (1, 2, 3))
    first, _second = [
        merge_papers(one=kept, other=other, moderator=carol, reason="One.", now=NOW)
        for other in others
    ]
    response = press(moderator, first, "separate", "Two.")
    assert messages_of(response) == [
        "warning: 2503.00003 was merged into 2503.00001 after this. Separate that one first."
    ]


@pytest.mark.parametrize("path", [f"{CANDIDATES}999/change/", f"{RECORDS}999/change/"])
def test_a_pair_that_is_not_there_is_404(moderator: Client, path: str) -> None:
    assert moderator.get(path).status_code == 404


def test_only_moderators_decide(client: Client) -> None:
    candidate = make_pair()
    client.force_login(make_user("bob"))
    assert press(client, candidate, "merge", "Mine.").status_code == 403
    assert client.get(CANDIDATES, follow=True).status_code == 403
    assert not MergeRecord.objects.exists()
