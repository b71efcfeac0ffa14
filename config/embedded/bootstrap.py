"""From a bare checkout to a virtual environment with everything in it; the start of make.

Run by the system's Python as a plain file, with nothing installed yet, so it imports nothing but
the standard library, and its first lines run on any Python 3.

    bootstrap.py        .venv with the packages of requirements-dev.txt
    bootstrap.py env    that, and a .env of this machine
    bootstrap.py run    both, after a look at PORT
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036, someone runs this with an old Python
    sys.exit(
        "Offprint needs Python 3.11 or newer, and this is %d.%d. On Debian or Ubuntu:\n"  # noqa: UP031
        "    sudo apt-get install -y python3.11 python3.11-venv\n"
        "If a newer one has another name, say which: make run PYTHON=/path/to/python3.12"
        % sys.version_info[:2]
    )

import fcntl
import hashlib
import importlib.util
import os
import secrets
import socket
import subprocess
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = (CHECKOUT / "requirements.txt", CHECKOUT / "requirements-dev.txt")

# The last thing an installation writes: the fingerprint of what was asked for.
STAMP = VENV / ".installed"

DEFAULT_PORT = 8000


def main() -> None:
    """Do what the command line says; see the module's first lines."""
    purpose = sys.argv[1] if sys.argv[1:] else ""
    if purpose == "run" and (problem := port_problem(os.environ.get("PORT", ""))):
        sys.exit(problem)
    install()
    if purpose in ("env", "run"):
        write_env(CHECKOUT / ".env")


def port_problem(text: str) -> str | None:
    """Say what is wrong with PORT=`text` and what to do, or None when one can listen there.

    An empty text is the default. Both addresses of `localhost` count.
    """
    if text and not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        return f"PORT={text} is not a port. Give a number up to 65535: make run PORT=8123"
    port = int(text or DEFAULT_PORT)
    try:
        busy = not _is_free(port)
    except PermissionError:
        return f"Port {port} is for root only. Choose one above 1023: make run PORT=8123"
    if not busy:
        return None
    other = next((n for n in range(port + 1, min(port + 100, 65536)) if _is_free(n)), 8123)
    return (
        f"Port {port} is taken, perhaps by another make run. Stop that, or use another port:\n"
        f"    make run PORT={other}"
    )


def loopback_addresses() -> list[tuple[socket.AddressFamily, str]]:
    """Return the addresses that `localhost` means on this machine."""
    addresses = [(socket.AF_INET, "127.0.0.1")]
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return addresses
    return [*addresses, (socket.AF_INET6, "::1")]


def _is_free(port: int) -> bool:
    for family, host in loopback_addresses():
        with socket.socket(family) as probe:
            # As a server does: connections that have just ended do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise
            except OSError:
                return False
    return True


def install() -> None:
    """Make .venv and install the requirements, unless that was done for the same ones before.

    Two at once wait for each other; one that was interrupted begins again.
    """
    wanted = _fingerprint()
    if _installed() == wanted:
        return
    # The lock is on a file that is there anyway: .venv itself may be about to be replaced.
    with REQUIREMENTS[0].open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed() == wanted:
            return
        _check_machine()
        if not _works():
            say("Making a virtual environment in .venv")
            _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        say("Installing packages into .venv (once, a minute or two)")
        STAMP.unlink(missing_ok=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--no-input", "--requirement", str(REQUIREMENTS[-1])])
        STAMP.write_text(wanted)


def write_env(file: Path) -> None:
    """Write a development `.env` for this machine, readable by its owner, unless there is one."""
    text = (
        "# Settings of this machine, written once by make run. .env.example says what may be here.\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        "DEBUG=on\n"
    )
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as out:
        out.write(text)
    say("Wrote .env with a new SECRET_KEY")


def say(text: str) -> None:
    """Print one line of progress."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in REQUIREMENTS:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _installed() -> str:
    try:
        return STAMP.read_text() if PYTHON.exists() else ""
    except OSError:
        return ""


def _works() -> bool:
    """Whether .venv has a Python that is new enough, and pip: one half made has not."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0  # noqa: S603, PLW1510
    except OSError:
        return False


def _check_machine() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(
            "This Python cannot make virtual environments. On Debian or Ubuntu:\n"
            f"    sudo apt-get install -y python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        sys.exit(
            "The development servers (PostgreSQL and Valkey as Python packages) have no build for\n"
            "musl, so make does not work on Alpine Linux. Use a system with glibc, or install\n"
            "requirements.txt by hand and set DATABASE_URL and REDIS_URL to servers of your own."
        )


def _run(command: list[str]) -> None:
    # A `user = true` in someone's pip.conf does not work in a virtual environment.
    done = subprocess.run(command, env={**os.environ, "PIP_USER": "0"}, check=False)  # noqa: S603
    if done.returncode != 0:
        sys.exit(f"That failed ({' '.join(command[:4])} …). The lines above say why.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
