"""Cookies live for the redirects of one request, each for the host that set it, within bounds."""

import asyncio
from collections.abc import Sequence

import pytest
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import serve
from worker.demo.serving import Handler
from worker.fetch.client import Client
from worker.fetch.cookies import COOKIE_CHARACTERS, HEADER_CHARACTERS, MOST_COOKIES, ChainCookies
from worker.fetch.host_book import HostBook, HostScope, HostSettings
from worker.outcome import Reason

HERE = URL("http://a.example/dir/page")


def until_it_comes_back(*cookies: str, status: int = 302, to: str | None = None) -> Handler:
    """Set the cookies and redirect to the same address until they come back."""

    async def handle(request: web.BaseRequest) -> web.Response:
        if len(request.cookies) == len(cookies):
            return web.Response(body=PAGE)
        headers = CIMultiDict([("Location", to or str(request.url))])
        headers.extend(("Set-Cookie", cookie) for cookie in cookies)
        return web.Response(status=status, headers=headers)

    return handle


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_same_address_ends_when_its_cookie_comes_back(get: Get, status: int) -> None:
    with serve(until_it_comes_back("seen=1; Path=/; HttpOnly", "b=2", status=status)) as base:
        assert reply(get(f"{base}/news")).body == PAGE


def test_a_redirect_by_way_of_another_page_ends_when_its_cookie_comes_back(get: Get) -> None:
    async def consent(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Set-Cookie": "ok=1; Path=/", "Location": "/news"})

    with serve({"/news": until_it_comes_back("ok=0; Max-Age=0", to="/consent"), "/consent": consent}) as base:
        assert reply(get(f"{base}/news")).body == PAGE


def test_a_loop_that_its_cookie_does_not_end_is_found_at_once(get: Get) -> None:
    asked = []

    async def handle(request: web.BaseRequest) -> web.Response:
        asked.append(request.headers.get("Cookie"))
        return web.Response(status=302, headers={"Set-Cookie": "a=1", "Location": request.path})

    with serve(handle) as base:
        failed(get(f"{base}/"), Reason.TOO_MANY_REDIRECTS)
    assert asked == [None, "a=1"]


def test_a_loop_with_a_new_cookie_each_time_ends_with_the_redirects(get: Get) -> None:
    asked = []

    async def handle(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Set-Cookie": f"a={len(asked)}", "Location": "/"})

    with serve(handle) as base:
        failed(get(f"{base}/", limits=limits(redirects=3)), Reason.TOO_MANY_REDIRECTS)
    assert len(asked) == 4


def test_a_cookie_is_not_sent_to_another_host(get: Get) -> None:
    heard: list[str | None] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(request.headers.get("Cookie"))
        return web.Response(body=PAGE)

    async def send_away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Set-Cookie": "id=1; Domain=127.0.0.1", "Location": other})

    with serve(hear) as other, serve(send_away) as base:
        reply(get(base))
    assert heard == [None]


def sent_to(to: URL | str, *lines: str, beside: str = "") -> str:
    """The Cookie header of a request to `to` after `HERE` has set cookies with these lines."""

    async def redirected() -> str:
        cookies = ChainCookies()
        cookies.take(CIMultiDictProxy(CIMultiDict([("Set-Cookie", line) for line in lines])), HERE)
        return cookies.header(URL(to), beside=beside)

    return asyncio.run(redirected())


@pytest.mark.parametrize(
    "cookie,to,sent",
    [
        ("a=1", "http://a.example/dir/other", "a=1"),
        ("a=1; Domain=a.example", "http://a.example/dir/", "a=1"),
        ("a=1", "https://a.example/dir/", "a=1"),
        ("a=1; Domain=example; Path=/", "http://b.example/", ""),
        ("a=1; Domain=.a.example; Path=/", "http://www.a.example/", ""),
        ("a=1; Path=/", "http://a.example:8080/", ""),
        ("a=1; Path=/", "http://a.example.evil.example/", ""),
        ("a=1; Domain=b.example; Path=/", "http://a.example/", ""),
        ("a=1", "http://a.example/elsewhere", ""),
        ("a=1; Path=/; Secure", "http://a.example/", ""),
        ("a=1; Path=/; Secure", "https://a.example/", "a=1"),
        ("a=1; Max-Age=0; Path=/", "http://a.example/", ""),
        ("a=b=c/d+e%20f|g:h; Path=/", "http://a.example/", "a=b=c/d+e%20f|g:h"),
        ("a=; Path=/", "http://a.example/", "a="),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/", "http://a.example/", ""),
        ("a=1; Expires=Fri, 01 Jan 2999 00:00:00 GMT; Path=/", "http://a.example/", "a=1"),
        ("a=1; Path=/dir", "http://a.example/directory", ""),
        ("no pair", "http://a.example/dir/", ""),
        ("=1; Path=/", "http://a.example/", ""),
        ("a=1\0b; Path=/", "http://a.example/", ""),
        ("a={x:1}; Path=/", "http://a.example/", "a={x:1}"),
        ('a="x y"; Path=/', "http://a.example/", 'a="x y"'),
    ],
)
def test_a_cookie_goes_only_where_its_host_and_its_path_are(cookie: str, to: str, sent: str) -> None:
    assert sent_to(to, cookie) == sent


def test_number_and_size_of_cookies_are_bounded() -> None:
    assert sent_to(HERE, *(f"a{n}=1" for n in range(200))).count("=") == MOST_COOKIES
    assert sent_to(HERE, "a=" + "b" * COOKIE_CHARACTERS) == ""
    assert 4000 < len(sent_to(HERE, *(f"a{n}=" + "b" * 4000 for n in range(40)))) <= HEADER_CHARACTERS


def test_the_operators_cookie_wins_over_that_of_the_host() -> None:
    sent = sent_to(HERE, "id=theirs; Path=/", "b=2; Path=/", beside="id=ours; c=3")
    assert sent == "id=ours; c=3; b=2"


def test_the_operators_cookies_are_sent_along_the_chain() -> None:
    heard: list[str | None] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(request.headers.get("Cookie"))
        if request.path == "/":
            return web.Response(status=302, headers={"Set-Cookie": "seen=1", "Location": "/2"})
        return web.Response(body=PAGE)

    settings = HostSettings(secrets={"Cookie": "id=ours"}, plain=True)
    book = HostBook({HostScope("127.0.0.1", scheme="http"): settings})

    async def ask(base: str) -> Sequence[str | None]:
        async with Client("wiredesk-test", limits(), book) as client:
            await client.get(base)
        return heard

    with serve(hear) as base:
        assert asyncio.run(ask(base)) == ["id=ours", "id=ours; seen=1"]
