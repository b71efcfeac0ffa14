"""What the workers do. Each task is a shell: it may run twice, late, or beside itself."""

import time
from collections.abc import Callable

from celery import Task, shared_task
from django.core.management import call_command
from django.utils import timezone

from papers.ranking import snapshots, weights
from papers.ranking.refresh import refresh_pending

# Seconds. Longer than this no tick goes on, so that a stopping worker need not wait.
TICK_BUDGET = 10.0


def task(function: Callable[[], None]) -> Task:
    """Make a Celery task, named by its place. (Celery's own decorator has no types.)"""
    return shared_task(function)


@task
def refresh_heat() -> None:
    """Rank the votes that are waiting; while another worker is at it, leave it to that one."""
    deadline = time.monotonic() + TICK_BUDGET
    while refresh_pending(timezone.now()).outbox_rows:
        # What came in meanwhile would otherwise wait for the next tick.
        if time.monotonic() > deadline:
            return


@task
def prune_snapshots() -> None:
    """Drop snapshots of the front page that no reader can still be turning the pages of."""
    snapshots.prune(timezone.now())


@task
def end_suspensions() -> None:
    """Let the upvotes of members count again whose suspension has run out."""
    weights.end_expired_suspensions(timezone.now())


@task
def clear_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")
