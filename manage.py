#!/usr/bin/env python
"""Django's command line, with the development servers running wherever a command needs them."""

import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

# Commands that look at code and files only. Everything else may well ask the database, and an
# unknown command of ours certainly does, so the rule is to join the servers unless named here.
WITHOUT_SERVERS = frozenset({
    "help", "version", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic",
    "makemessages", "makemigrations", "startapp", "startproject",
})  # fmt: skip


def needs_servers(argv: Sequence[str]) -> bool:
    """Whether the command line `argv` (with the program's name first) talks to the servers."""
    arguments = argv[1:]
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    if "--database" in arguments or any(a.startswith("--database=") for a in arguments):
        return True  # `check --database default`, which really connects
    return arguments[0] not in WITHOUT_SERVERS


def servers_for(argv: Sequence[str]) -> AbstractContextManager[None]:
    """The context to run the command line `argv` in."""
    from config.embedded import joined_if_configured

    if needs_servers(argv):
        return joined_if_configured()
    if "makemigrations" in argv:
        compare_with_database_only_if_it_runs()
    return nullcontext()


def compare_with_database_only_if_it_runs() -> None:
    """Let makemigrations skip, without waiting or warning, its look at the database's history."""
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)  # a pool would wait for the server
    warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.embedded import EmbeddedError

    try:
        with servers_for(sys.argv):
            execute_from_command_line(sys.argv)
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
