"""Settings of one host apply to it only: which section counts, and what is sent with a request and with a
redirect."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from tests.fetch.conftest import limits
from tests.servers import answer, redirect, serve, serve_raw
from worker.fetch import Client, Failure, Reply
from worker.fetch.host_book import DEFAULT, EVERYWHERE, HostBook, HostScope, HostSettings
from worker.fetch.limits import RequestLimits
from worker.outcome import Reason


def named(**places: HostScope) -> HostBook:
    return HostBook({place: HostSettings(user_agent=name) for name, place in places.items()})


BOOK = named(
    site=HostScope("example.org"),
    below=HostScope("news.example.org"),
    port=HostScope("example.org", 8080),
    plain=HostScope("example.org", scheme="http"),
    address=HostScope("192.0.2.7"),
    v6=HostScope("2001:db8::1"),
)


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://example.org/a", "site"),
        ("https://www.example.org/", "site"),
        ("https://a.b.example.org/", "site"),
        ("https://EXAMPLE.org./", "site"),
        ("https://news.example.org/", "below"),
        ("http://deep.news.example.org/", "below"),
        ("https://example.org:8080/", "port"),
        ("http://example.org:8080/", "port"),
        ("http://example.org/", "plain"),
        ("http://192.0.2.7/", "address"),
        ("http://0xc0000207/", "address"),
        ("http://[2001:db8:0::1]/", "v6"),
        ("https://notexample.org/", None),
        ("https://example.org.evil.test/", None),
        ("https://org/", None),
        ("http://9.192.0.2.7/", None),
    ],
)
def test_the_most_specific_section_counts(url: str, section: str | None) -> None:
    assert BOOK.of(url).user_agent == section


def test_sections_can_exclude_subdomains_and_apply_to_all_other_hosts() -> None:
    alone = HostSettings(user_agent="alone", subdomains=False)
    book = HostBook({HostScope("example.org"): alone, EVERYWHERE: HostSettings(user_agent="all")})
    assert book.of("https://example.org/").user_agent == "alone"
    assert book.of("https://www.example.org/").user_agent == "all"
    assert HostBook().of("https://example.org/") is DEFAULT


def test_secrets_are_sent_over_https_only_unless_the_section_is_for_http() -> None:
    secret = HostSettings(headers={"A": "1"}, secrets={"Authorization": "hidden"})
    assert secret.headers_to(URL("https://a.org/")) == {"A": "1", "Authorization": "hidden"}
    assert secret.headers_to(URL("http://a.org/")) == {"A": "1"}
    plain = HostSettings(secrets={"Cookie": "x"}, plain=True)
    assert plain.headers_to(URL("http://a.org/")) == {"Cookie": "x"}
    assert "hidden" not in repr(secret)


def asked(url: str, book: HostBook, bounds: RequestLimits = limits()) -> Reply | Failure:
    async def main() -> Reply | Failure:
        async with Client("wiredesk-test/1.0", bounds, book) as client:
            return await client.get(url)

    return asyncio.run(main())


def at(base: str) -> HostScope:
    url = URL(base)
    return HostScope(url.host or "", url.port)


def test_headers_of_a_host_are_not_sent_to_the_target_of_a_redirect() -> None:
    heard: list[dict[str, str]] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(text="ok")

    async def send_on(request: web.BaseRequest) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(status=302, headers={"Location": f"{other}/"})

    with serve(hear) as other, serve(send_on) as base:
        mine = HostSettings(
            user_agent="Ours/2",
            headers={"X-Edition": "de"},
            secrets={"Authorization": "Bearer hidden", "Cookie": "a=1"},
            plain=True,
        )
        got = asked(f"{base}/", HostBook({at(base): mine}))
    assert isinstance(got, Reply)
    first, second = heard
    assert (first["User-Agent"], first["X-Edition"]) == ("Ours/2", "de")
    assert (first["Authorization"], first["Cookie"]) == ("Bearer hidden", "a=1")
    assert second["User-Agent"] == "wiredesk-test/1.0"
    assert {"X-Edition", "Authorization", "Cookie"}.isdisjoint(second)


def test_cookies_that_hosts_set_are_forgotten_with_the_request() -> None:
    heard: list[str | None] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(request.headers.get("Cookie"))
        if request.path == "/":
            return web.Response(status=302, headers={"Location": "/next", "Set-Cookie": "id=1"})
        return web.Response(text="ok", headers={"Set-Cookie": "last=1"})

    async def ask_twice(base: str) -> None:
        async with Client("wiredesk-test", limits()) as client:
            await client.get(f"{base}/")
            await client.get(f"{base}/next")

    with serve(hear) as base:
        asyncio.run(ask_twice(base))
    assert heard == [None, "id=1", None]


# Proxies


async def through_proxy(request: web.BaseRequest) -> web.Response:
    assert request.raw_path.startswith("http://")
    return web.Response(text=f"{request.raw_path} {request.headers.get('Proxy-Authorization', '')}")


LOGIN = {"Proxy-Authorization": "Basic bWU6c2VjcmV0"}
PUBLIC = RequestLimits(connect=2.0, read=1.0, total=3.0)
"""As in production, connections to loopback are refused."""


def test_a_host_is_requested_through_its_proxy_even_in_a_private_network() -> None:
    with serve(through_proxy) as proxy:
        book = HostBook({HostScope("example.org"): HostSettings(proxy=proxy, proxy_login=LOGIN)})
        got = asked("http://www.example.org/a", book, PUBLIC)
    assert isinstance(got, Reply), got
    assert got.content() == b"http://www.example.org/a Basic bWU6c2VjcmV0"


def test_a_redirect_through_a_proxy_to_a_private_address_is_refused() -> None:
    with serve(redirect("http://127.0.0.1:9/")) as proxy:
        book = HostBook({HostScope("example.org"): HostSettings(proxy=proxy)})
        got = asked("http://example.org/", book, PUBLIC)
    assert isinstance(got, Failure)
    assert got.refusal.reason is Reason.FORBIDDEN_ADDRESS


def test_an_address_is_checked_before_its_proxy_is_used() -> None:
    book = HostBook({EVERYWHERE: HostSettings(proxy="http://127.0.0.1:9")})
    got = asked("http://169.254.169.254/latest/meta-data", book, PUBLIC)
    assert isinstance(got, Failure)
    assert got.refusal.reason is Reason.FORBIDDEN_ADDRESS


def test_hosts_without_a_proxy_do_not_use_that_of_another() -> None:
    with serve(answer(b"direct")) as base, serve(through_proxy) as proxy:
        book = HostBook({HostScope("example.org"): HostSettings(proxy=proxy)})
        got = asked(f"{base}/", book)
    assert isinstance(got, Reply)
    assert got.content() == b"direct"


def test_an_unreachable_proxy_is_reported_without_its_password() -> None:
    with serve_raw(lambda _: None) as base:
        pass
    book = HostBook({HostScope("example.org"): HostSettings(proxy=base, proxy_login=LOGIN)})
    for url in ("http://example.org/", "https://example.org/"):
        got: Any = asked(url, book, PUBLIC)
        assert got.refusal.reason is Reason.CONNECT_FAILED
        assert "bWU6c2VjcmV0" not in repr((got, book))


def test_over_https_the_proxy_gets_its_login_and_no_header_of_the_host() -> None:
    heard: list[bytes] = []

    async def main() -> Reply | Failure:
        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
            address = "http://127.0.0.1:{1}".format(*proxy.sockets[0].getsockname())
            secret = HostSettings(
                proxy=address, proxy_login=LOGIN, secrets={"Authorization": "Bearer hidden"}
            )
            async with Client(
                "wiredesk-test/1.0", PUBLIC, HostBook({HostScope("example.org"): secret})
            ) as client:
                return await client.get("https://example.org/a")

    got = asyncio.run(main())
    assert isinstance(got, Failure)
    assert got.refusal.reason is Reason.CONNECT_FAILED
    assert heard[0].startswith(b"CONNECT example.org:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6c2VjcmV0\r\n" in heard[0]
    assert b"hidden" not in heard[0]
    assert "bWU6c2VjcmV0" not in repr(got)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"])
def test_proxies_from_the_environment_are_ignored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serve(answer(b"direct")) as base:
        got = asked(f"{base}/", HostBook())
    assert isinstance(got, Reply)
