"""The listing rules in the admin: one row, which says what it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import ListingRules, Source, Tag
from papers.sources.upsert import upsert
from tests.admin.pages import errors_of, form_of, text_of
from tests.factories import make_tag
from tests.sources.records import make_record

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/listingrules/"
PAGE = f"{LIST}1/change/"


def change(client: Client, **values: Any) -> Any:
    data = form_of(client, PAGE) | {"enabled": "", "cross_lists": ""} | values
    return client.post(PAGE, {name: value for name, value in data.items() if value != ""})


def said(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    field = response.content.decode().split("field-in_words")[1].split("field-enabled")[0]
    return text_of(field)


def announce(number: int, *categories: str, days_ago: int = 0) -> None:
    now = timezone.now()
    record = make_record(
        source=Source.ARXIV_RSS,
        identifiers=(("arxiv", f"2603.{number:05d}"),),
        categories=categories,
        version=1,
        published_at=now - timedelta(days=days_ago),
        record_date=(now - timedelta(days=days_ago)).date(),
    )
    upsert([record])


def test_the_list_leads_to_the_only_row(moderator: Client) -> None:
    assert moderator.get(LIST)["Location"] == PAGE


def test_it_is_neither_added_nor_deleted(root: Client) -> None:
    assert root.get(f"{LIST}add/").status_code == 403
    assert root.post(f"{LIST}1/delete/", {"post": "yes"}).status_code == 403
    assert ListingRules.objects.count() == 1


def test_a_moderator_reads_them_and_changes_nothing(moderator: Client) -> None:
    assert "people alone list papers" in said(moderator)
    assert moderator.post(PAGE, {"enabled": "on"}).status_code == 403
    assert not ListingRules.objects.get().enabled


def test_they_are_changed_and_say_what_they_do(root: Client) -> None:
    assert "Nothing is listed, as no category is chosen." in said(root)
    tags = [make_tag("cs.LG"), make_tag("stat")]
    response = change(
        root,
        enabled="on",
        categories=[tag.pk for tag in tags],
        weekend="monday",
        catch_up_days=1,
        maximum_a_day=50,
    )
    assert response.status_code == 302, errors_of(response)
    rules = ListingRules.objects.get()
    assert (rules.enabled, rules.weekend, rules.maximum_a_day) == (True, "monday", 50)
    assert set(rules.categories.all()) == set(tags)
    text = said(root)
    assert "are off" not in text
    assert (
        "announced as new, and its primary category is one of these or below one of these: "
        "cs.LG, stat." in text
    )
    assert "that of a weekend under Monday" in text
    assert "more than 1 day after that stays in the catalogue" in text
    assert "A day that has 50 listed papers takes no more." in text
    assert "no new paper was announced" in text
    change(root, cross_lists="on", categories=[tags[0].pk], weekend="leave", maximum_a_day=0)
    text = said(root)
    assert "are off" in text
    assert "or as cross-listed, and any of its categories" in text
    assert "announced on a weekend stays in the catalogue" in text
    assert "any number of papers" in text


def test_they_say_how_many_papers_they_would_have_listed(root: Client) -> None:
    change(root, categories=[make_tag("cs").pk], maximum_a_day=2, catch_up_days=7)
    for number in (1, 2, 3):
        announce(number, "cs.LG")
    announce(4, "cs.CL", days_ago=2)
    announce(5, "math.NA", "cs.LG")
    announce(6, "cs.LG", days_ago=8)
    assert (
        "Of 5 new papers announced in the last 7 days and read by this site, "
        "they would have listed 3." in said(root)
    )


def test_a_synonym_stands_for_its_tag(root: Client) -> None:
    change(root, categories=[make_tag("cs.NA").pk])
    assert list(ListingRules.objects.get().categories.all()) == [make_tag("math.NA")]


def test_a_topic_of_the_community_is_refused(root: Client) -> None:
    topic = Tag.objects.create(scheme="topic", code="pruning", slug="pruning", name="Pruning")
    errors = errors_of(change(root, categories=[topic.pk]))
    assert errors == {
        "categories": ["No source announces papers under a topic of the community: Pruning."]
    }
