"""The admin's list of papers, and editing one. Hiding is in test_hiding.py."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.utils import timezone

from papers import mathtext
from papers.admin import paper_search
from papers.models import Paper, PaperHeat, PaperIdentifier, SourceRecord, VoteOutbox
from papers.services.moderation import hide_paper
from papers.sources.record import (
    MAX_ABSTRACT_LENGTH,
    MAX_LINE_LENGTH,
    MAX_NOTE_LABEL_LENGTH,
    MAX_TITLE_LENGTH,
)
from tests.admin.pages import errors_of, form_of, rows_of
from tests.at_once import in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_moderator, make_paper, make_tag, make_upvote, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/paper/"


def found(client: Client, **query: Any) -> set[str]:
    """The keys of the papers in the list for this query string."""
    return {row.split()[0] for row in rows_of(client, f"{LIST}?{urlencode(query)}")}


def page_of(paper: Paper) -> str:
    return f"{LIST}{paper.pk}/change/"


# --- Finding ----------------------------------------------------------------------------------


def test_a_row_says_what_a_paper_is_and_where_it_stands(moderator: Client) -> None:
    paper = make_paper(
        "On rows", tags=[make_tag("cs.LG")], listed_at=datetime(2026, 3, 1, 12, tzinfo=UTC)
    )
    PaperHeat.objects.create(paper=paper, upvotes=7)
    assert rows_of(moderator, LIST) == [f"{paper.key} On rows listed cs.LG 1 Mar 2026 7"]


def test_the_newest_come_first(moderator: Client) -> None:
    papers = [make_paper() for _ in range(3)]
    shown = [row.split()[0] for row in rows_of(moderator, LIST)]
    assert shown == [paper.key for paper in reversed(papers)]


@pytest.mark.parametrize(
    "term",
    [
        "2503.01234",
        "arXiv:2503.01234v2",
        " https://arxiv.org/abs/2503.01234 ",
        "10.1000/XYZ",
        "https://doi.org/10.1000/xyz",
    ],
)
def test_a_paper_is_found_by_each_of_its_ids(moderator: Client, term: str) -> None:
    paper = make_paper(key="2503.01234")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/xyz")
    make_paper("2503.01234 is only the title of this one")
    assert found(moderator, q=term) == {"2503.01234"}


@pytest.mark.parametrize(
    "term",
    [
        "attention",
        "ATTENTION need",
        "need attention",
        "atten",
        "vaswani",
        "ashish vasw",
        "transducers",
        "transduce",
        "Vaswàni",
    ],
)
def test_a_paper_is_found_by_words_the_last_of_which_may_be_unfinished(
    moderator: Client, term: str
) -> None:
    paper = make_paper(
        "Attention is all you need",
        authors=["Ashish Vaswani"],
        abstract_text="Models of transduction, that is transducers.",
    )
    make_paper("Something else", authors=["Noam Shazeer"])
    assert found(moderator, q=term) == {paper.key}


@pytest.mark.parametrize("term", ["attention elsewhere", "tention", "at", "zzz"])
def test_a_paper_is_not_found_by_words_that_it_does_not_have(moderator: Client, term: str) -> None:
    make_paper("Attention is all you need")
    assert found(moderator, q=term) == set()


@pytest.mark.parametrize("term", ["'", "it's", "a\\b", "foo:*", "& |", "!", "''':*", "word " * 500])
def test_no_text_breaks_the_search(moderator: Client, term: str) -> None:
    make_paper()
    assert found(moderator, q=term) == set()


def test_a_word_of_very_many_papers_finds_them_newest_first(
    moderator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_search, "FEW", 2)
    papers = [make_paper(f"Common {number}") for number in range(4)]
    shown = [row.split()[0] for row in rows_of(moderator, f"{LIST}?q=common")]
    assert shown == [paper.key for paper in reversed(papers)]


def test_the_list_is_narrowed_by_state(moderator: Client) -> None:
    now = timezone.now()
    papers = {
        "listed": make_paper(),
        "catalogue": make_paper(listed=False),
        "pending": make_paper(listed=False, pending_since=now),
        "withdrawn": make_paper(withdrawn_at=now),
        "hidden": make_paper(hidden_at=now),
        "merged": make_paper(merged_into=make_paper(listed=False)),
    }
    for state in ("listed", "pending", "withdrawn", "hidden", "merged"):
        assert found(moderator, state=state) == {papers[state].key}
    assert papers["catalogue"].key in found(moderator, state="catalogue")


def test_the_list_is_narrowed_by_the_day_of_listing(moderator: Client) -> None:
    now = timezone.now()
    today, week, old = (make_paper(listed_at=now - timedelta(days=days)) for days in (0, 5, 40))
    make_paper(listed=False)
    assert found(moderator, listed="0") == {today.key}
    assert found(moderator, listed="6") == {today.key, week.key}
    assert found(moderator, listed="29") == {today.key, week.key}
    assert old.key in found(moderator, listed="x")


def test_the_list_is_narrowed_by_source(moderator: Client) -> None:
    paper, _other = make_paper(), make_paper()
    SourceRecord.objects.create(
        paper=paper,
        source="huggingface",
        source_id=paper.key,
        digest="0" * 64,
        record_date=timezone.now().date(),
        fields={},
    )
    assert found(moderator, source="huggingface") == {paper.key}
    assert found(moderator, source="crossref") == set()


def test_the_list_is_narrowed_by_a_tag_with_all_below_it(moderator: Client) -> None:
    learning, vision = make_paper(tags=[make_tag("cs.LG")]), make_paper(tags=[make_tag("cs.CV")])
    make_paper(tags=[make_tag("math.CO")])
    assert found(moderator, tag=make_tag("cs.LG").pk) == {learning.key}
    assert found(moderator, tag=make_tag("cs.LG").parent_id) == {learning.key, vision.key}


def test_a_tag_that_is_none_leads_back_to_the_list(moderator: Client) -> None:
    assert moderator.get(f"{LIST}?tag=x").headers["Location"] == f"{LIST}?e=1"


def test_a_paper_is_offered_while_its_title_is_typed(root: Client) -> None:
    paper = make_paper("Attention is all you need")
    make_paper("Something else")
    path = "/admin/autocomplete/?app_label=papers&model_name=upvote&field_name=paper&term=attent"
    assert root.get(path).json()["results"] == [
        {"id": str(paper.pk), "text": "Attention is all you need"}
    ]


# --- Editing ----------------------------------------------------------------------------------


def test_what_is_saved_unchanged_stays_as_it_was(root: Client) -> None:
    paper = make_paper("As it was", tags=[make_tag("cs.LG"), make_tag("cs.CV")])
    assert root.post(page_of(paper), form_of(root, page_of(paper))).status_code == 302
    saved = Paper.objects.get(pk=paper.pk)
    for field in ("key", "title", "authors", "listed_at", "state", "primary_tag", "submitted_by"):
        assert getattr(saved, field) == getattr(paper, field), field
    assert {tag.code for tag in saved.tags.all()} == {"cs.LG", "cs.CV"}
    assert not VoteOutbox.objects.exists()


def test_an_edited_title_and_abstract_are_rendered(root: Client) -> None:
    paper = make_paper("As it was")
    data = form_of(root, page_of(paper)) | {
        "title": "  A proof that $a<b$",
        "abstract": "We show $x^2$.\n\nTwice.",
    }
    assert root.post(page_of(paper), data).status_code == 302
    paper.refresh_from_db()
    assert paper.title == "A proof that $a<b$"
    assert "<math" in paper.title_html
    assert "$" not in paper.title_text
    assert paper.abstract_html.count("<p>") == 2
    assert "<math" in paper.abstract_html
    assert paper.render_version == mathtext.RENDER_VERSION
    assert found(root, q="proof") == {paper.key}


def test_markup_in_a_title_is_text(root: Client) -> None:
    paper = make_paper()
    data = form_of(root, page_of(paper)) | {"title": "A <script>alert(1)</script>"}
    root.post(page_of(paper), data)
    paper.refresh_from_db()
    assert "<script" not in paper.title_html


@pytest.mark.parametrize(
    "title", ["", "   ", "{}", "\u200b", "\u202e", "$\u200b$", "{\u2060}", "\ufeff \u200d"]
)
def test_a_title_that_shows_nothing_is_refused(root: Client, title: str) -> None:
    paper = make_paper("As it was")
    response = root.post(page_of(paper), form_of(root, page_of(paper)) | {"title": title})
    assert list(errors_of(response)) == ["title"]
    paper.refresh_from_db()
    assert paper.title == "As it was"


def test_edited_texts_are_cleaned_as_imported_ones_are(root: Client) -> None:
    paper = make_paper()
    data = form_of(root, page_of(paper)) | {
        "title": "On\u202e  the\r\nmaking\u2066 of Cafe\u0301s",
        "abstract": "One\u202e  line. \r\nAnother\x07.",
        "note": " Seen\u202d\r\nhere. ",
        "note_label": "Our\u2069  note",
        "comments": "12\u202c\npages",
        "journal_ref": "J.\u202a  1",
        "code_url": " https://example.org/code ",
    }
    assert root.post(page_of(paper), data).status_code == 302
    saved = Paper.objects.get(pk=paper.pk)
    assert saved.title == saved.title_text == "On the making of Caf\u00e9s"
    assert saved.abstract == "One  line.\nAnother."
    assert (saved.note, saved.note_label) == ("Seen here.", "Our note")
    assert (saved.comments, saved.journal_ref) == ("12 pages", "J. 1")
    assert saved.code_url == "https://example.org/code"


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("title", MAX_TITLE_LENGTH),
        ("abstract", MAX_ABSTRACT_LENGTH),
        ("note", MAX_LINE_LENGTH),
        ("note_label", MAX_NOTE_LABEL_LENGTH),
        ("comments", MAX_LINE_LENGTH),
        ("journal_ref", MAX_LINE_LENGTH),
    ],
)
def test_a_text_may_be_as_long_as_an_imported_one(root: Client, field: str, limit: int) -> None:
    paper = make_paper("As it was")
    data = form_of(root, page_of(paper))
    errors = errors_of(root.post(page_of(paper), data | {field: "x" * (limit + 1)}))
    assert list(errors) == [field]
    assert f"at most {limit} character" in errors[field][0]
    # Composed Unicode writes this letter as two characters.
    errors = errors_of(root.post(page_of(paper), data | {field: "\u0958" * limit}))
    assert list(errors) == [field]
    assert root.post(page_of(paper), data | {field: "x" * limit}).status_code == 302
    assert getattr(Paper.objects.get(pk=paper.pk), field) == "x" * limit


def test_an_abstract_of_very_many_words_is_an_error_of_the_form(root: Client) -> None:
    paper = make_paper()
    words = " ".join(f"w{number}" for number in range(180_000))
    response = root.post(page_of(paper), form_of(root, page_of(paper)) | {"abstract": words})
    assert list(errors_of(response)) == ["abstract"]


@pytest.mark.parametrize("field", ["code_url", "project_url"])
@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org@evil.example/",
        "https://a:b@evil.example/",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_an_address_that_no_reader_should_follow_is_refused(
    root: Client, field: str, address: str
) -> None:
    paper = make_paper()
    response = root.post(page_of(paper), form_of(root, page_of(paper)) | {field: address})
    assert list(errors_of(response)) == [field]


def test_tags_are_set_and_the_ranking_learns_of_them(root: Client) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    data = form_of(root, page_of(paper)) | {
        "carried_tags": [make_tag("cs.CV").pk, make_tag("cs.CL").pk],
        "primary_tag": make_tag("cs.CV").pk,
    }
    assert root.post(page_of(paper), data).status_code == 302
    paper.refresh_from_db()
    assert {tag.code for tag in paper.tags.all()} == {"cs.CV", "cs.CL"}
    assert paper.primary_tag == make_tag("cs.CV")
    assert VoteOutbox.objects.filter(paper=paper, delta=0).exists()


def test_the_primary_tag_must_be_one_of_the_tags(root: Client) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    data = form_of(root, page_of(paper)) | {"primary_tag": make_tag("cs.CV").pk}
    assert list(errors_of(root.post(page_of(paper), data))) == ["primary_tag"]


def test_a_tag_that_does_not_exist_is_refused(root: Client) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    data = form_of(root, page_of(paper)) | {"carried_tags": [999_999]}
    assert "carried_tags" in errors_of(root.post(page_of(paper), data))


def test_what_the_form_does_not_offer_cannot_be_set_through_it(root: Client) -> None:
    paper = make_paper()
    data = form_of(root, page_of(paper)) | {
        "key": "2503.09999",
        "listed_at": "",
        "hidden_at": "2026-01-01 00:00",
        "title_html": "<b>bold</b>",
    }
    root.post(page_of(paper), data)
    saved = Paper.objects.get(pk=paper.pk)
    assert (saved.key, saved.state) == (paper.key, "listed")
    assert saved.title_html == paper.title_html


def test_papers_are_not_added_here(root: Client) -> None:
    assert root.get(f"{LIST}add/").status_code == 403


def test_a_curator_with_the_permission_edits_without_being_root(client: Client) -> None:
    paper = make_paper("As it was")
    dave = make_moderator("dave")
    dave.user_permissions.add(Permission.objects.get(codename="change_paper"))
    client.force_login(dave)
    client.post(page_of(paper), form_of(client, page_of(paper)) | {"title": "Better"})
    paper.refresh_from_db()
    assert paper.title_text == "Better"


def test_the_page_shows_tags_records_and_log_to_a_moderator(moderator: Client) -> None:
    paper = make_paper(tags=[make_tag("cs.LG")], submitted_by=make_user("alice"))
    make_upvote(make_user("bob"), paper)
    page = moderator.get(page_of(paper)).content.decode()
    assert "cs.LG" in page
    assert "alice" in page
    assert f'href="/admin/papers/upvote/?paper={paper.pk}"' in page
    assert "bob" not in page


@pytest.mark.django_db(transaction=True)
def test_an_edit_does_not_undo_what_happened_to_the_paper_meanwhile(root: Client) -> None:
    paper, carol = make_paper("As it was"), make_moderator("carol")
    data = form_of(root, page_of(paper)) | {"title": "Edited"}
    with transaction.atomic():
        hide_paper(paper=paper, moderator=carol, reason="Spam.")
        editing = in_thread(lambda: root.post(page_of(paper), data))
        eventually(waits_for_a_lock)
    assert editing.result(timeout=20).status_code == 302
    saved = Paper.objects.get(pk=paper.pk)
    assert (saved.title, saved.state) == ("Edited", "hidden")
