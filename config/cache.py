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
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Seconds before Redis is tried again after a failure: one slow request in so many, not each.
RETRY_AFTER = 5.0


class FallbackRedisCache(RedisCache):
    """Django's Redis cache that answers from process memory when Redis cannot be reached."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = params.setdefault("OPTIONS", {})
        # redis-py would retry a refused connection for about four seconds, inside a request.
        options.setdefault("retry", Retry(NoBackoff(), 0))
        options.setdefault("socket_connect_timeout", 0.3)
        options.setdefault("socket_timeout", 1.0)
        super().__init__(server, params)
        self._memory = LocMemCache(f"fallback-{server}", {**params, "OPTIONS": {}})
        self._away_until = 0.0

    def _try(self, redis: Callable[[], Any], memory: Callable[[], Any]) -> Any:
        if time.monotonic() < self._away_until:
            return memory()
        try:
            return redis()
        except (RedisConnectionError, RedisTimeoutError) as error:
            self._away_until = time.monotonic() + RETRY_AFTER
            logger.warning("Redis cannot be reached, using process memory: %s", error)
            return memory()

    # Every method of the cache interface that talks to the server, with its own signature.

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).add(key, value, *args, **kwargs),
            lambda: self._memory.add(key, value, *args, **kwargs),
        )

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).get(key, *args, **kwargs),
            lambda: self._memory.get(key, *args, **kwargs),
        )

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try(
            lambda: super(FallbackRedisCache, self).set(key, value, *args, **kwargs),
            lambda: self._memory.set(key, value, *args, **kwargs),
        )

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).touch(key, *args, **kwargs),
            lambda: self._memory.touch(key, *args, **kwargs),
        )

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).delete(key, *args, **kwargs),
            lambda: self._memory.delete(key, *args, **kwargs),
        )

    def get_many(self, keys: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).get_many(keys, *args, **kwargs),
            lambda: self._memory.get_many(keys, *args, **kwargs),
        )

    def has_key(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).has_key(key, *args, **kwargs),
            lambda: self._memory.has_key(key, *args, **kwargs),
        )

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).incr(key, *args, **kwargs),
            lambda: self._memory.incr(key, *args, **kwargs),
        )

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(
            lambda: super(FallbackRedisCache, self).set_many(data, *args, **kwargs),
            lambda: self._memory.set_many(data, *args, **kwargs),
        )

    def delete_many(self, keys: Any, *args: Any, **kwargs: Any) -> None:
        self._try(
            lambda: super(FallbackRedisCache, self).delete_many(keys, *args, **kwargs),
            lambda: self._memory.delete_many(keys, *args, **kwargs),
        )

    def clear(self) -> Any:
        return self._try(super().clear, self._memory.clear)
