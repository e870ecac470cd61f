"""An attacker chooses what a name resolves to, and can change it each time."""

import asyncio
import time
from ipaddress import IPv4Network

import pytest

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import PAGE, failed, reply
from tests.names import resolving
from tests.servers import answer, redirect, serve
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

GOOD = limits(networks=(IPv4Network("127.0.0.1/32"),))
"""127.0.0.1 represents the public internet here, all other loopback addresses private networks."""


def at(name: str, base: str) -> str:
    return f"http://{name}:{base.rpartition(':')[2]}/"


def test_a_name_that_later_resolves_to_a_private_address_is_then_refused(
    get: Get,
) -> None:
    names = {"rebind.example": ["127.0.0.1", "127.0.0.2"]}
    with serve({"/": answer(PAGE)}) as base, resolving(names):
        reply(get(at("rebind.example", base), limits=GOOD))
        failed(get(at("rebind.example", base), limits=GOOD), Reason.FORBIDDEN_ADDRESS)


def test_the_connection_goes_to_the_address_that_was_checked(get: Get) -> None:
    names = {"rebind.example": ["127.0.0.1", "127.0.0.2"]}
    with serve({"/": answer(PAGE)}) as base, resolving(names) as asked:
        assert reply(get(at("rebind.example", base), limits=GOOD)).body == PAGE
    assert asked == ["rebind.example"], "one lookup, so no second one can tell otherwise"


def test_the_public_address_of_a_name_is_used_and_the_private_ones_are_not(get: Get) -> None:
    names = {"both.example": ["127.0.0.2 10.0.0.1 127.0.0.1"]}
    with serve({"/": answer(PAGE)}) as base, resolving(names):
        reply(get(at("both.example", base), limits=GOOD))


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.2", "64:ff9b::a00:1", "fd00:ec2::254"]
)
def test_a_redirect_to_a_name_with_a_private_address_is_refused(get: Get, address: str) -> None:
    to = redirect("http://inside.example/latest/meta-data/")
    with serve({"/": to}) as base, resolving({"inside.example": [address]}):
        got = failed(get(f"{base}/", limits=GOOD), Reason.FORBIDDEN_ADDRESS)
    assert got.url.startswith("http://inside.example/")


def test_names_that_never_resolve_do_not_block_other_lookups() -> None:
    names = {f"slow{number}.example": ["2s"] for number in range(40)} | {"quick.example": ["127.0.0.1"]}

    async def ask(base: str) -> tuple[float, list[Reply | Failure]]:
        async with Client("t", limits(connect=0.3)) as client:
            slow = [asyncio.ensure_future(client.get(f"http://slow{n}.example/")) for n in range(40)]
            await asyncio.sleep(0.05)
            began = time.monotonic()
            reply(await client.get(at("quick.example", base)))
            return time.monotonic() - began, await asyncio.gather(*slow)

    with serve({"/": answer(PAGE)}) as base, resolving(names):
        seconds, others = asyncio.run(ask(base))
    assert seconds < 0.3
    for other in others:
        failed(other, Reason.CONNECT_FAILED)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_a_proxy_from_the_environment_is_not_used(
    get: Get, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with serve({"/": answer(b"by proxy")}) as proxy, serve({"/": answer(PAGE)}) as base:
        monkeypatch.setenv(variable, proxy)
        assert reply(get(f"{base}/")).body == PAGE
