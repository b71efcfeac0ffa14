"""A server that plays the sources, and settings that lead to it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from tests.harvest.running import forget_states
from tests.harvest.server import SourceServer

# The day on which the tests harvest: a Monday.
NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture
def server(db: None, settings: Settings) -> Iterator[SourceServer]:
    """The server; the site asks it, hardly waits between requests, and loses patience soon."""
    with SourceServer() as server:
        for name, value in server.settings().items():
            setattr(settings, name, value)
        settings.HARVEST = True
        settings.HARVEST_CONTACT = "papers@example.org"
        settings.ARXIV_CATEGORIES = ["cs.LG"]
        settings.HARVESTING = {
            "gap_seconds": {"arxiv": 0.03, "biorxiv": 0.03, "crossref": 0.03},
            "back_off_seconds": (60.0, 600.0),
            "timeout_seconds": {"usual": 1.0, "slow": 1.0},
            "chunk_seconds": 30.0,
            "first_days": 7,
        }
        yield server
        forget_states()


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Let it be `NOW` for Python; the database's clock, by which requests are spaced, goes on."""
    with time_machine.travel(NOW, tick=True):
        yield
