"""`manage.py demo`: a community to look around in, on a development machine."""

import sys
import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.demo_logins import DEMO_PASSWORD, DEMO_USERNAMES
from papers.demo.build import Built, NotEmpty, build, is_empty
from papers.demo.community import TooEarly


class Command(BaseCommand):
    help = (
        "Fill an empty database with a demo community: real papers with notes of our own, invented "
        "members, eight weeks of votes, reading lists. Only where DEBUG is on, because its log-ins "
        "have a password that everybody knows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=1, help="another number makes another community (1)"
        )
        parser.add_argument(
            "--until",
            metavar="INSTANT",
            help="where the eight weeks end, such as 2026-06-01T12:00Z; the default is now",
        )
        when_not_empty = parser.add_mutually_exclusive_group()
        when_not_empty.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are papers or members"
        )
        when_not_empty.add_argument(
            "--fresh",
            action="store_true",
            help="first delete all papers, votes, reading lists and members, without asking",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError(
                "The demo community is only for development machines: its accounts have a password "
                "that everybody knows. Set DEBUG=on if this is one."
            )
        self.talks = options["verbosity"] > 0
        started = time.monotonic()
        now = timezone.now()
        until = self._until(options["until"], now)
        try:
            if not options["fresh"] and not is_empty():
                raise NotEmpty
            built = build(options["seed"], until, now, fresh=options["fresh"], step=self._show_step)
        except NotEmpty:
            if options["if_empty"]:
                self._say("There are papers or members already: no demo community was made.")
                return
            raise CommandError(
                "There are papers or members already. Use --fresh to delete them all and start "
                "anew, or --if-empty to leave them."
            ) from None
        except TooEarly as error:
            raise CommandError(str(error)) from error
        finally:
            self._show_step("")
        self._report(built, options["seed"], until, time.monotonic() - started)

    def _until(self, text: str | None, now: datetime) -> datetime:
        """The end of the eight weeks, a whole minute in UTC."""
        until = now
        if text is not None:
            try:
                until = datetime.fromisoformat(text)
            except ValueError:
                raise CommandError(
                    f"--until: {text!r} is no instant. Write it like 2026-06-01T12:00Z."
                ) from None
            if until.tzinfo is None:
                until = until.replace(tzinfo=UTC)
        if until > now:
            raise CommandError("--until: that is in the future, and nobody has voted there yet.")
        return until.astimezone(UTC).replace(second=0, microsecond=0)

    def _report(self, built: Built, seed: int, until: datetime, seconds: float) -> None:
        self._say(
            f"Made the demo community of seed {seed} until {until:%Y-%m-%d %H:%M} UTC: "
            f"{built.papers} papers, {built.listed} of them listed; {built.members} members; "
            f"{built.votes} upvotes; {built.lists} reading lists; in {seconds:.1f} s."
        )
        self._say(f"Log in as {', '.join(DEMO_USERNAMES)}; the password is {DEMO_PASSWORD}")

    def _say(self, line: str) -> None:
        if self.talks:
            self.stdout.write(line)

    def _show_step(self, what: str) -> None:
        """Show on a terminal, in one line, what is being made; nothing clears the line."""
        if self.talks and sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{what}", ending="")
            self.stderr.flush()
