"""Tags in the admin: the tree stays a tree, and nothing that papers carry disappears."""

from typing import Any

import pytest
from django.test import Client

from papers.models import Tag
from tests.admin.pages import errors_of, form_of, rows_of
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/tag/"


def make_topic(name: str, **fields: Any) -> Tag:
    slug = name.lower().replace(" ", "-")
    return Tag.objects.create(scheme="topic", code=slug, slug=slug, name=name, **fields)


def page_of(tag: Tag) -> str:
    return f"{LIST}{tag.pk}/change/"


def change(client: Client, tag: Tag, **values: Any) -> Any:
    return client.post(page_of(tag), form_of(client, page_of(tag)) | values)


@pytest.mark.parametrize("term", ["cs.l", "machine learn", "cs-lg"])
def test_a_tag_is_found_by_code_slug_or_name(moderator: Client, term: str) -> None:
    assert any(row.startswith("cs.LG ") for row in rows_of(moderator, f"{LIST}?q={term}"))


def test_a_topic_is_added(root: Client) -> None:
    data = {"scheme": "topic", "code": "pruning", "slug": "pruning", "name": "Pruning"}
    assert root.post(f"{LIST}add/", data).status_code == 302
    assert Tag.objects.get(slug="pruning").name == "Pruning"


def test_what_addresses_are_made_of_stays(root: Client) -> None:
    tag = make_topic("Pruning")
    change(root, tag, slug="other", code="other", name="Pruning of networks")
    tag.refresh_from_db()
    assert (tag.slug, tag.code, tag.name) == ("pruning", "pruning", "Pruning of networks")


def test_a_tag_cannot_stand_below_itself(root: Client) -> None:
    above = make_topic("Above")
    below = make_topic("Below", parent=above)
    assert list(errors_of(change(root, above, parent=below.pk))) == ["parent"]


def test_the_tree_grows_to_four_levels_and_no_further(root: Client) -> None:
    first = make_topic("First")
    second = make_topic("Second", parent=first)
    third = make_topic("Third", parent=second)
    one, two = make_topic("One"), make_topic("Two")
    make_topic("Under two", parent=two)
    assert change(root, one, parent=third.pk).status_code == 302
    assert list(errors_of(change(root, two, parent=third.pk))) == ["parent"]
    assert change(root, two, parent=second.pk).status_code == 302


def test_a_tag_becomes_a_synonym(root: Client) -> None:
    tag = make_topic("Nets")
    assert change(root, tag, synonym_of=make_tag("cs.NE").pk).status_code == 302
    tag.refresh_from_db()
    assert tag.synonym_of == make_tag("cs.NE")


def test_a_tag_that_papers_carry_becomes_no_synonym(root: Client) -> None:
    tag = make_topic("Nets")
    make_paper(tags=[tag])
    assert list(errors_of(change(root, tag, synonym_of=make_tag("cs.NE").pk))) == ["synonym_of"]


def test_a_synonym_leads_to_a_tag_in_use_and_not_to_itself(root: Client) -> None:
    synonym = make_topic("Nets", synonym_of=make_tag("cs.NE"))
    tag = make_topic("Networks")
    assert list(errors_of(change(root, tag, synonym_of=synonym.pk))) == ["synonym_of"]
    assert list(errors_of(change(root, tag, synonym_of=tag.pk))) == ["synonym_of"]


def test_an_unused_tag_can_be_deleted(root: Client) -> None:
    tag = make_topic("Nets")
    assert root.post(f"{LIST}{tag.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Tag.objects.filter(pk=tag.pk).exists()


@pytest.mark.parametrize("use", ["paper", "child", "synonym"])
def test_a_tag_in_use_cannot_be_deleted(root: Client, use: str) -> None:
    tag = make_topic("Nets")
    if use == "paper":
        make_paper(tags=[tag])
    else:
        make_topic("Other", **({"parent": tag} if use == "child" else {"synonym_of": tag}))
    assert root.post(f"{LIST}{tag.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Tag.objects.filter(pk=tag.pk).exists()


def test_tags_are_not_deleted_from_the_list(root: Client) -> None:
    assert "delete_selected" not in root.get(LIST).content.decode()


def test_a_moderator_looks_but_changes_no_tag(moderator: Client) -> None:
    assert moderator.get(page_of(make_tag())).status_code == 200
    assert moderator.post(page_of(make_tag()), {"name": "Changed"}).status_code == 403
