"""What a name resolves to is the attacker's to choose, and may be another address each time."""

import asyncio
import socket
import time
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import answer, redirect, saying, serve, serve_raw
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

GOOD = limits(networks=(IPv4Network("127.0.0.1/32"),))
"""127.0.0.1 stands for the public internet here, every other address of loopback for what is private."""

Names = Callable[..., list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """`names("a.example", "127.0.0.1", "127.0.0.2")`: each lookup gets the next answer, the last one stays.

    An answer may be several addresses with blanks between them, or seconds to wait. Returns the lookups.
    """
    table: dict[str, list[str]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if host not in table:
            return real(host, port, *rest, **named)
        asked.append(host)
        said = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
        if said.endswith("s"):
            time.sleep(float(said[:-1]))
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [found for one in said.split() for found in real(one, port, type=socket.SOCK_STREAM)]

    def name(host: str, *answers: str) -> list[str]:
        table[host] = list(answers)
        return asked

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return name


def at(name: str, base: str) -> str:
    return f"http://{name}:{base.rpartition(':')[2]}/"


def test_a_name_that_resolves_to_a_private_address_next_time_is_refused_next_time(
    get: Get, names: Names
) -> None:
    names("rebind.example", "127.0.0.1", "127.0.0.2")
    with serve({"/": answer(PAGE)}) as base:
        reply(get(at("rebind.example", base), limits=GOOD))
        failed(get(at("rebind.example", base), limits=GOOD), Reason.FORBIDDEN_ADDRESS)


def test_the_connection_is_made_to_the_address_that_was_judged(get: Get, names: Names) -> None:
    asked = names("rebind.example", "127.0.0.1", "127.0.0.2")
    with serve({"/": answer(PAGE)}) as base, serve_raw(saying(b"secret"), address="127.0.0.2"):
        assert reply(get(at("rebind.example", base), limits=GOOD)).body == PAGE
    assert asked == ["rebind.example"], "one lookup, so no second one can tell otherwise"


def test_of_a_private_and_a_public_address_the_public_one_is_used(get: Get, names: Names) -> None:
    names("both.example", "127.0.0.2 10.0.0.1 127.0.0.1")
    with serve({"/": answer(PAGE)}) as base:
        reply(get(at("both.example", base), limits=GOOD))


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.2", "64:ff9b::a00:1", "fd00:ec2::254"]
)
def test_a_redirect_to_a_name_with_a_private_address_is_refused(get: Get, names: Names, address: str) -> None:
    names("inside.example", address)
    with serve({"/": redirect("http://inside.example/latest/meta-data/")}) as base:
        got = failed(get(f"{base}/", limits=GOOD), Reason.FORBIDDEN_ADDRESS)
    assert got.url.startswith("http://inside.example/")


def test_names_that_never_resolve_do_not_keep_others_from_being_resolved(names: Names) -> None:
    for number in range(40):
        names(f"slow{number}.example", "2s")
    names("quick.example", "127.0.0.1")

    async def ask(base: str) -> tuple[float, list[Reply | Failure]]:
        async with Client("t", limits(connect=0.3)) as client:
            slow = [asyncio.ensure_future(client.get(f"http://slow{n}.example/")) for n in range(40)]
            await asyncio.sleep(0.05)
            began = time.monotonic()
            reply(await client.get(at("quick.example", base)))
            return time.monotonic() - began, await asyncio.gather(*slow)

    with serve({"/": answer(PAGE)}) as base:
        seconds, others = asyncio.run(ask(base))
    assert seconds < 0.3
    for other in others:
        failed(other, Reason.CONNECT_FAILED)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_a_proxy_of_the_environment_is_not_asked(
    get: Get, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with serve({"/": answer(b"by proxy")}) as proxy, serve({"/": answer(PAGE)}) as base:
        monkeypatch.setenv(variable, proxy)
        assert reply(get(f"{base}/")).body == PAGE
