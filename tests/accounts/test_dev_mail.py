"""/dev/mail/ and /dev/mail/<file>/"""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings
from pytest_django import Settings

from config.mail import EmlFileBackend
from tests.accounts.page import Page

MAILS = "/dev/mail/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A mail folder that does not exist yet."""
    settings.DEV_MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def keep(folder: Path, subject: str = "Hello", text: str = "Words", html: str = "") -> str:
    """Keep a mail as the site would; returns the name of its file."""
    before = set(folder.glob("*.eml"))
    message = EmailMultiAlternatives(subject, text, "site@example.org", ["alice@example.org"])
    if html:
        message.attach_alternative(html, "text/html")
    EmlFileBackend(file_path=str(folder)).send_messages([message])
    (path,) = set(folder.glob("*.eml")) - before
    return path.name


def test_the_newest_mail_comes_first_with_recipient_and_subject(
    client: Client, folder: Path
) -> None:
    keep(folder, "The first")
    keep(folder, "The second")
    page = Page(client.get(MAILS))
    subjects = [link.text.strip() for link in page.all("a") if MAILS in link.attributes["href"]]
    assert [s for s in subjects if s.startswith("The")] == ["The second", "The first"]
    assert "alice@example.org" in page.text
    assert page.heading == "Mail of this machine"


def test_without_a_folder_there_is_no_mail_yet(client: Client, folder: Path) -> None:
    assert "No mail yet." in Page(client.get(MAILS)).text
    assert not folder.exists()


def test_links_in_a_mail_can_be_followed(client: Client, folder: Path) -> None:
    url = "http://localhost:8000/accounts/confirm-email/MQ:1a-b_c:d/?next=%2Fpapers%2F2503.01234%2F"
    name = keep(folder, "Verify", f"Open this:\n\n{url}\n\nThank you")
    page = Page(client.get(f"{MAILS}{name}/"))
    assert page.heading == "Verify"
    assert page.one("a", href=url).text == url
    assert "Thank you" in page.text


def test_the_html_part_is_shown_as_text(client: Client, folder: Path) -> None:
    html = (
        "<html><head><title>T</title><style>p { color: red }</style></head><body><h1>Papers</h1>"
        '<p>One &amp; <b>two</b></p><p><a href="https://example.org/x">three</a></p></body></html>'
    )
    page = Page(client.get(f"{MAILS}{keep(folder, html=html)}/"))
    assert "One & two" in page.text
    assert "color: red" not in page.text
    assert page.all("a", href="https://example.org/x")


def test_what_a_mail_contains_is_escaped(client: Client, folder: Path) -> None:
    evil = "<script>alert(1)</script>"
    name = keep(folder, evil, evil, "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
    for url in (MAILS, f"{MAILS}{name}/"):
        source = client.get(url).content.decode()
        assert evil not in source
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source


def test_a_mail_in_an_encoding_nobody_knows_is_still_shown(client: Client, folder: Path) -> None:
    folder.mkdir()
    (folder / "odd.eml").write_bytes(
        b"Subject: Odd\r\nContent-Type: text/plain; charset=klingon\r\n\r\nnuqneH"
    )
    assert "nuqneH" in Page(client.get(f"{MAILS}odd.eml/")).text


@pytest.mark.parametrize(
    "name",
    ["missing.eml", "..%2Fsecret.eml", "..", ".hidden.eml", "notes.txt", "link.eml", "folder.eml"],
)
def test_nothing_else_is_served(client: Client, folder: Path, name: str) -> None:
    folder.mkdir()
    secret = folder.parent / "secret.eml"
    secret.write_text("Subject: secret\n\nsecret")
    (folder / ".hidden.eml").write_text("Subject: secret\n\nsecret")
    (folder / "notes.txt").write_text("secret")
    (folder / "link.eml").symlink_to(secret)
    (folder / "folder.eml").mkdir()
    response = client.get(f"{MAILS}{name}/")
    assert response.status_code == 404
    assert b"secret" not in client.get(MAILS).content


def test_there_is_no_such_page_in_production(client: Client, folder: Path) -> None:
    name = keep(folder)
    with override_settings(DEVELOPMENT=False):
        assert client.get(MAILS).status_code == 404
        assert client.get(f"{MAILS}{name}/").status_code == 404


def test_reading_sets_no_cookie_and_writing_is_not_possible(client: Client, folder: Path) -> None:
    name = keep(folder)
    for url in (MAILS, f"{MAILS}{name}/"):
        assert not client.get(url).cookies
        assert client.post(url).status_code == 405
