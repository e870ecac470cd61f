"""The client of the tests of `fetch`: short timeouts, may connect to loopback."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.servers import LOOPBACK
from worker.fetch.client import Client
from worker.fetch.limits import RequestLimits
from worker.fetch.reply import Failure, Reply

Get = Callable[..., Reply | Failure]


def limits(**changed: Any) -> RequestLimits:
    """Return limits that keep tests quick and allow loopback by default."""
    return RequestLimits(**{"connect": 2.0, "read": 0.3, "total": 3.0, "networks": LOOPBACK} | changed)


@pytest.fixture
def get() -> Get:
    """`get(url, limits=…, **arguments of Client.get)`: one request by a fresh client."""

    def once(url: str, *, limits: RequestLimits = limits(), **arguments: Any) -> Reply | Failure:
        async def ask() -> Reply | Failure:
            async with Client("wiredesk-test", limits) as client:
                return await client.get(url, **arguments)

        return asyncio.run(ask())

    return once
