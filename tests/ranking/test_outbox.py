"""What waits for the ranking."""

from datetime import timedelta

import pytest
from django.utils import timezone

from papers.models import VoteOutbox
from papers.ranking import outbox
from papers.ranking.refresh import refresh_pending
from tests.factories import make_paper


def test_a_web_server_whose_clock_is_ahead_holds_no_change_back(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, now = make_paper(), timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: now + timedelta(hours=1))
        outbox.queue([paper.pk])
    assert VoteOutbox.objects.get(paper=paper).queued_at < now + timedelta(minutes=30)
    refresh_pending(timezone.now() + timedelta(seconds=1))
    assert not VoteOutbox.objects.exists()
