"""Databases for one run of a command, beside the one that is configured, and dropped at its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import sql

# PostgreSQL cuts longer names, and two of ours could become one.
MAX_NAME_BYTES = 63


@contextmanager
def created_database(name: str, template: str = "template1") -> Iterator[None]:
    """Create a database as a copy of `template`; drop it at the end, whoever is in it.

    Not inside a transaction. Raises ProgrammingError when the role may create none.
    """
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"{name!r} is too long for the name of a database")
    own = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("create database {} template {}").format(own, sql.Identifier(template))
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("drop database {} with (force)").format(own))


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """Lead Django's default connection to another database of the same server."""
    home = connection.settings_dict["NAME"]
    _go_to(name)
    try:
        yield
    finally:
        _go_to(home)


def _go_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
    connection.settings_dict["NAME"] = name
