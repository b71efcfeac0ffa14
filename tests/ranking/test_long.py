"""A day of rush hour in some minutes: a crowd votes while everything around it is killed.

The members vote over HTTP at a real web server, and each keeps a ledger of what the site answered.
Meanwhile workers, beat and web processes are killed, the broker is restarted, and moderators
suspend, quarantine and release. In the end the ledgers alone say what every number must be.

Smaller, to try it: `LONG_CHANGES=500 LONG_CLIENTS=8 pytest -m long -n0 -s tests/ranking/test_long.py`
"""

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from papers.models import Paper, PaperClaim, PaperHeat, Upvote, VoteOutbox, WeightReason, Window
from papers.ranking.heat import HeatParameters, heat_log2
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_all
from papers.ranking.snapshots import read_page
from papers.services import members as services
from tests.at_once import in_thread
from tests.eventually import eventually
from tests.factories import PASSWORD, make_moderator, make_paper
from tests.processes import Processes, running_site
from tests.ranking.crowd import ROW, Entry, Member, Progress
from tests.ranking.world import shown_counts, wrongly_shown
from tests.valkey import Valkey, own_valkey

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

CLIENTS = int(os.environ.get("LONG_CLIENTS", "64"))
PAPERS = int(os.environ.get("LONG_PAPERS", "50"))
CHANGES = int(os.environ.get("LONG_CHANGES", "20000"))
SEED = int(os.environ.get("LONG_SEED", "1"))

# What the rankings are documented to do, written down once more.
HALF_LIVES = {"now": 12 * 3600.0, "week": 36 * 3600.0, "month": 120 * 3600.0}
MIX, PRIOR, MIN_VOTERS = 0.5, 0.25, 2
NEWCOMER_WEIGHT, NEWCOMER_DAYS = 0.25, 7
# Ages of accounts in days: new ones, one about to be of full weight, and old ones.
AGES = (0.0, 0.5, 3.0, 6.999, 30.0, 400.0, 30.0, 400.0)

# A process takes some seconds of a processor to start: more kills would be all that happens.
SECONDS_BETWEEN_FAULTS = (2.0, 12.0)
KILLABLE = ("rankings", "rankings-too", "worker", "beat")


@dataclass
class Account:
    """What the moderators' ledger says of one member."""

    user: User
    verified: bool
    suspended_until: datetime | None = None
    quarantined: bool = False
    own: set[str] = field(default_factory=set)
    """Keys of papers that they submitted or wrote."""

    def counts(self, key: str) -> bool:
        """Whether their upvote of this paper counts, once every suspension that is over ended."""
        suspended = self.suspended_until is not None and self.suspended_until > timezone.now()
        return self.verified and not suspended and not self.quarantined and key not in self.own


def make_accounts() -> list[Account]:
    """Members of all ages; every eighth has not verified their address."""
    now, password = timezone.now(), make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            username=f"member-{number:03d}",
            email=f"member-{number:03d}@example.org",
            password=password,
            date_joined=now - timedelta(days=AGES[number % len(AGES)]),
        )
        for number in range(CLIENTS)
    )
    accounts = [Account(user, verified=number % 8 != 5) for number, user in enumerate(users)]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each.user, email=each.user.email, primary=True, verified=each.verified)
        for each in accounts
    )
    return accounts


def make_papers(accounts: list[Account]) -> list[Paper]:
    """Papers listed over the last days, every tenth still in the catalogue; some are members'."""
    now, papers = timezone.now(), []
    for number in range(PAPERS):
        owner = accounts[number * 7 % len(accounts)]
        listed_at = None if number % 10 == 9 else now - timedelta(hours=3 * number)
        paper = make_paper(
            listed=False,
            listed_at=listed_at,
            submitted_by=owner.user if number % 4 == 0 else None,
        )
        if number % 4 == 1:
            PaperClaim.objects.create(user=owner.user, paper=paper, claimed_at=now)
        if number % 4 in (0, 1):
            owner.own.add(paper.key)
        papers.append(paper)
    refresh_all(now)
    return papers


@dataclass
class Faults:
    """Kills what makes the rankings and what serves the pages, and restarts the broker."""

    processes: Processes
    broker: Valkey
    progress: Progress
    done: Event
    random: Random
    count: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Go on until `done`; then everything runs again."""
        broker_restarts_at = [CHANGES * 2 // 5, CHANGES * 7 // 10]
        while not self.done.wait(self.random.uniform(*SECONDS_BETWEEN_FAULTS)):
            if broker_restarts_at and self.progress.changes >= broker_restarts_at[0]:
                broker_restarts_at.pop(0)
                self.restart_broker()
            elif self.random.random() < 0.15:
                killed = self.processes.kill_a_child("web", self.random.randrange(2))
                self.count["web process killed"] += killed
            else:
                # Several at a time: now and then there is nobody left to rank.
                names = self.random.sample(KILLABLE, self.random.choice([1, 1, 2, 3]))
                for name in names:
                    self.processes.kill(name)
                    self.count[f"{name} killed"] += 1
                self.done.wait(self.random.uniform(0, 3))
                for name in names:
                    self.processes.start(name)

    def restart_broker(self) -> None:
        """Stop it, which also loses all that it held, and start it again some seconds later."""
        self.broker.stop()
        self.done.wait(self.random.uniform(3, 6))
        self.broker.start()
        self.count["broker restarted"] += 1


@dataclass
class Moderation:
    """Judges members at random, and keeps in `accounts` what was decided last."""

    accounts: list[Account]
    done: Event
    random: Random
    moderator: User
    count: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        while not self.done.wait(self.random.uniform(0.1, 0.8)):
            # Half of them stay as they are: with everybody judged, hardly any upvote would count.
            account = self.random.choice(self.accounts[::2])
            act = self.random.choice(
                [self.suspend, self.quarantine, self.quarantine, self.let_be, self.verify]
            )
            act(account)
            self.count[act.__name__] += 1

    def suspend(self, account: Account) -> None:
        """For days, or for seconds, after which the worker has to end it."""
        seconds = self.random.choice([5, 20, 86_400, 864_000])
        until = timezone.now() + timedelta(seconds=seconds)
        services.suspend_member(
            member=account.user, until=until, moderator=self.moderator, reason="Voted too loudly."
        )
        account.suspended_until = until

    def quarantine(self, account: Account) -> None:
        """Set apart, or release whoever is set apart already."""
        act = services.release_member if account.quarantined else services.quarantine_member
        act(member=account.user, moderator=self.moderator, reason="To be looked into.")
        account.quarantined = not account.quarantined

    def let_be(self, account: Account) -> None:
        """End a suspension that will not end by itself soon."""
        until = account.suspended_until
        if until is not None and until > timezone.now() + timedelta(minutes=30):
            services.end_suspension(
                member=account.user, moderator=self.moderator, reason="Long enough."
            )
            account.suspended_until = None

    def verify(self, account: Account) -> None:
        """The address gets verified, or is no longer."""
        account.verified = not account.verified
        address = EmailAddress.objects.get(user=account.user)
        address.verified = account.verified
        address.save()


def watch(done: Event) -> int:
    """Look all the while, beside whatever happens; return how often it was looked.

    Raises AssertionError when a count that pages show is wrong for an instant, or when a stored
    number is not what the votes say.
    """
    looked = 0
    while not done.wait(1.0):
        assert wrongly_shown() == []
        assert reconcile(timezone.now()).examples == []
        looked += 1
    return looked


def earned(joined_at: datetime, cast_at: datetime) -> float:
    days = max((cast_at - joined_at).total_seconds() / 86_400, 0.0)
    return NEWCOMER_WEIGHT + (1 - NEWCOMER_WEIGHT) * min(days / NEWCOMER_DAYS, 1.0)


@dataclass
class Books:
    """All ledgers together: what the site must have stored."""

    papers: list[Paper]
    accounts: list[Account]
    entries: dict[tuple[int, int], Entry]
    """By (member, paper)."""

    def weights(self) -> dict[int, list[tuple[datetime, float]]]:
        """When and with what weight each paper was voted for, by the votes that stand and count.

        Compares each stored vote with its ledger on the way; the stored instant of the first
        casting must lie between its sending and its answer, and nothing else is believed.
        """
        accounts = {each.user.pk: each for each in self.accounts}
        papers = {paper.pk: paper for paper in self.papers}
        votes: dict[int, list[tuple[datetime, float]]] = {pk: [] for pk in papers}
        stored = {(vote.user_id, vote.paper_id): vote for vote in Upvote.objects.all()}
        assert stored.keys() == self.entries.keys()
        for (user, paper), vote in stored.items():
            entry, account = self.entries[user, paper], accounts[user]
            assert entry.sent_at <= vote.first_cast_at <= entry.answered_at
            assert (vote.removed_at is None) is entry.stands
            weight = earned(account.user.date_joined, vote.first_cast_at)
            assert math.isclose(vote.earned_weight, weight, rel_tol=1e-9)
            counts = account.counts(papers[paper].key)
            assert (vote.weight_reason == WeightReason.COUNTED) is counts
            assert vote.weight == (vote.earned_weight if counts else 0)
            if entry.stands and counts:
                votes[paper].append((vote.first_cast_at, weight))
        return votes


def assert_rows_are(votes: dict[int, list[tuple[datetime, float]]]) -> dict[str, dict[int, float]]:
    """Compare counts and heat with these votes; return the trending papers' heat by window."""
    now = timezone.now()
    assert shown_counts() == {paper: len(cast) for paper, cast in votes.items()}
    trending: dict[str, dict[int, float]] = {window: {} for window in HALF_LIVES}
    heats = {heat.paper_id: heat for heat in PaperHeat.objects.select_related("paper")}
    for paper, cast in votes.items():
        if not cast and paper not in heats:
            continue
        heat = heats[paper]
        assert heat.upvotes == len(cast)
        assert math.isclose(heat.weight, math.fsum(w for _, w in cast), abs_tol=1e-9)
        listed_at = heat.paper.listed_at
        # The first vote that counts lists a paper of the catalogue.
        assert listed_at is not None or not cast
        assert heat.listed_at == listed_at
        if listed_at is None:
            continue
        for window, half_life in HALF_LIVES.items():
            h = heat_log2(listed_at, cast, HeatParameters(half_life, MIX, PRIOR), now=now)
            assert abs(getattr(heat, f"h_{window}") - h) <= 1e-9
            if len(cast) >= MIN_VOTERS:
                trending[window][paper] = h
    return trending


def snapshots_are(trending: dict[str, dict[int, float]]) -> bool:
    """Whether the newest snapshots have these papers in this order; raises AssertionError."""
    for window in Window.values:
        page = read_page(window, None, 1000)
        heats = trending[window]
        assert sorted(page.paper_ids) == sorted(heats)
        assert page.total == len(heats)
        assert all(heats[above] >= heats[below] - 1e-9 for above, below in pairwise(page.paper_ids))
    return True


def assert_pages_are(member: Member, books: Books, counts: dict[int, int]) -> None:
    """Read the front page and each paper's page, as everybody can."""
    keys = {paper.pk: paper.key for paper in books.papers}
    for window in Window.values:
        trending = [keys[pk] for pk in read_page(window, None, 30).paper_ids]
        assert ROW.findall(member.read(f"/?window={window}"))[: len(trending)] == trending
    for paper in books.papers:
        assert f'data-upvotes="{counts[paper.pk]}"' in member.read(f"/papers/{paper.key}/")


def is_quiet() -> bool:
    """Whether nothing waits: no change for the ranking, and no suspension for its end."""
    over = User.objects.filter(suspended_until__lte=timezone.now() + timedelta(seconds=30))
    return not VoteOutbox.objects.exists() and not over.exists()


@contextmanager
def beside(done: Event, *runs: Callable[[], object]) -> Iterator[list[object]]:
    """Let `runs` go on beside the block; afterwards their results are in the list."""
    futures = [in_thread(run) for run in runs]
    results: list[object] = []
    try:
        yield results
    finally:
        done.set()
        results += [future.result(timeout=120) for future in futures]


def test_a_crowd_votes_while_everything_is_killed_and_every_number_is_exact_in_the_end(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="httpx")  # or each request has a line
    # The web server is a real one, and checks passwords as it always does.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.DATA_DIR = tmp_path
    started = time.monotonic()
    accounts = make_accounts()
    papers = make_papers(accounts)
    keys = [paper.key for paper in papers]
    progress, done = Progress(), Event()
    with ExitStack() as stack:
        broker = stack.enter_context(own_valkey())
        processes, url = stack.enter_context(running_site(tmp_path, broker.url))
        crowd = [
            stack.enter_context(Member(url, account.user.username, number, progress))
            for number, account in enumerate(accounts)
        ]
        executor = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        # A few at a time: to check a password takes a processor for the better part of a second.
        with ThreadPoolExecutor(4) as few:
            list(few.map(Member.log_in, crowd))
        voting = time.monotonic()
        faults = Faults(processes, broker, progress, done, Random(SEED))
        moderation = Moderation(accounts, done, Random(SEED + 1), make_moderator())
        with beside(done, faults.run, moderation.run, lambda: watch(done)) as results:
            each = -(-CHANGES // CLIENTS)
            list(executor.map(lambda member: member.vote(keys, each), crowd))
            voted = time.monotonic()
        assert progress.complaints == []
        # Workers that were started just now need some seconds, and the sweep of suspensions comes
        # once a minute.
        eventually(is_quiet, timeout=180, interval=0.25)
        quiet = time.monotonic()

        users = {account.user.username: account.user.pk for account in accounts}
        ids = {paper.key: paper.pk for paper in papers}
        ledgers = {
            (users[member.username], ids[key]): entry
            for member in crowd
            for key, entry in member.ledger.items()
        }
        books = Books(papers, accounts, ledgers)
        votes = books.weights()
        trending = assert_rows_are(votes)
        # A window has a snapshot a second at most, so the last may come a second later.
        eventually(lambda: snapshots_are(trending), timeout=20)
        assert_pages_are(crowd[0], books, {paper: len(cast) for paper, cast in votes.items()})
        output = StringIO()
        call_command("reconcile", accounts=True, stdout=output)
        assert output.getvalue().splitlines()[-1] == "drift=0 pending=0"
        compared = time.monotonic()
    for line in (
        f"clients={CLIENTS} papers={PAPERS} changes={progress.changes} seed={SEED}",
        f"votes={len(ledgers)} counted={sum(map(len, votes.values()))}",
        f"answers: {dict(progress.attempts)}",
        f"faults: {dict(faults.count)}",
        f"moderation: {dict(moderation.count)}",
        f"looked while it went on: {results[2]} times",
        f"seconds to start and log in: {voting - started:.0f}, to vote: {voted - voting:.0f}",
        f"changes a second: {progress.changes / (voted - voting):.0f}",
        f"seconds until nothing waited: {quiet - voted:.0f}, to compare: {compared - quiet:.0f}",
    ):
        sys.stdout.write(f"{line}\n")
