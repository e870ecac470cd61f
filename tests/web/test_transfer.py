"""Answers are tagged, compressed and shared with other sites as far as they may be."""

import asyncio
import gzip
from typing import Any

import pytest
import requests
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware
from urllib3 import HTTPConnectionPool, HTTPHeaderDict

from tests.store import rows
from tests.web.conftest import PAGE, Web
from worker.web.etags import ETags
from worker.web.pieces import PIECE_BYTES, BodyInPieces

TAGGED = (
    "/api/v1/articles",
    "/api/v1/articles/1",
    "/api/v1/changes",
    "/api/v1/feeds",
    "/api/v1/feeds/1",
    "/api/v1/search?q=title",
    "/openapi.json",
    "/articles/1",
    "/docs",
)
SITE = "https://app.example"


@pytest.fixture
def seeded(web: Web) -> Web:
    """A server with an article that is worth compressing."""
    with web.store.begin() as db:
        rows.stored_article(db, text="All work and no play. " * 200)
    return web


def get(web: Web, path: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(web.url + path, headers=named, timeout=10)


def raw(web: Web, path: str, encoding: str) -> tuple[HTTPHeaderDict, bytes]:
    """Return headers and body as they came over the wire."""
    host, port = web.url.removeprefix("http://").split(":")
    with HTTPConnectionPool(host, int(port)) as pool:
        answer = pool.request("GET", path, headers={"Accept-Encoding": encoding}, decode_content=False)
    return answer.headers, answer.data


@pytest.mark.parametrize("path", TAGGED)
def test_an_answer_that_the_reader_has_is_not_sent_again(seeded: Web, path: str) -> None:
    answer = get(seeded, path)
    tag = answer.headers["ETag"]
    assert tag.startswith('W/"')
    again = get(seeded, path, If_None_Match=f'"another", {tag}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Length" not in again.headers


def test_a_changed_answer_is_sent_again(seeded: Web) -> None:
    tag = get(seeded, "/api/v1/articles").headers["ETag"]
    with seeded.store.begin() as db:
        rows.stored_article(db)
    assert get(seeded, "/api/v1/articles", If_None_Match=tag).status_code == 200


def test_the_tag_is_the_same_for_all_encodings(seeded: Web) -> None:
    tags = {raw(seeded, "/api/v1/articles", encoding)[0]["ETag"] for encoding in ("identity", "gzip", "zstd")}
    assert len(tags) == 1


def test_errors_have_no_tag(seeded: Web) -> None:
    assert "ETag" not in get(seeded, "/api/v1/articles/9", If_None_Match="*").headers


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_an_answer_is_compressed_as_the_reader_accepts(seeded: Web, encoding: str) -> None:
    plain, body = raw(seeded, "/api/v1/articles", "identity")
    headers, packed = raw(seeded, "/api/v1/articles", encoding)
    assert (headers["content-encoding"], plain.get("content-encoding")) == (encoding, None)
    assert "accept-encoding" in headers["vary"].lower()
    assert len(packed) < len(body) / 4
    if encoding == "gzip":
        assert gzip.decompress(packed) == body


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "br", "identity"])
def test_other_requests_are_answered_while_a_large_answer_is_compressed(encoding: str) -> None:
    large = 100 * PIECE_BYTES + 1
    turns: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(bytes(large), media_type="application/json")(scope, receive, send)

    async def others(done: asyncio.Event) -> None:
        while not done.is_set():
            turns.append(1)
            await asyncio.sleep(0)

    async def request() -> list[Message]:
        sent: list[Message] = []
        done = asyncio.Event()

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        busy = asyncio.create_task(others(done))
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [(b"accept-encoding", encoding.encode())],
        }
        await CompressMiddleware(BodyInPieces(ETags(app)))(scope, receive, send)
        done.set()
        await busy
        return sent

    start, *bodies = asyncio.run(request())
    # Both while the tag is made and while the body is compressed.
    assert len(turns) > 2 * 100
    assert not bodies[-1].get("more_body")
    body = b"".join(message["body"] for message in bodies)
    headers = Headers(raw=start["headers"])
    assert headers.get("content-encoding", "identity") == encoding
    assert len(body) < large or encoding == "identity"


def test_lines_are_compressed_too(seeded: Web) -> None:
    answer = get(seeded, "/api/v1/articles", Accept="application/x-ndjson", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"


def test_events_are_never_held_back_for_compression(web: Web) -> None:
    with requests.get(
        web.url + "/events", headers={"Accept-Encoding": "gzip, br"}, stream=True, timeout=10
    ) as answer:
        assert "Content-Encoding" not in answer.headers
        assert "ETag" not in answer.headers


def test_scripts_of_other_sites_read_nothing_unless_the_setting_names_them(web: Web) -> None:
    assert "Access-Control-Allow-Origin" not in get(web, "/api/v1/articles", Origin=SITE).headers


def test_scripts_of_a_named_site_may_read_the_api_alone(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url, web_cors_origins=(SITE,))
    answer = get(web, "/api/v1/articles", Origin=SITE)
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert {"ETag", "Link", "RateLimit"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    asked = {
        "Origin": SITE,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = requests.options(web.url + "/api/v1/articles", headers=asked, timeout=10)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, SITE)
    assert (
        "Access-Control-Allow-Origin"
        not in get(web, "/api/v1/articles", Origin="https://evil.example").headers
    )
    for path in ("/", "/articles", "/metrics", "/healthz", "/events"):
        head = requests.head(web.url + path, headers={"Origin": SITE, **PAGE}, timeout=10)
        assert "Access-Control-Allow-Origin" not in head.headers, path
