"""Serving on loopback, and the rules of conditional requests."""

import threading
from datetime import UTC, datetime

import pytest
import requests
from aiohttp import web

from worker.demo.reply import DemoReply, redirect, send
from worker.demo.serving import Handler, Loopback

CHANGED = datetime(2026, 3, 2, 8, 0, 0, 500_000, tzinfo=UTC)
REPLY = DemoReply(b"news " * 200, "text/plain", modified=CHANGED)


def test_a_host_opened_while_the_server_runs_is_served_at_once() -> None:
    with Loopback() as loopback:
        home = loopback.open(_always(REPLY))

        assert requests.get(home, timeout=5).content == REPLY.body


def test_a_hosts_url_is_known_before_the_start_and_refused_after_the_stop() -> None:
    loopback = Loopback()
    home = loopback.open(_always(REPLY))
    with loopback:
        assert requests.get(home, timeout=5).status_code == 200

    with pytest.raises(requests.ConnectionError):
        requests.get(home, timeout=5)


def test_stopping_twice_or_before_the_start_is_safe_and_leaves_no_thread() -> None:
    before = threading.active_count()
    unstarted, started = Loopback(), Loopback()
    started.start()

    for loopback in (unstarted, started, started):
        loopback.stop()

    assert threading.active_count() == before


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"If-None-Match": REPLY.etag}, 304),
        ({"If-None-Match": f'"other", {REPLY.etag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-Modified-Since": "Mon, 02 Mar 2026 08:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Mon, 02 Mar 2026 07:59:59 GMT"}, 200),
        ({"If-Modified-Since": "the other day"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "Mon, 02 Mar 2026 08:00:00 GMT"}, 200),
    ],
)
def test_a_304_is_sent_only_to_clients_that_have_the_answer(headers: dict[str, str], status: int) -> None:
    with Loopback() as loopback:
        answer = requests.get(loopback.open(_always(REPLY)), headers=headers, timeout=5)

    assert answer.status_code == status
    assert answer.headers["ETag"] == REPLY.etag


@pytest.mark.parametrize("accepted, encoding", [("gzip", "gzip"), ("identity", None)])
def test_gzip_is_sent_only_to_clients_that_accept_it(accepted: str, encoding: str | None) -> None:
    with Loopback() as loopback:
        answer = requests.get(loopback.open(_always(REPLY)), headers={"Accept-Encoding": accepted}, timeout=5)

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.content == REPLY.body


def test_a_redirect_names_its_target() -> None:
    with Loopback() as loopback:
        home = loopback.open(_always(redirect("http://127.0.0.1:1/x", status=307)))
        answer = requests.get(home, allow_redirects=False, timeout=5)

    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:1/x")


def _always(reply: DemoReply) -> Handler:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return send(request, reply)

    return answer
