"""`make run`: the whole site in one foreground process, ended by Ctrl-C.

The web server, two workers and the clock are children of this process; PostgreSQL and Valkey are
shared with whoever else uses them. Runs from `python -m config.embedded.runner`.
"""

import http.client
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from .bootstrap import DEFAULT_PORT, loopback_addresses, port_problem
from .places import EmbeddedError
from .supervisor import Log, Program, Supervisor
from .watcher import watched

NAMES = ("offprint", "web", "worker", "rankings", "beat")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 90.0  # seconds after which a web server that does not answer is worth a word


class Stop(BaseException):
    """Somebody wants us to end."""


def main() -> int:
    """Run the site until a signal ends it. Returns the exit code."""
    started = time.monotonic()
    port_text = os.environ.get("PORT", "")
    if problem := port_problem(port_text):
        sys.stderr.write(f"{problem}\n")
        return 1
    for number in SIGNALS:
        # nohup stays nohup; but a shell's `&` makes us deaf to SIGINT, which is not meant.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        Run(int(port_text or DEFAULT_PORT), started).run()
    except Stop:
        return 0
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    # One is enough: what follows is tidying up, which takes seconds and ends by itself.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Stop


class Run:
    """One `make run`: from its first line to its last."""

    def __init__(self, port: int, started: float) -> None:
        self.port = port
        self.started = started
        self.log = Log(NAMES)
        self.parent = os.getppid()
        self.answers = False
        self.complained = False
        self.users: tuple[str, ...] = ()
        self.supervisor: Supervisor | None = None

    def say(self, text: str) -> None:
        self.log.line("offprint", text)

    def run(self) -> None:
        """Join the servers, prepare the site, and run its processes until Stop is raised."""
        # Django is imported in here, because a taken port is to be told at once.
        from django.core.exceptions import ImproperlyConfigured

        from . import joined_if_configured

        try:
            with watched() as watcher, joined_if_configured():
                self.prepare()
                self.supervisor = Supervisor(
                    programs=self.programs(),
                    log=self.log,
                    watcher=watcher,
                    environment=self.environment(),
                    each_tick=self.look,
                )
                self.supervisor.run()
        except ImproperlyConfigured as error:
            raise EmbeddedError(f"The settings are not complete. {error}") from error
        finally:
            self.say("Stopped")

    def prepare(self) -> None:
        """Bring the site up to date, in this process, which then lets go of the database."""
        import django
        from django.db import connection

        django.setup()
        from accounts.demo_logins import demo_usernames

        from .prepare import prepare

        prepare(self.say, demo=os.environ.get("DEMO", "1") != "0")
        self.users = demo_usernames()
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone

    def programs(self) -> list[Program]:
        """Return what to run. Files that belong to one run have its port in their names."""
        from django.conf import settings

        folder = Path(settings.DATA_DIR) / f"port-{self.port}"
        folder.mkdir(mode=0o700, exist_ok=True)
        control = folder / "gunicorn.ctl"
        # A socket's path has its limit, and with a longer one gunicorn waits for seconds.
        fits = len(os.fsencode(control)) < 100
        hosts = [host if ":" not in host else f"[{host}]" for _, host in loopback_addresses()]
        python = [sys.executable, "-m"]
        # fmt: off
        gunicorn = [
            *python, "gunicorn", "config.wsgi:application",
            *[f"--bind={host}:{self.port}" for host in hosts],
            "--worker-class=gthread", "--workers=2", "--threads=4",
            "--preload",  # Django is imported once, and the workers forked off it
            "--graceful-timeout=3", "--log-level=warning",
            "--access-logfile=-", "--access-logformat=%(s)s %(m)s %(U)s %(M)s ms",
            f"--control-socket={control}" if fits else "--no-control-socket",
        ]
        celery = [*python, "celery", "--quiet", "--app=config.celery"]
        worker = [
            *celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]
        return [
            Program("web", gunicorn),
            Program("worker", [
                *worker, "--queues=celery", f"--hostname=worker-{self.port}@%h",
                "--pool=prefork", "--concurrency=1", "--loglevel=INFO",
            ], waits=True),
            *([Program("harvest", [
                *worker, "--queues=harvest", f"--hostname=harvest-{self.port}@%h",
                "--pool=prefork", "--concurrency=1", "--loglevel=INFO",
            ], waits=True)] if settings.HARVEST else []),
            # Solo: a tick every second has no use for a second process.
            Program("rankings", [
                *worker, "--queues=rankings", f"--hostname=rankings-{self.port}@%h",
                "--pool=solo", "--loglevel=WARNING",
            ], waits=True),
            Program("beat", [
                *celery, "beat", f"--schedule={folder / 'beat-schedule'}",
                "--pidfile=", "--loglevel=WARNING",
            ], waits=True),
        ]
        # fmt: on

    def environment(self) -> dict[str, str]:
        """Return the children's environment."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        environment.pop("GUNICORN_CMD_ARGS", None)
        # Celery warns at every start that root is not the user to run it as in production.
        environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
        return environment

    def look(self) -> None:
        """See whether the site answers yet, and whether make, if it started us, is still there."""
        # Killed outright, make leaves nobody to press Ctrl-C at.
        if "MAKELEVEL" in os.environ and os.getppid() != self.parent:
            raise Stop
        if self.answers:
            return
        waited = time.monotonic() - self.started
        if web_answers(self.port):
            self.answers = True
            self.announce(waited)
            self.release()
        elif waited > PATIENCE and not self.complained:
            self.complained = True
            self.say(f"The web server does not answer after {waited:.0f} s; its lines say why.")
            self.release()

    def release(self) -> None:
        """Start what works behind the pages. With two cores the pages come first."""
        if self.supervisor:
            self.supervisor.release()

    def announce(self, seconds: float) -> None:
        """Say where the site is and how to get in."""
        from django.conf import settings

        from accounts.demo_logins import DEMO_PASSWORD

        site = f"http://localhost:{self.port}"
        self.say(f"Ready after {seconds:.1f} s: {site}/")
        if self.users:
            self.say(f"Log in as {', '.join(self.users)} with the password {DEMO_PASSWORD}")
        self.say(f"Admin {site}/admin/")
        if settings.DEVELOPMENT:
            self.say(f"Mail that the site sends {site}/dev/mail/")
        self.say("Ctrl-C ends it")


def web_answers(port: int) -> bool:
    """Whether an HTTP server answers on the port, with whatever it has to say."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        connection.getresponse()
        return True
    connection.close()
    return False


if __name__ == "__main__":
    sys.exit(main())
