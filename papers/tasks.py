"""What the workers do. Each task is a shell: it may run twice, late, or beside itself."""

import logging
import time
from collections.abc import Callable

from celery import Task, shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.sessions import forget_ended_sessions
from papers.harvest import runs
from papers.merging.candidates import find_candidates
from papers.models import RemovedEntry
from papers.models.reading_list import KEPT_REMOVED
from papers.ranking import snapshots, weights
from papers.ranking.applying import attempt_waiting
from papers.ranking.archive import archive_due
from papers.ranking.census import take_census
from papers.ranking.levels import freeze_if_due
from papers.ranking.reconcile import reconcile, record_check
from papers.ranking.refresh import refresh_pending
from papers.ranking.standings import close_due
from papers.rings import networks
from papers.rings.detect import detect_lockstep, detect_sudden
from papers.search.words import refresh_words
from papers.tag_counts import count_papers_of_tags

logger = logging.getLogger(__name__)

# A tick that has taken this long, in seconds, leaves the rest to the next one, so that a worker
# which is told to stop soon can.
TICK_BUDGET = 10.0
BATCHES_AT_A_TIME = 5
# The same for the closing of standings: after an import there may be years of them.
CLOSING_BUDGET = 120.0


def task(function: Callable[..., None]) -> Task:
    """Make a Celery task, named by its place. (Celery's own decorator has no types.)"""
    return shared_task(function)


@task
def refresh_heat() -> None:
    """Rank the votes that are waiting; while another worker is at it, leave it to that one."""
    deadline = time.monotonic() + TICK_BUDGET
    # Again until nothing is left, so that a vote of just now need not wait for the next tick. A few
    # batches at a time, so that the front page moves while a long backlog is worked off.
    while refresh_pending(timezone.now(), max_batches=BATCHES_AT_A_TIME).outbox_rows:
        if time.monotonic() > deadline:
            return


@task
def apply_ranking_settings() -> None:
    """Compute every paper by numbers of the ranking that wait, and bring them into force."""
    attempt_waiting(timezone.now())


@task
def prune_snapshots() -> None:
    """Drop snapshots of the front page that no reader can still be turning the pages of."""
    snapshots.prune(timezone.now())


@task
def freeze_field_levels() -> None:
    """Compute how hot each field is, for the order that is balanced between fields."""
    freeze_if_due(timezone.now())


@task
def archive_ranks() -> None:
    """Keep the ranks that the front page had at the end of each day that is over."""
    archive_due(timezone.now())


@task
def close_standings() -> None:
    """Write the final ranks of the days, weeks and months that are over."""
    close_due(timezone.now(), seconds=CLOSING_BUDGET)


@task
def check_drift() -> None:
    """Compare all that the ranking stores with the votes, for the page about the ranking."""
    found = reconcile(timezone.now(), accounts=True, orders=True)
    record_check(found, timezone.now())
    if found.drifting_ids:
        logger.error("The ranking has drifted: %s papers. Run reconcile.", len(found.drifting_ids))


@task
def count_votes() -> None:
    """Count the upvotes that count and those set aside, for the page about the ranking."""
    take_census(timezone.now())


@task
def find_lockstep() -> None:
    """Look for accounts that upvote in lockstep, for moderators to look into."""
    try:
        detect_lockstep(timezone.now())
    except Exception:
        logger.error(
            "Accounts in lockstep were not looked for tonight, and the list of suspected rings is as "
            "it was. It is tried again tomorrow. If it took too long or too much memory, give the "
            "workers more of both: see docs/ranking/rings.md."
        )
        raise


@task
def find_sudden_crowds() -> None:
    """Look for crowds of new accounts, and for networks that upvote one paper."""
    detect_sudden(timezone.now())


@task
def forget_vote_origins() -> None:
    """Delete what tells from which networks upvotes came, after seven days."""
    networks.forget(timezone.now())


@task
def end_suspensions() -> None:
    """Let the upvotes of members count again whose suspension has run out."""
    weights.end_expired_suspensions(timezone.now())


@task
def clear_sessions() -> None:
    """Delete sessions that have expired, and what was kept to list those that are over."""
    call_command("clearsessions")
    forget_ended_sessions()


@task
def harvest_due() -> None:
    """Hand out a chunk of each harvest that has something to ask, where the site harvests."""
    if settings.HARVEST:
        for name in runs.due(timezone.now()):
            # What no worker took by then, the next tick hands out again.
            harvest.apply_async(args=[name], expires=50)


@task
def harvest(name: str) -> None:
    """Let a harvest ask for a while; while another worker is at it, leave it to that one."""
    runs.run_chunk(name)


@task
def forget_removed_entries() -> None:
    """Delete what was taken out of lists so long ago that nobody puts it back."""
    RemovedEntry.objects.filter(removed_at__lt=timezone.now() - KEPT_REMOVED).delete()


@task
def refresh_search_words() -> None:
    """Count in how many papers each word stands; while another worker is at it, leave it."""
    refresh_words()


@task
def count_tags() -> None:
    """Count the papers of each tag."""
    count_papers_of_tags()


@task
def find_merge_candidates() -> None:
    """Find papers that may be one work; while another worker is at it, leave it."""
    find_candidates(timezone.now())
