"""How often something may be done. Counted in the cache, so never the only copy of anything."""

from datetime import datetime

from django.core.cache import cache


def seconds_to_wait(name: str, *, limit: int, per: int, now: datetime) -> int:
    """Count one use of `name`, and return 0, or how many seconds until there is room again.

    At most `limit` uses are free in each window of `per` seconds. The windows are fixed, they
    begin at multiples of `per` since 1970: at the seam of two, twice the limit may pass.
    """
    window, passed = divmod(int(now.timestamp()), per)
    # Kept for two windows: no count ends early on a server whose clock is behind.
    used = _count(f"limit:{name}:{per}:{window}", timeout=2 * per)
    return per - passed if used > limit else 0


def _count(key: str, timeout: int) -> int:
    """Add one to the number under `key`, and return it."""
    # More than one attempt, because the cache may go away or come back between two calls, and
    # its stand-in has other keys. A limit that cannot be counted is open.
    for _attempt in range(3):
        try:
            return int(cache.incr(key))
        except ValueError:  # the first of its window
            if cache.add(key, 1, timeout):
                return 1
    return 0
