"""Every address, as each kind of visitor: what they get is written down here, and nothing else."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.factories import make_paper, make_user
from tests.site.pages import Community, make_community
from tests.site.test_list_permissions import ROUTES as LIST_ROUTES

pytestmark = pytest.mark.django_db

VISITORS = ("anonymous", "unverified", "stranger", "owner", "suspended", "moderator")
# What a signed-in visitor of any kind gets where nothing depends on who they are.
OK, LOG_IN, MOVED, NOT_THERE, GONE, NO_GET = 200, "log in", 302, 404, 410, 405

# By the route's name: an address of it, and what each visitor of VISITORS gets for GET.
SAME: dict[str, tuple[str, int]] = {
    "front": ("/", OK),
    "archive_latest": ("/archive/", MOVED),
    "archive": ("/archive/2025-03-11/", OK),
    "daily_latest": ("/daily/", MOVED),
    "daily": ("/daily/2025-03-11/", OK),
    "weekly_latest": ("/weekly/", MOVED),
    "weekly": ("/weekly/2025-W11/", OK),
    "monthly_latest": ("/monthly/", MOVED),
    "monthly": ("/monthly/2025-03/", OK),
    "winners_latest": ("/winners/", MOVED),
    "winners": ("/winners/2025-03/", OK),
    "badge": ("/badge/{listed}.svg", OK),
    "new": ("/new/", OK),
    "top": ("/top/", OK),
    "catalogue": ("/papers/?tag=cs-lg&author=ada+lovelace", OK),
    "tags": ("/tags/", OK),
    "tag": ("/tags/cs-lg/", OK),
    "author": ("/authors/ada-lovelace/", OK),
    "search": ("/search/?q=learning", OK),
    "about_ranking": ("/about/ranking/", OK),
    "why": ("/papers/{listed}/why/", OK),
    "moderation_log": ("/moderation/log/", OK),
    "profile": ("/@alice/", OK),
    "favicon": ("/favicon.ico", MOVED),
    "healthz": ("/healthz", OK),
    "readyz": ("/readyz", OK),
    "upvote": ("/papers/{listed}/upvote/", NO_GET),
    "remove_upvote": ("/papers/{listed}/upvote/remove/", NO_GET),
    "save": ("/papers/{listed}/save/", NO_GET),
    "unsave": ("/papers/{listed}/save/remove/", NO_GET),
    "status": ("/papers/{listed}/status/", NO_GET),
    "note": ("/papers/{listed}/note/", NO_GET),
    "version_seen": ("/papers/{listed}/version/seen/", NO_GET),
}
MEMBERS_ONLY = {"library": "/library/", "new_list": "/lists/new/"}
SETTINGS = {
    "settings": "/settings/",
    "settings_profile": "/settings/profile/",
    "settings_preferences": "/settings/preferences/",
    "settings_username": "/settings/username/",
    "usersessions_list": "/settings/sessions/",
}
PAPER_FILES = {"paper_bib", "paper_ris", "paper_csl_json", "paper_md"}
BY_STATE: dict[str, dict[str, int]] = {
    # paper's state: who is not given the ordinary page, and what instead
    "listed": {},
    "catalogue": {},
    "withdrawn": {},
    "pending": dict.fromkeys(("anonymous", "unverified", "stranger", "suspended"), NOT_THERE),
    "hidden": dict.fromkeys(("anonymous", "unverified", "stranger", "owner", "suspended"), GONE),
}
BY_LIST: dict[str, dict[str, int]] = {
    "public-reading": {},
    "private-reading": dict.fromkeys(
        ("anonymous", "unverified", "stranger", "suspended", "moderator"), NOT_THERE
    ),
}


@pytest.fixture
def community() -> Community:
    return make_community()


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visiting(client: Client, community: Community, visitor: str) -> Client:
    """A client of the visitor; Alice owns and submitted, everybody else is a stranger to her."""
    members: dict[str, User | None] = {
        "anonymous": None,
        "unverified": make_user("una", verified=False),
        "stranger": community.bob,
        "owner": community.alice,
        "suspended": make_user("sid", suspended_until="2999-01-01T00:00Z"),
        "moderator": community.carol,
    }
    if member := members[visitor]:
        client.force_login(member)
    return client


def test_pages_that_are_the_same_for_everybody(
    visiting: Client, community: Community, visitor: str
) -> None:
    for name, (address, expected) in SAME.items():
        url = address.format(listed=community.papers[0].key)
        assert visiting.get(url).status_code == expected, (name, visitor)


def test_pages_of_members(visiting: Client, visitor: str) -> None:
    for name, url in MEMBERS_ONLY.items():
        response = visiting.get(url)
        if visitor == "anonymous":
            assert response["Location"].startswith("/accounts/login/?next="), name
        else:
            assert response.status_code == OK, (name, visitor)


def test_settings_are_of_members(visiting: Client, visitor: str) -> None:
    for name, url in SETTINGS.items():
        response = visiting.get(url)
        if visitor == "anonymous":
            assert response["Location"] == f"/accounts/login/?next={url}", name
        else:
            assert response.status_code == OK, (name, visitor)
    response = visiting.post("/settings/votes/", {"answer": "no"})
    assert response.status_code == MOVED
    assert response["Location"].startswith("/accounts/login/") is (visitor == "anonymous")


@pytest.mark.parametrize("state", BY_STATE)
def test_a_paper_in_each_state(
    visiting: Client, community: Community, visitor: str, state: str
) -> None:
    paper = {"listed": community.papers[0]}.get(state) or getattr(community, state)
    expected = BY_STATE[state].get(visitor, OK)
    assert visiting.get(paper.get_absolute_url()).status_code == expected
    assert visiting.get(reverse("papers:why", args=[paper.key])).status_code == expected
    for name in PAPER_FILES:
        assert visiting.get(reverse(f"papers:{name}", args=[paper.key])).status_code == expected


@pytest.mark.parametrize("slug", BY_LIST)
def test_a_list_of_each_visibility(
    visiting: Client, community: Community, visitor: str, slug: str
) -> None:
    assert visiting.get(f"/@alice/{slug}/").status_code == BY_LIST[slug].get(visitor, OK)


def test_acting_on_a_paper(visiting: Client, community: Community, visitor: str) -> None:
    paper = make_paper()
    for action in (
        *("upvote", "upvote/remove", "save", "save/remove", "status", "note"),
        "version/seen",
    ):
        response = visiting.post(f"/papers/{paper.key}/{action}/")
        assert response.status_code == 302
        to_log_in = response["Location"].startswith("/accounts/login/")
        assert to_log_in is (visitor == "anonymous"), (action, visitor)


def test_nobody_saves_into_or_takes_from_a_list_of_others(
    visiting: Client, community: Community, visitor: str
) -> None:
    if visitor == "owner":
        return
    before = community.private_list.entries.count()
    for action in ("save", "save/remove"):
        url = f"/papers/{community.papers[0].key}/{action}/"
        response = visiting.post(url, {"list": community.private_list.pk})
        assert response.status_code == (302 if visitor == "anonymous" else NOT_THERE)
    assert community.private_list.entries.count() == before


def test_the_admin_is_for_moderators(visiting: Client, visitor: str) -> None:
    response = visiting.get("/admin/", follow=True)
    if visitor == "anonymous":
        assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    else:
        assert response.status_code == (OK if visitor == "moderator" else 403)


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Names of all routes of this project's own rooms."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace in (None, "papers"):
                yield from routes(pattern, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and namespace == "papers":
            yield str(pattern.name)


def test_every_route_of_the_papers_room_is_in_this_file() -> None:
    covered = {*SAME, *MEMBERS_ONLY, *LIST_ROUTES, *PAPER_FILES, "paper"}
    assert set(routes(get_resolver())) == covered
