"""What the pages with a search box say of a query that was not understood."""

from html import unescape

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/search/", "/papers/", "/library/"])
@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("before:yesterday", "“before:yesterday” names no date."),
        ("tag:<zymurgy>", "There is no tag “<zymurgy>”."),
        ("2017", "write after:2017 before:2018."),
    ],
)
def test_each_page_that_searches_says_what_it_did_not_understand(
    client: Client, address: str, query: str, note: str
) -> None:
    client.force_login(make_user())
    html = client.get(address, {"q": query}).content.decode()
    assert note in unescape(html)
    assert "<zymurgy>" not in html
