"""Sign-up over a real SMTP conversation."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default as modern

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from tests.accounts.steps import link_in, sign_up

pytestmark = pytest.mark.django_db


class Postbox:
    """Takes every mail that the server is given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A mail server on this machine, to which the site sends."""
    postbox = Postbox()
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        yield postbox
    finally:
        controller.stop()


def test_the_link_that_arrives_by_smtp_verifies_the_address(
    client: Client, postbox: Postbox
) -> None:
    sign_up(client, "alice")
    (envelope,) = postbox.envelopes
    assert envelope.rcpt_tos == ["alice@example.org"]
    assert isinstance(envelope.content, bytes)
    received = message_from_bytes(envelope.content, policy=modern)
    assert received["Subject"] == "Verify your address for Offprint"
    body = received.get_body(("plain",))
    assert body is not None
    link = link_in(body.get_content(), "confirm-email")
    assert client.get(link).status_code == 200
    client.post(link)
    assert EmailAddress.objects.get(email="alice@example.org").verified
