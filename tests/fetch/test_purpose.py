"""A request says what it is for, so that a server that negotiates sends that."""

import pytest
from aiohttp import web
from yarl import URL

from tests.fetch.conftest import Get
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import serve
from worker.fetch.purpose import Purpose, accepting
from worker.outcome import Reason

FEED = b"<rss/>"
TYPES = {
    "application/rss+xml": FEED,
    "text/html": PAGE,
    "text/plain": b"User-agent: *",
    "application/json": b"[]",
    "application/xml": b"<urlset/>",
}


def quality(accept: str, content_type: str) -> float:
    """How much a client wants a type (RFC 9110, 12.5.1)."""
    wanted = dict.fromkeys(("*/*", content_type), 0.0)
    for item in accept.split(","):
        name, _, parameter = item.strip().partition(";q=")
        if name in wanted:
            wanted[name] = float(parameter or 1)
    return wanted[content_type] or wanted["*/*"]


async def negotiate(request: web.BaseRequest) -> web.Response:
    """Send the type that is wanted most; of equals the page."""
    accept = request.headers["Accept"]
    best = max(TYPES, key=lambda name: (quality(accept, name), name == "text/html"))
    return web.Response(body=TYPES[best], content_type=best)


@pytest.mark.parametrize(
    "purpose,body",
    [
        (Purpose.FEED, FEED),
        (Purpose.PAGE, PAGE),
        (Purpose.ROBOTS, b"User-agent: *"),
        (Purpose.JSON, b"[]"),
        (Purpose.SITEMAP, b"<urlset/>"),
    ],
)
def test_a_negotiating_server_sends_what_the_request_is_for(get: Get, purpose: Purpose, body: bytes) -> None:
    with serve(negotiate) as base:
        assert reply(get(base, purpose=purpose)).body == body


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("only", ["text/html", "application/x-odd"])
def test_every_purpose_accepts_whatever_a_server_has(purpose: Purpose, only: str) -> None:
    assert quality(purpose.value, only) > 0


def test_newer_codings_are_requested_over_https_only() -> None:
    plain, secure = (accepting(Purpose.FEED, URL(f"{scheme}://a.example/")) for scheme in ("http", "https"))
    assert plain["Accept-Encoding"] == "gzip, deflate"
    assert secure["Accept-Encoding"] == "gzip, deflate, br, zstd"


def test_a_host_that_finds_nothing_acceptable_is_asked_once_for_anything(get: Get) -> None:
    heard = []

    async def choosy(request: web.BaseRequest) -> web.Response:
        heard.append((request.headers["Accept"], request.headers["Accept-Encoding"]))
        if request.path == "/never" or "deflate" in request.headers["Accept-Encoding"]:
            return web.Response(status=406)
        return web.Response(body=FEED)

    with serve(choosy) as base:
        assert reply(get(f"{base}/", purpose=Purpose.FEED)).body == FEED
        failed(get(f"{base}/never", purpose=Purpose.FEED), Reason.HTTP_CLIENT_ERROR)
    assert heard[1] == heard[3] == ("*/*", "gzip")
    assert len(heard) == 4
