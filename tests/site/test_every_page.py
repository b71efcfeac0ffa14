"""What holds for every page of the site."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.site.pages import (
    Community,
    failing_pages,
    form_pages,
    make_community,
    member_pages,
    readable_pages,
)

pytestmark = pytest.mark.django_db


class Outline(HTMLParser):
    """Counts what a page must have exactly once, and collects its ids and inline code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts = {"h1": 0, "main": 0, "title": 0}
        self.searches = 0
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.counts and not (tag == "title" and self.counts["title"]):
            self.counts[tag] += 1
        attributes = dict(attrs)
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))
        if attributes.get("role") == "search":
            self.searches += 1
        if (
            tag == "style"
            or "style" in attributes
            # A block of data is no code.
            or (
                tag == "script"
                and not attributes.get("src")
                and attributes.get("type") != "application/json"
            )
            or any(name.startswith("on") for name in attributes)
        ):
            self.inline.append(self.get_starttag_text() or tag)


@pytest.fixture
def community() -> Community:
    return make_community()


def check_page(response: object, kind: str) -> None:
    outline = Outline(response.content.decode())  # type: ignore[attr-defined]
    assert outline.counts == {"h1": 1, "main": 1, "title": 1}, kind
    assert outline.searches == 1, kind
    assert sorted(set(outline.ids)) == sorted(outline.ids), f"{kind}: an id stands twice"
    assert outline.inline == [], f"{kind}: the content security policy blocks these"


def test_a_visitor_sees_every_public_page_and_gets_no_cookie(
    client: Client, community: Community
) -> None:
    for kind, url in readable_pages(community).items():
        response = client.get(url)
        assert response.status_code == 200, kind
        check_page(response, kind)
        assert not response.cookies, f"{kind} sets a cookie"
        assert response["Cache-Control"] == "private, no-cache", kind
        assert response["ETag"], kind
        assert client.get(url, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_pages_with_a_form_that_posts_set_the_csrf_cookie_and_nothing_else(
    client: Client, community: Community
) -> None:
    for kind, url in form_pages().items():
        response = client.get(url)
        assert response.status_code == 200, kind
        check_page(response, kind)
        assert set(response.cookies) <= {"csrftoken"}, kind


def test_a_member_sees_every_page(client: Client, community: Community) -> None:
    client.force_login(community.alice)
    pages = readable_pages(community) | member_pages(community)
    for kind, url in pages.items():
        response = client.get(url)
        assert response.status_code == 200, kind
        check_page(response, kind)


def test_what_fails_fails_with_a_page_of_ours(client: Client, community: Community) -> None:
    for kind, (url, status) in failing_pages(community).items():
        response = client.get(url)
        assert response.status_code == status, kind
        check_page(response, kind)
        assert not response.cookies, f"{kind} sets a cookie"


def test_every_page_carries_the_security_headers(client: Client, community: Community) -> None:
    for url in [*readable_pages(community).values(), *form_pages().values()]:
        response = client.get(url)
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
