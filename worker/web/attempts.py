"""How often a secret may be guessed: logins by account and by address, API keys by address.

Counted in Redis for all web servers together, and in memory while Redis does not answer: a login without
any limit would be worse than one limit for each server.
"""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import Redis, RedisError

LOGIN_MINUTES = 15
"""The window for logins. OWASP's cheat sheet on authentication names none; a guess."""

OF_ACCOUNT = RateLimitItemPerMinute(10, LOGIN_MINUTES)
"""Wrong passwords of one account: 1,000 a day, so one of the 10,000 commonest passwords lasts for days.
Higher, and guessing pays; lower, and somebody who knows a name keeps its owner out. A guess."""

OF_ADDRESS = RateLimitItemPerMinute(30, LOGIN_MINUTES)
"""Wrong passwords from one address, whatever the account: an office behind one address has a few a day."""

OF_KEYS = RateLimitItemPerMinute(20)
"""Wrong keys from one address. A key cannot be guessed; this bounds the questions to the store."""


class Attempts:
    """Counts of failures, each with the limit that it must stay below."""

    def __init__(self, redis: Redis) -> None:
        storage = RedisStorage(
            "redis://", connection_pool=redis.connection_pool, key_prefix="wiredesk:attempts"
        )
        self._shared = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())

    def may_try(self, item: RateLimitItem, *of: str) -> bool:
        """Return whether there are fewer failures than the limit. Blocks: call it in a thread."""
        try:
            return self._shared.test(item, *of) and self._own.test(item, *of)
        except RedisError:
            return self._own.test(item, *of)

    def note_try(self, item: RateLimitItem, *of: str) -> bool:
        """Count a try; return whether it is within the limit. Blocks: call it in a thread."""
        try:
            return self._shared.hit(item, *of)
        except RedisError:
            return self._own.hit(item, *of)

    def forgive(self, item: RateLimitItem, *of: str) -> None:
        """Forget the tries: one has succeeded. Blocks: call it in a thread."""
        try:
            self._shared.clear(item, *of)
        except RedisError:
            self._own.clear(item, *of)
