"""What the admin shows and does not change: votes, the ranking, the log, source records."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import (
    Harvest,
    HarvestRun,
    ModerationLogEntry,
    Paper,
    PaperHeat,
    PaperIdentifier,
    RankingSnapshot,
    SourceRecord,
)
from papers.services.moderation import hide_paper
from tests.admin.pages import rows_of, text_of
from tests.factories import make_moderator, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db


def make_heat() -> PaperHeat:
    return PaperHeat.objects.create(paper=make_paper("On heat"), upvotes=3)


def make_snapshot(papers: list[Paper] | None = None) -> RankingSnapshot:
    ids = [paper.pk for paper in papers or [make_paper()]]
    return RankingSnapshot.objects.create(window="week", taken_at=timezone.now(), paper_ids=ids)


def make_entry(paper: Paper | None = None) -> ModerationLogEntry:
    paper = paper or make_paper("On logs")
    return hide_paper(paper=paper, moderator=make_moderator("dave"), reason="Spam.")


def make_record(paper: Paper | None = None, source_id: str = "x-1") -> SourceRecord:
    return SourceRecord.objects.create(
        paper=paper or make_paper("On records"),
        source="huggingface",
        source_id=source_id,
        digest="0" * 64,
        record_date=timezone.now().date(),
        fields={"title": "On records"},
    )


def make_run() -> HarvestRun:
    now = timezone.now()
    harvest, _created = Harvest.objects.get_or_create(name="arxiv_rss")
    return HarvestRun.objects.create(
        harvest=harvest,
        started_at=now,
        active_at=now,
        finished_at=now,
        rejected=1,
        rejections=[{"position": 1, "name": "2603.00011", "reason": "It has no title."}],
    )


MAKERS = {
    "upvote": lambda: make_upvote(make_user("bob"), make_paper()),
    "paperheat": make_heat,
    "rankingsnapshot": make_snapshot,
    "moderationlogentry": make_entry,
    "sourcerecord": make_record,
    "harvestrun": make_run,
}


@pytest.mark.parametrize("name", MAKERS)
def test_not_even_root_adds_changes_or_deletes_it(root: Client, name: str) -> None:
    row: Model = MAKERS[name]()
    path = f"/admin/papers/{name}/"
    assert root.get(f"{path}{row.pk}/change/").status_code == 200
    assert root.get(f"{path}add/").status_code == 403
    assert root.post(f"{path}{row.pk}/change/", {}).status_code == 403
    assert root.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": row.pk, "index": "0", "post": "yes"}
    root.post(path, data)
    assert type(row).objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]


def found(client: Client, name: str, query: str) -> list[str]:
    return rows_of(client, f"/admin/papers/{name}/?{query}")


# --- Upvotes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("term", ["bob", "@Bob", "2503.01234", "10.1000/xyz"])
def test_votes_are_found_by_voter_or_paper(root: Client, term: str) -> None:
    paper = make_paper("Voted for", key="2503.01234")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/xyz")
    make_upvote(make_user("bob"), paper)
    make_upvote(make_user("erin"), make_paper("Another"))
    rows = found(root, "upvote", f"q={term}")
    assert len(rows) == 1
    assert rows[0].startswith("Voted for bob ")


def test_votes_are_narrowed_to_a_paper_or_a_member(root: Client) -> None:
    bob, paper = make_user("bob"), make_paper("Voted for")
    make_upvote(bob, paper)
    make_upvote(make_user("erin"), make_paper("Another"))
    for query in (f"paper={paper.pk}", f"user={bob.pk}"):
        rows = found(root, "upvote", query)
        assert len(rows) == 1
        assert rows[0].startswith("Voted for bob ")


def test_the_filter_names_what_is_chosen_and_keeps_the_rest_of_the_query(root: Client) -> None:
    bob, paper = make_user("bob"), make_paper("Voted for")
    page = root.get(f"/admin/papers/upvote/?user={bob.pk}&q=bob").content.decode()
    form = page.split('data-filter-title="member"')[1].split("</form>")[0]
    assert f'<option value="{bob.pk}" selected>bob</option>' in form
    other = page.split('data-filter-title="paper"')[1].split("</form>")[0]
    assert 'name="q"' in other
    assert 'name="user"' in other
    assert str(paper) not in other


# --- The ranking ------------------------------------------------------------------------------


def test_heat_is_found_by_the_paper(moderator: Client) -> None:
    heat = make_heat()
    PaperHeat.objects.create(paper=make_paper("Another"))
    rows = found(moderator, "paperheat", f"q={heat.paper.key}")
    assert len(rows) == 1
    assert rows[0].startswith("On heat 3 ")


def test_a_snapshot_names_its_papers_in_their_order(moderator: Client) -> None:
    papers = [make_paper("The best"), make_paper("The second")]
    gone = make_paper()
    snapshot = make_snapshot([papers[0], gone, papers[1]])
    gone.delete()
    page = moderator.get(f"/admin/papers/rankingsnapshot/{snapshot.pk}/change/").content.decode()
    first, second = page.index("The best"), page.index("The second")
    assert first < second
    assert '<li value="3">' in page
    assert found(moderator, "rankingsnapshot", "")[0].endswith("Week All papers alike 3")


# --- The log ----------------------------------------------------------------------------------


def test_the_log_says_who_did_what_to_what(moderator: Client) -> None:
    paper = make_paper("On logs")
    make_entry(paper)
    row = found(moderator, "moderationlogentry", "")[0]
    assert row.endswith(f"hidden {paper.key} On logs dave Spam.")


@pytest.mark.parametrize("who", ["actor", "member"])
def test_the_log_outlives_the_members_whom_it_names(moderator: Client, who: str) -> None:
    bob, erin = make_user("bob"), make_user("erin")
    entry = ModerationLogEntry.objects.create(
        action="suspend", actor=erin, member=bob, reason="Abuse."
    )
    User.objects.filter(pk=(erin if who == "actor" else bob).pk).delete()
    path = f"/admin/papers/moderationlogentry/{entry.pk}/change/"
    for text in (found(moderator, "moderationlogentry", "")[0], page_text(moderator, path)):
        assert "deleted member" in text
        assert ("bob" in text, "erin" in text) == (who == "actor", who == "member")


def page_text(client: Client, path: str) -> str:
    response: Any = client.get(path)
    return text_of(response.content.decode().split("<main")[1])


@pytest.mark.parametrize("term", ["dave", "2503.01234"])
def test_the_log_is_found_by_moderator_or_paper(moderator: Client, term: str) -> None:
    make_entry(make_paper(key="2503.01234"))
    ModerationLogEntry.objects.create(action="suspend", member=make_user("bob"), reason="Abuse.")
    rows = found(moderator, "moderationlogentry", f"q={term}")
    assert len(rows) == 1
    assert rows[0].endswith("Spam.")


def test_the_page_of_a_paper_shows_its_log(moderator: Client) -> None:
    paper = make_paper()
    make_entry(paper)
    assert "dave Spam." in page_text(moderator, f"/admin/papers/paper/{paper.pk}/change/")


# --- Source records ---------------------------------------------------------------------------


@pytest.mark.parametrize("term", ["hf-1", "2503.01234"])
def test_records_are_found_by_their_own_id_or_by_the_paper(moderator: Client, term: str) -> None:
    make_record(make_paper(key="2503.01234"), "hf-1")
    make_record(make_paper(), "hf-2")
    rows = found(moderator, "sourcerecord", f"q={term}")
    assert [row.split()[0] for row in rows] == ["hf-1"]
