"""The mail backend that keeps files (config/mail.py)."""

import stat
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from pytest_django import Settings

from config.mail import EmlFileBackend


def message(subject: str = "Hello", to: str = "alice@example.org") -> EmailMessage:
    return EmailMessage(subject, "Words", "site@example.org", [to])


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


def test_the_settings_name_the_folder_and_the_backend_makes_it(
    tmp_path: Path, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "config.mail.EmlFileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "new" / "mail")
    assert send_mail("Hello", "Words", None, ["alice@example.org"]) == 1
    assert len(files(tmp_path / "new" / "mail")) == 1


def test_a_file_is_the_whole_message(tmp_path: Path) -> None:
    sent = EmailMultiAlternatives("Grüße", "Täxt", "site@example.org", ["alice@example.org"])
    sent.attach_alternative("<p>Täxt</p>", "text/html")
    assert EmlFileBackend(file_path=str(tmp_path)).send_messages([sent]) == 1
    content = files(tmp_path)[0].read_bytes()
    assert b"\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    kept = message_from_bytes(content, policy=modern)
    assert kept["Subject"] == "Grüße"
    assert kept["To"] == "alice@example.org"
    assert kept["Message-ID"]
    assert kept["Date"]
    text, html = kept.get_body(("plain",)), kept.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Täxt"
    assert html.get_content().strip() == "<p>Täxt</p>"


def test_names_sort_by_the_time_of_sending(tmp_path: Path) -> None:
    backend = EmlFileBackend(file_path=str(tmp_path))
    for number in range(20):
        backend.send_messages([message(f"Number {number:02d}")])
    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in files(tmp_path)]
    assert subjects == [f"Number {number:02d}" for number in range(20)]


def test_many_senders_at_once_lose_nothing_and_leave_no_half_file(tmp_path: Path) -> None:
    def send(number: int) -> int:
        messages = [message(f"{number}-{place}") for place in range(10)]
        return EmlFileBackend(file_path=str(tmp_path / "mail")).send_messages(messages)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(20))) == 200
    subjects = {message_from_bytes(p.read_bytes())["Subject"] for p in files(tmp_path / "mail")}
    assert len(subjects) == 200
    assert len(list((tmp_path / "mail").iterdir())) == 200


def test_only_its_owner_can_read_the_mail(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    EmlFileBackend(file_path=str(folder)).send_messages([message()])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(files(folder)[0].stat().st_mode) == 0o600


def test_a_message_to_nobody_is_not_written(tmp_path: Path) -> None:
    nobody = EmailMessage("Hello", "Words", "site@example.org", [])
    assert EmlFileBackend(file_path=str(tmp_path)).send_messages([nobody]) == 0
    assert not files(tmp_path)


def test_a_header_cannot_be_smuggled_into_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="newlines"):
        EmlFileBackend(file_path=str(tmp_path)).send_messages([message("Hi\nBcc: x@example.org")])
    assert not files(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error_unless_silent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "mail")
    with pytest.raises(NotADirectoryError):
        EmlFileBackend(file_path=folder).send_messages([message()])
    assert EmlFileBackend(fail_silently=True, file_path=folder).send_messages([message()]) == 0


def test_a_missing_setting_says_what_to_do(settings: Settings) -> None:
    settings.EMAIL_FILE_PATH = None
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FILE_PATH"):
        EmlFileBackend()
