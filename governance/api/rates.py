"""How often a caller may ask: so many requests a minute for each key and each person.

Redis counts, in windows of a minute. A process takes a share of what is left at once, so that a
busy caller costs one round trip for many requests. Without Redis nobody is counted and everybody
passes: a report is not refused because a counter is away.
"""

import time
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Final

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
WINDOW: Final = 60
#: A share is this part of the limit.
_SHARES: Final = 100
#: Seconds for which Redis is left alone after it did not answer.
_PAUSE: Final = 5.0
_PATIENCE: Final = 0.1
_PREFIX: Final = "bylaw:rate"


@dataclass(frozen=True)
class Rate:
    """`left` of `limit` requests until the window ends in `seconds`; `over` refuses this one."""

    limit: int
    left: int
    seconds: int
    over: bool = False

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return {
            "RateLimit-Policy": f'"requests";q={self.limit};w={WINDOW}',
            "RateLimit": f'"requests";r={self.left};t={self.seconds}',
        }


@dataclass
class _Share:
    window: int
    left: int
    taken: int


_shares: Final[dict[str, _Share]] = {}
_away_until = 0.0


def take(actor: str, *, now: float) -> Rate | None:
    """Count one request of the actor; None where nothing is counted. `now` is in seconds since the
    epoch: the windows of all processes are the same."""
    limit = settings.RATE_LIMIT
    if not limit:
        return None
    window, seconds = int(now // WINDOW), ceil(WINDOW - now % WINDOW)
    share = _shares.get(actor)
    if share is None or share.window != window or share.left <= 0:
        share = _next(actor, window, limit)
        if share is None:
            return None
    share.left -= 1
    left = max(0, limit - share.taken) + max(0, share.left)
    return Rate(limit, left, seconds, over=share.left < 0)


def _next(actor: str, window: int, limit: int) -> _Share | None:
    """Another share; an empty one when there is nothing left. None without Redis."""
    global _away_until
    if time.monotonic() < _away_until:
        return None
    size = max(1, limit // _SHARES)
    key = f"{_PREFIX}:{actor}:{window}"
    try:
        pipeline = _client().pipeline()
        pipeline.incrby(key, size)
        pipeline.expire(key, 2 * WINDOW)
        taken, _ = pipeline.execute()
    except redis.RedisError as error:
        _away_until = time.monotonic() + _PAUSE
        log.warning("rates.uncounted", error=str(error))
        return None
    if len(_shares) > 10_000:
        _shares.clear()
    _shares[actor] = _Share(window, min(size, limit - (taken - size)), taken)
    return _shares[actor]


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=None,
    )
