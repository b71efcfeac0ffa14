"""What tests of listings read from a page."""

import re
from html import unescape
from urllib.parse import urljoin

from django.test import Client


def keys_of(client: Client, url: str) -> list[str]:
    """The papers of a listing, in its order."""
    response = client.get(url)
    assert response.status_code == 200, url
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())


def pages_of(client: Client, url: str) -> list[list[str]]:
    """The papers of every page of a listing, following its links to the next one."""
    pages = []
    following: str | None = url
    while following:
        pages.append(keys_of(client, following))
        assert len(pages) < 50, "the pages never end"
        html = client.get(following).content.decode()
        more = re.search(r'rel="next"\s+href="([^"]+)"', html)
        following = urljoin(url, unescape(more[1])) if more else None
    return pages
