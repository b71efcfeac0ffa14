"""What people do around an account, for tests that need more than one step."""

import re
from urllib.parse import urlsplit

from django.core import mail
from django.core.mail import EmailMessage
from django.http import HttpResponseBase
from django.test import Client

from tests.factories import PASSWORD

SIGN_UP = "/accounts/signup/"
LOG_IN = "/accounts/login/"
CHECK_MAIL = "/accounts/confirm-email/"


def sign_up(
    client: Client, username: str = "alice", *, email: str = "", next_url: str = ""
) -> HttpResponseBase:
    """Send the sign-up form, as its page does."""
    data = {
        "username": username,
        "email": email or f"{username}@example.org",
        "password1": PASSWORD,
    }
    if next_url:
        data["next"] = next_url
    return client.post(SIGN_UP, data)


def log_in(
    client: Client, login: str, password: str = PASSWORD, *, next_url: str = ""
) -> HttpResponseBase:
    """Send the log-in form, as its page does."""
    data = {"login": login, "password": password}
    if next_url:
        data["next"] = next_url
    return client.post(LOG_IN, data)


def last_mail(to: str) -> EmailMessage:
    """The newest mail to this address; fails when there is none."""
    return [message for message in mail.outbox if message.to == [to]][-1]


def link_in(text: str, part: str) -> str:
    """Path and query of the one link in a mail's text that contains `part`."""
    (url,) = [url for url in re.findall(r"https?://\S+", text) if part in url]
    pieces = urlsplit(url)
    return f"{pieces.path}?{pieces.query}" if pieces.query else pieces.path


def verification_link(to: str) -> str:
    """The link that verifies this address, out of the newest mail to it."""
    return link_in(str(last_mail(to).body), "confirm-email")


def reset_link(to: str) -> str:
    """The link to choose a new password, out of the newest mail to this address."""
    return link_in(str(last_mail(to).body), "password/reset/key")


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
