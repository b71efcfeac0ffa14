"""Which of the parts that this site stands on are alive."""

from contextlib import closing

import psycopg
import redis
from django.conf import settings
from django.db import connection

# Seconds. Whoever asks wants an answer, not a long wait; 2 is the least that PostgreSQL's
# library knows.
DATABASE_TIMEOUT = 2
REDIS_TIMEOUT = 0.5


def checks() -> dict[str, bool]:
    """Ask each part, and return whether it answered in time."""
    return {
        "database": _database_answers(),
        "broker": _redis_answers(settings.CELERY_BROKER_URL),
        "cache": _redis_answers(str(settings.CACHES["default"]["LOCATION"])),
    }


def _database_answers() -> bool:
    # A connection of its own: the pool would keep us waiting for one of its own to come free,
    # and would not say that the server behind them has gone.
    parameters = {**connection.get_connection_params(), "connect_timeout": DATABASE_TIMEOUT}
    try:
        with closing(psycopg.connect(**parameters)) as own:
            return own.execute("select 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def _redis_answers(url: str) -> bool:
    # The server itself and not Django's cache, which has a stand-in for when it is away.
    client = redis.Redis.from_url(
        url, socket_connect_timeout=REDIS_TIMEOUT, socket_timeout=REDIS_TIMEOUT
    )
    try:
        with closing(client):
            return bool(client.ping())
    except redis.RedisError:
        return False
