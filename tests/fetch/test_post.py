"""Sending a form, again after some redirects, and the host's explanation of a refusal."""

import asyncio
import gzip
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from tests.servers import LOOPBACK, answer, redirect, serve
from worker.demo.serving import Handler
from worker.fetch.client import Client
from worker.fetch.limits import RequestLimits
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import HostTurn
from worker.outcome import Reason

FORM = {"hub.topic": "https://example.org/a?b=ä&c=d", "hub.mode": "subscribe"}


def keeping(seen: list[tuple[str, str, str]], status: int = 202) -> Handler:
    """A handler that records forms: method, type, body."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append((request.method, request.headers.get("Content-Type", ""), await request.text()))
        return web.Response(status=status)

    return handle


def post(url: str, **limits: object) -> Reply | Failure:
    async def sent() -> Reply | Failure:
        allowed = RequestLimits(**{"networks": LOOPBACK, **limits})  # type: ignore[arg-type]
        async with Client("Wiredesk/1.0", allowed) as client:
            return await client.post(url, FORM)

    return asyncio.run(sent())


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_form_is_sent_in_utf_8_and_any_2xx_is_a_success(status: int) -> None:
    seen: list[tuple[str, str, str]] = []
    with serve(keeping(seen, status)) as base:
        got = post(f"{base}/hub")
    assert (got.status, isinstance(got, Reply)) == (status, True)
    ((method, kind, body),) = seen
    assert (method, kind.partition(";")[0]) == ("POST", "application/x-www-form-urlencoded")
    assert parse_qs(body, encoding="utf-8") == {key: [value] for key, value in FORM.items()}


@pytest.mark.parametrize("status, moved", [(307, False), (308, True)])
def test_after_a_307_or_308_a_form_is_sent_again(status: int, moved: bool) -> None:
    seen: list[tuple[str, str, str]] = []
    with serve({"/old": redirect("/new", status), "/new": keeping(seen)}) as base:
        got = post(f"{base}/old")
        assert isinstance(got, Reply)
        assert (got.url, got.moved_permanently_to) == (f"{base}/new", f"{base}/new" if moved else None)
    assert [method for method, *_ in seen] == ["POST"]


@pytest.mark.parametrize("status", [301, 302, 303, 304])
def test_after_other_redirects_a_form_is_not_sent_again(status: int) -> None:
    seen: list[tuple[str, str, str]] = []
    with serve({"/old": redirect("/new", status), "/new": keeping(seen)}) as base:
        got = post(f"{base}/old")
    assert isinstance(got, Failure)
    assert (got.status, got.refusal.reason, seen) == (status, Reason.HTTP_UNEXPECTED, [])


def test_a_plain_text_explanation_is_in_the_detail() -> None:
    words = answer("topic\n not \x00 allowed here" + "!" * 5000, 400, content_type="text/plain")
    with serve({"/words": words, "/page": answer("<h1>No</h1>", 400, content_type="text/html")}) as base:
        said, page = post(f"{base}/words"), post(f"{base}/page")
    assert isinstance(said, Failure)
    assert isinstance(page, Failure)
    assert said.refusal.detail.startswith("status 400: topic not")
    assert len(said.refusal.detail) < 300
    assert page.refusal.detail == "status 400"


def test_a_compressed_explanation_is_decompressed() -> None:
    body = gzip.compress(b"topic not allowed here")
    words = answer(body, 400, content_type="text/plain", content_encoding="gzip")
    with serve({"/words": words}) as base:
        said = post(f"{base}/words")
    assert isinstance(said, Failure)
    assert said.refusal.detail == "status 400: topic not allowed here"


def test_a_form_is_not_sent_to_a_private_address_even_by_a_redirect() -> None:
    seen: list[tuple[str, str, str]] = []
    with serve(keeping(seen)) as base:
        got = post(f"{base}/hub", networks=())
    assert isinstance(got, Failure)
    assert (got.refusal.reason, seen) == (Reason.FORBIDDEN_ADDRESS, [])


def test_a_turn_delays_forms_and_lets_a_busy_host_rest() -> None:
    seen: list[tuple[str, str, str]] = []

    async def ask(base: str) -> list[object]:
        async with Client("Wiredesk/1.0", RequestLimits(networks=LOOPBACK)) as client:
            deadline = asyncio.get_running_loop().time() + 5
            turn = HostTurn(client, base, delay=0.05, deadline=deadline)
            return [await turn.post(f"{base}{path}", FORM) for path in ("/hub", "/busy", "/hub")]

    with serve({"/hub": keeping(seen), "/busy": answer(status=429)}) as base:
        taken, busy, later = asyncio.run(ask(base))
    assert isinstance(taken, Reply)
    assert isinstance(busy, Failure)
    assert str(later) == "the host rests"
    assert len(seen) == 1
