"""Who gets into the admin."""

from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from papers.models import PaperState
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

PAGES = ["/admin/", "/admin/papers/paper/", "/admin/no/such/page/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_the_log_in_of_the_site_and_back(client: Client, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1] == (f"/accounts/login/?next={path}", 302)


def test_the_admin_has_no_log_in_form_of_its_own(client: Client, carol: User) -> None:
    response = client.post(
        "/admin/login/", {"username": "carol", "password": "correct horse battery"}
    )
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", PAGES)
def test_an_ordinary_member_is_refused(client: Client, path: str) -> None:
    client.force_login(make_user("bob"))
    assert client.get(path, follow=True).status_code == 403


def test_an_inactive_moderator_is_sent_to_the_log_in(client: Client, carol: User) -> None:
    client.force_login(carol)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


def test_a_moderator_gets_in(client: Client, carol: User) -> None:
    client.force_login(carol)
    response = client.get("/admin/")
    assert response.status_code == 200
    assert "Offprint admin" in response.content.decode()


def test_the_log_in_page_of_the_admin_leads_those_who_are_in_where_they_wanted_to_go(
    client: Client, carol: User
) -> None:
    client.force_login(carol)
    assert client.get("/admin/login/?next=/admin/papers/tag/").url == "/admin/papers/tag/"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http://testserver/admin/papers/tag/",
        "foo",
        "a=b",
        "front",
        "papers:front",
        "../accounts/",
        "http://[",
        "//[",
        "/\\[",
        "",
    ],
)
def test_it_leads_to_paths_of_this_site_only(client: Client, carol: User, target: str) -> None:
    path = f"/admin/login/?{urlencode({'next': target})}"
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.url == "/accounts/login/?next=/admin/"  # type: ignore[attr-defined]
    client.force_login(carol)
    let_in = client.get(path)
    assert (let_in.status_code, let_in.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("path", PAGES)
def test_staff_without_a_second_factor_are_told_to_set_one_up(
    client: Client, carol: User, settings: Settings, path: str
) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    client.force_login(carol)
    response = client.get(path, follow=True)
    assert response.status_code == 403
    page = response.content.decode()
    assert "Set up a second factor" in page
    assert 'href="/accounts/2fa/"' in page
    assert "Moderation log" not in page


def test_staff_with_a_second_factor_get_in(client: Client, carol: User, settings: Settings) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    Authenticator.objects.create(user=carol, type=Authenticator.Type.TOTP, data={})
    client.force_login(carol)
    assert client.get("/admin/papers/paper/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(
    client: Client, carol: User, settings: Settings
) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    Authenticator.objects.create(user=carol, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(carol)
    assert client.get("/admin/", follow=True).status_code == 403


def test_nothing_is_changed_without_a_second_factor(
    client: Client, carol: User, settings: Settings
) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    client.force_login(carol)
    paper = make_paper()
    client.post(f"/admin/papers/paper/{paper.pk}/hide/", {"reason": "Spam."})
    paper.refresh_from_db()
    assert paper.state == PaperState.LISTED


def test_logging_out_and_changing_the_password_are_done_on_the_site(
    client: Client, carol: User
) -> None:
    client.force_login(carol)
    page = client.get("/admin/").content.decode()
    assert 'action="/accounts/logout/"' in page
    assert 'href="/accounts/password/change/"' in page
    assert client.get("/admin/password_change/").url == "/accounts/password/change/"  # type: ignore[attr-defined]
    assert client.post("/admin/logout/").url == "/accounts/logout/"  # type: ignore[attr-defined]


MODERATORS_SEE = [
    "papers/paper",
    "papers/tag",
    "papers/readinglist",
    "papers/paperheat",
    "papers/rankingsnapshot",
    "papers/rankingsettings",
    "papers/moderationlogentry",
    "papers/sourcerecord",
    "papers/harvest",
    "papers/harvestrun",
    "papers/sourcestate",
]
NEEDS_A_PERMISSION = ["papers/upvote", "accounts/user", "account/emailaddress", "mfa/authenticator"]


@pytest.mark.parametrize("name", MODERATORS_SEE)
def test_a_moderator_sees_without_further_permissions(
    client: Client, carol: User, name: str
) -> None:
    client.force_login(carol)
    assert client.get(f"/admin/{name}/").status_code == 200
    assert f'href="/admin/{name}/"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("name", NEEDS_A_PERMISSION)
def test_who_voted_and_who_is_who_needs_a_permission(
    client: Client, carol: User, name: str
) -> None:
    make_upvote(make_user("bob"), make_paper())
    client.force_login(carol)
    assert client.get(f"/admin/{name}/").status_code == 403
    assert f'href="/admin/{name}/"' not in client.get("/admin/").content.decode()


def test_a_moderator_reads_a_paper_but_changes_nothing_but_its_being_seen(
    client: Client, carol: User
) -> None:
    paper = make_paper("As it was")
    client.force_login(carol)
    path = f"/admin/papers/paper/{paper.pk}/change/"
    assert "As it was" in client.get(path).content.decode()
    assert client.post(path, {"title": "Changed"}).status_code == 403
