"""What journeys through the site need: mail that can be read, and workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from tests.workers import Workers


@pytest.fixture
def mail_in_files(settings: Settings, tmp_path: Path) -> None:
    """Keep mail as a development machine does, readable at /dev/mail/."""
    settings.DEVELOPMENT = True
    settings.EMAIL_BACKEND = "config.mail.EmlFileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.DEV_MAIL_DIR = tmp_path / "mail"


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Workers that are not started yet."""
    with Workers(tmp_path) as made:
        yield made


@pytest.fixture
def page(page: Page) -> Page:
    """A page that does not wait for ever."""
    page.set_default_timeout(10_000)
    return page
