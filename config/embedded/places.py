"""Where the development servers keep their things, and as whom they run.

PostgreSQL refuses to run as root, so for root both servers drop to `postgres` or `nobody`. That
account must be able to reach its files: where it cannot enter the checkout (a private home), the
files go to `/var/lib/offprint/<hash of the checkout>` instead. A folder's mode is only ever set
when we have just made the folder ourselves.
"""

import errno
import hashlib
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_HOME = Path("/var/lib/offprint")
ROLE = DATABASE = "offprint"

# A socket's address holds 104 bytes on macOS and 108 on Linux; the file in the folder is
# `.s.PGSQL.5432`, its lock file a little longer.
SOCKET_FOLDER_MAX = 75


class EmbeddedError(RuntimeError):
    """The development servers cannot do what was asked; the message says what to do about it."""


@dataclass(frozen=True)
class Account:
    """The account the server processes run as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """The folders of one checkout's servers."""

    checkout: Path

    @classmethod
    def of(cls, checkout: Path) -> "Places":
        """Return the places of `checkout`, its path made absolute. Makes nothing.

        Raises EmbeddedError on Windows, for which there are no such servers.
        """
        if sys.platform == "win32":
            raise EmbeddedError(
                "The development servers run on Linux and macOS. On Windows use WSL, or set"
                " DATABASE_URL and REDIS_URL to servers of your own."
            )
        return cls(checkout.resolve())

    @cached_property
    def data(self) -> Path:
        """`.data` of the checkout: state, locks and logs, always here."""
        return self.checkout / ".data"

    @cached_property
    def account(self) -> Account | None:
        """The account to drop to, or None when we are an ordinary user and stay ourselves."""
        if os.geteuid() != 0:
            return None
        return unprivileged_account()

    @cached_property
    def home(self) -> Path:
        """Folder of the servers' data and sockets: `.data`, or the fallback for root."""
        if self.account is None:
            return self.data
        fallback = SYSTEM_HOME / self._hash
        if (fallback / "postgres" / "PG_VERSION").exists():
            return fallback
        return self.data if may_enter(self.data, self.account) else fallback

    @cached_property
    def socket_folder(self) -> Path:
        """Folder of PostgreSQL's socket: short, and in characters that need no quoting."""
        folder = self.home / "run"
        plain = re.fullmatch(r"[A-Za-z0-9_./-]+", str(folder)) is not None
        if plain and len(os.fsencode(folder)) <= SOCKET_FOLDER_MAX:
            return folder
        return Path("/tmp") / f"offprint-{os.geteuid()}-{self._hash}"  # noqa: S108

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        return self.home / "valkey"

    def lock(self, name: str) -> Path:
        return self.data / "locks" / f"{name}.lock"

    def log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    @property
    def _hash(self) -> str:
        return hashlib.sha256(os.fsencode(self.checkout)).hexdigest()[:16]

    # Making them

    def make_data(self) -> None:
        """Make `.data`, closed to everyone but us and the servers' account.

        Raises EmbeddedError when it cannot be made or belongs to somebody else.
        """
        try:
            if self.account:
                _make(self.data, 0o710, gid=self.account.gid)
            else:
                _make(self.data, 0o700)
            owner = self.data.stat().st_uid
        except OSError as error:
            raise EmbeddedError(
                f"Cannot make {self.data}: {error.strerror}. Make the checkout writable for you,"
                " or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from error
        if owner != os.geteuid():
            raise EmbeddedError(
                f"{self.data} belongs to {_user_name(owner)}, and you are"
                f" {_user_name(os.geteuid())}. Run this as {_user_name(owner)}, or remove that"
                " folder (it holds the development database) to start afresh."
            )

    def make_locks(self) -> None:
        """Make the folder of the lock files, with which everything begins."""
        self.make_data()
        _make(self.data / "locks", 0o700)

    def make_folders(self) -> None:
        """Make every folder the servers need, private to the account which uses it."""
        self.make_locks()
        _make(self.data / "log", 0o700)
        if self.home != self.data:
            self._check_not_left_behind()
            _make(SYSTEM_HOME, 0o755)
            _make(self.home, 0o711)
        for folder in (self.valkey, self.socket_folder):
            self.make_private(folder)

    def make_private(self, folder: Path) -> None:
        """Make `folder` for the servers' account alone, or see that it is so already.

        Raises EmbeddedError for a folder of somebody else's: `/tmp` is open to everyone.
        """
        uid = self.account.uid if self.account else os.geteuid()
        gid = self.account.gid if self.account else -1
        _make(folder, 0o700, uid, gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise EmbeddedError(
                f"{folder} must be a folder of {_user_name(uid)} with mode 0700, and is not."
                " Remove it and start again."
            )

    def _check_not_left_behind(self) -> None:
        if self.account and (self.data / "postgres" / "PG_VERSION").exists():
            raise EmbeddedError(
                f"The database lies in {self.data}, which the account {self.account.name} can no"
                f" longer enter. Give it back its way in (chmod o+x on the folders above), or"
                f" remove {self.data / 'postgres'} to start afresh."
            )


def unprivileged_account() -> Account:
    """Return `postgres`, or else `nobody`. Raises EmbeddedError when there is neither."""
    import pwd  # not on Windows, where this module must still import

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run"
        " it as. Run this as an ordinary user, or add one: useradd --system postgres"
    )


def may_enter(folder: Path, account: Account) -> bool:
    """Whether `account` may pass through every existing folder down to `folder`, by their modes."""
    for part in (folder, *folder.parents):
        try:
            found = part.stat()
        except FileNotFoundError:
            continue
        if not _allows(found, account, stat.S_IXUSR):
            return False
    return True


def may_read(file: Path, account: Account) -> bool:
    """Whether `account` may reach and read `file`, by its mode and those of the folders above."""
    return may_enter(file.parent, account) and _allows(file.stat(), account, stat.S_IRUSR)


def _allows(found: os.stat_result, account: Account, owner_bit: int) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & owner_bit)
    if found.st_gid == account.gid:
        return bool(found.st_mode & owner_bit >> 3)
    return bool(found.st_mode & owner_bit >> 6)


def _make(folder: Path, mode: int, uid: int = -1, gid: int = -1) -> None:
    """Make `folder` with exactly this mode and owner, or leave the one that is there alone.

    It appears whole under its name, so that no other process meets it with the umask's mode.
    """
    if folder.exists():
        return
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    os.chown(draft, uid, gid)
    draft.chmod(mode)
    try:
        draft.rename(folder)
    except OSError as error:
        draft.rmdir()
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
