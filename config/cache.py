"""The cache: Redis, and this process's memory while Redis is away.

Nothing here is the only copy of anything. Rate limits are the one use that must not simply stop:
with Redis gone they count in each process, which is looser but never open.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import exceptions

logger = logging.getLogger(__name__)

# Seconds. A request tries once and gives up early; an answer takes a thousandth of this. (Unlike a
# client made by hand, one made from a URL, as Django's is, never tries again by itself.)
CONNECTION = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5}
# Seconds before Redis is tried again after a failure: one slow request in so many, not each.
RETRY_AFTER = 5.0
# Entries that memory holds meanwhile. Beyond it entries are dropped, so limits get looser.
MEMORY_ENTRIES = 10_000

# It is away, or it is there and takes no writes: a replica after a failover, or full.
AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
)

# When to try again, for each server that is away. Django makes a cache object for every thread;
# what one thread found out holds for the process.
_try_again_at: dict[str, float] = {}


class FallbackRedisCache(RedisCache):
    """Django's Redis cache that answers from process memory while Redis cannot be used."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**CONNECTION, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._server = server
        memory = {**params, "OPTIONS": {"MAX_ENTRIES": MEMORY_ENTRIES}}
        self._memory = LocMemCache(f"in place of {server}", memory)

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        was_away = self._server in _try_again_at
        if was_away:
            if time.monotonic() < _try_again_at.get(self._server, 0):
                return getattr(self._memory, method)(*args, **kwargs)
            # This call tries it for all; the others go on without it meanwhile.
            _try_again_at[self._server] = time.monotonic() + RETRY_AFTER
        try:
            answer = getattr(super(), method)(*args, **kwargs)
        except AWAY as error:
            _try_again_at[self._server] = time.monotonic() + RETRY_AFTER
            if not was_away:
                logger.warning("Redis is away, memory takes its place: %s", error)
            return getattr(self._memory, method)(*args, **kwargs)
        if was_away and _try_again_at.pop(self._server, None) is not None:
            # What memory holds will be old by the time that it is needed again.
            self._memory.clear()
            logger.warning("Redis is back.")
        return answer


def _falling_back(method: str) -> Callable[..., Any]:
    def ask(self: FallbackRedisCache, *args: Any, **kwargs: Any) -> Any:
        return self._ask(method, *args, **kwargs)

    ask.__name__ = method
    return ask


# Every method that talks to the server; all others of a cache are made of these.
ASKING = (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many",
    "delete_many", "clear",
)  # fmt: skip
for _name in ASKING:
    setattr(FallbackRedisCache, _name, _falling_back(_name))
