"""No connection is made to a private address, however it is spelled."""

import asyncio
import socket
from ipaddress import IPv4Network

import pytest
from yarl import URL

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import LOOPBACK, answer, redirect, serve
from worker.fetch.connect import GuardedResolver, connector, url_failure
from worker.fetch.errors import ForbiddenAddress
from worker.outcome import Reason

STRICT = limits(networks=())
ELSEWHERE = limits(networks=(IPv4Network("10.0.0.0/8"),))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "１２７.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "0.0.0.0",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
    ],
)
def test_spellings_of_private_addresses_are_refused(get: Get, host: str) -> None:
    failed(get(f"http://{host}/", limits=STRICT), Reason.FORBIDDEN_ADDRESS)


def test_loopback_is_refused_by_default(get: Get) -> None:
    asked = []

    async def note(request: object) -> None:
        asked.append(request)

    with serve(note) as base:
        failed(get(f"{base}/", limits=STRICT), Reason.FORBIDDEN_ADDRESS)
    assert not asked


def test_a_name_that_resolves_to_loopback_is_refused_when_it_is_resolved(get: Get) -> None:
    with serve({"/": answer(PAGE)}) as base:
        got = failed(get(base.replace("127.0.0.1", "localhost"), limits=ELSEWHERE), Reason.FORBIDDEN_ADDRESS)
    assert "resolves" in got.refusal.detail


def test_a_redirect_to_a_name_that_resolves_to_loopback_is_refused(get: Get) -> None:
    only_first = limits(networks=(IPv4Network("127.0.0.1/32"),))
    with serve({"/": redirect("http://127.0.0.2:8000/")}) as base:
        failed(get(f"{base}/", limits=only_first), Reason.FORBIDDEN_ADDRESS)


def test_allowed_networks_are_reached_by_address_and_by_name(get: Get) -> None:
    with serve({"/": answer(PAGE)}) as base:
        reply(get(f"{base}/"))
        reply(get(base.replace("127.0.0.1", "localhost") + "/"))


def test_a_socket_to_a_private_address_is_refused_without_the_resolver_too() -> None:
    async def make() -> None:
        pool = connector(STRICT, GuardedResolver(()))
        try:
            pool._socket_factory((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
        finally:
            await pool.close()

    with pytest.raises(ForbiddenAddress):
        asyncio.run(make())


def test_only_the_allowed_addresses_of_a_name_are_used() -> None:
    async def resolve(networks: tuple[IPv4Network, ...]) -> list[str]:
        resolver = GuardedResolver(networks)
        try:
            return [found["host"] for found in await resolver.resolve("localhost", 80)]
        finally:
            await resolver.close()

    assert set(asyncio.run(resolve((IPv4Network("127.0.0.0/8"),)))) == {"127.0.0.1"}
    with pytest.raises(ForbiddenAddress):
        asyncio.run(resolve(()))


def test_public_names_and_addresses_pass() -> None:
    assert url_failure(URL("https://example.org/"), STRICT) is None
    assert url_failure(URL("https://8.8.8.8/"), STRICT) is None
    assert url_failure(URL("http://127.0.0.1/"), limits(networks=LOOPBACK)) is None
