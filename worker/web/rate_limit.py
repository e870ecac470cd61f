"""How many requests one reader may send, counted in Redis for all web servers together.

Readers are distinguished by their keys, without keys by their addresses. The headers are those of
draft-ietf-httpapi-ratelimit-headers-10. If Redis does not answer, nobody is refused.
"""

import asyncio
from ipaddress import IPv6Address, ip_address
from time import time

from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import Redis, RedisError
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.web.errors import answer
from worker.web.keys import is_open

WINDOW_SECONDS = 60
"""The window of a rate by the minute."""

PREFIX_LENGTH = 64
"""Bits of an IPv6 address that distinguish readers: one network (RFC 4291, section 2.5.4)."""


class RateLimit:
    """Middleware that answers 429 to a reader who has sent too many requests in the last minute."""

    def __init__(self, app: ASGIApp, redis: Redis, per_minute: int) -> None:
        self.app = app
        self._item = RateLimitItemPerMinute(per_minute)
        storage = RedisStorage(
            "redis://", connection_pool=redis.connection_pool, key_prefix="wiredesk:requests"
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app with the limit in its answer's headers, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            return await self.app(scope, receive, send)
        try:
            allowed, left, seconds = await asyncio.to_thread(self._count, reader_of(scope))
        except RedisError:
            return await self.app(scope, receive, send)
        headers = {
            "RateLimit-Policy": f'"default";q={self._item.amount};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={left};t={seconds}',
        }

        async def send_with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if allowed:
            return await self.app(scope, receive, send_with_limit)
        words = f"more than {self._item.amount} requests in a minute (the setting web_rate_per_minute)"
        refusal = answer(Request(scope), 429, words, {"Retry-After": str(seconds)})
        await refusal(scope, receive, send_with_limit)

    def _count(self, reader: str) -> tuple[bool, int, int]:
        """Count a request; return whether it is allowed, how many are left, and in how many seconds more."""
        allowed = self._limiter.hit(self._item, reader)
        stats = self._limiter.get_window_stats(self._item, reader)
        return allowed, max(0, stats.remaining), max(1, round(stats.reset_time - time()))


def reader_of(scope: Scope) -> str:
    """Return who sent a request: a key, an account, or an address."""
    if key := scope.get("api_key"):
        return f"key:{key.id}"
    if session := scope.get("signed_in"):
        return f"account:{session.account_id}"
    return address_of(scope)


def address_of(scope: Scope) -> str:
    """Return the address that sent a request; of IPv6 the network."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return f"address:{host}"
    if isinstance(address, IPv6Address):
        address = IPv6Address(int(address) >> (128 - PREFIX_LENGTH) << (128 - PREFIX_LENGTH))
    return f"address:{address}"
