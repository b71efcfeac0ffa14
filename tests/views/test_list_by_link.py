"""GET /lists/s/<token>/, POST …/copy/ and POST /@<user>/<slug>/link/"""

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from papers.models import Paper, ReadingList, Visibility
from papers.secret_links import token_for
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unlisted() -> ReadingList:
    papers = [make_paper("Paper one"), make_paper("Paper two")]
    return make_list(
        make_user("alice"), "Draft", slug="draft", visibility=Visibility.UNLISTED, papers=papers
    )


def link_of(reading_list: ReadingList) -> str:
    fresh = ReadingList.objects.get(pk=reading_list.pk)
    return f"/lists/s/{token_for(fresh.pk, fresh.link_nonce)}/"


def test_whoever_has_the_link_reads_the_list(client: Client, unlisted: ReadingList) -> None:
    response = client.get(link_of(unlisted))
    html = response.content.decode()
    assert response.status_code == 200
    assert "Draft" in html
    assert "Paper one" in html


def test_the_page_keeps_its_address_to_itself(client: Client, unlisted: ReadingList) -> None:
    response = client.get(link_of(unlisted))
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_its_own_address_says_nothing_to_who_has_the_link(
    client: Client, unlisted: ReadingList
) -> None:
    client.get(link_of(unlisted))
    assert client.get("/@alice/draft/").status_code == 404


def test_readers_get_no_tools_of_the_owner(client: Client, unlisted: ReadingList) -> None:
    for member in (make_user("bob"), unlisted.owner):
        client.force_login(member)
        html = client.get(link_of(unlisted)).content.decode()
        assert "data-entry" not in html
        assert "secret-link" not in html


def test_hidden_papers_do_not_show(client: Client, unlisted: ReadingList) -> None:
    Paper.objects.filter(title="Paper one").update(hidden_at=timezone.now())
    html = client.get(link_of(unlisted)).content.decode()
    assert "Paper one" not in html
    assert "Paper two" in html


@pytest.mark.parametrize(
    "token",
    ["A" * 22, "x", "a" * 21, "a" * 23, "a" * 300, "é" * 22, "a" * 21 + "=", "a" * 21 + "."],
)
def test_a_link_that_is_none_is_not_found(
    client: Client, unlisted: ReadingList, token: str
) -> None:
    assert client.get(f"/lists/s/{token}/").status_code == 404


def test_the_digest_is_not_the_key(client: Client, unlisted: ReadingList) -> None:
    assert unlisted.link_digest
    for stored in (unlisted.link_digest, unlisted.link_digest[:22], unlisted.link_nonce[:22]):
        assert client.get(f"/lists/s/{stored}/").status_code == 404


def test_the_owner_sees_the_link_and_can_replace_it(client: Client, unlisted: ReadingList) -> None:
    client.force_login(unlisted.owner)
    old = link_of(unlisted)
    assert f'value="http://testserver{old}"' in client.get("/@alice/draft/").content.decode()
    response = client.post("/@alice/draft/link/", follow=True)
    assert "The old one works no longer" in response.content.decode()
    new = link_of(unlisted)
    assert new != old
    client.logout()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


@pytest.mark.parametrize("visibility", ["private", "public"])
def test_another_visibility_ends_the_link(
    client: Client, unlisted: ReadingList, visibility: str
) -> None:
    link = link_of(unlisted)
    client.force_login(unlisted.owner)
    fields = {"title": "Draft", "description": "", "visibility": visibility}
    client.post("/@alice/draft/edit/", fields)
    assert "secret-link" not in client.get("/@alice/draft/").content.decode()
    assert client.get(link).status_code == 404
    client.post("/@alice/draft/edit/", fields | {"visibility": "unlisted"})
    assert client.get(link).status_code == 404
    assert client.get(link_of(unlisted)).status_code == 200


def test_after_a_change_of_the_secret_key_the_link_works_and_can_be_replaced(
    client: Client, unlisted: ReadingList, settings: Settings
) -> None:
    link = link_of(unlisted)
    settings.SECRET_KEY = "another"
    assert client.get(link).status_code == 200
    client.force_login(unlisted.owner)
    assert "cannot be shown" in client.get("/@alice/draft/").content.decode()
    client.post("/@alice/draft/link/")
    assert client.get(link).status_code == 404
    assert client.get(link_of(unlisted)).status_code == 200


def test_a_reader_copies_it_and_is_not_told_where_it_lies(
    client: Client, unlisted: ReadingList
) -> None:
    client.force_login(make_user("bob"))
    response = client.post(f"{link_of(unlisted)}copy/", follow=True)
    html = response.content.decode()
    assert "Copied 2 papers into a private list of your own." in html
    assert response.request["PATH_INFO"] == "/@bob/draft/"
    assert "/@alice/draft/" not in html
    assert not re.search("copied from", html)


def test_a_visitor_who_copies_comes_back_to_the_link(client: Client, unlisted: ReadingList) -> None:
    link = link_of(unlisted)
    assert client.post(f"{link}copy/")["Location"].startswith("/accounts/login/?next=%2Flists%2Fs")
