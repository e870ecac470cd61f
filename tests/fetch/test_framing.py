"""Answers that break HTTP in a way that every browser reads are read; what could be smuggled is not."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetch.conftest import Get, limits
from tests.servers import saying, serve_raw
from worker.fetch.client import Client
from worker.fetch.head import repaired
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

BODY = b"<rss>the answer</rss>"
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
WITH_LF_ALONE = (OK + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + BODY

REPAIRED = {
    "chunked and a length": OK + b"Content-Length: 3\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "a length and chunked twice": OK + CHUNKED + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "the same length twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "the same length twice in a line": OK + LENGTH[:-2] + b", %d\r\n\r\n" % len(BODY) + BODY,
    "an empty length": OK + b"Content-Length:\r\n\r\n" + BODY,
    "identity as a transfer coding": OK + b"Transfer-Encoding: identity\r\n" + LENGTH + b"\r\n" + BODY,
    "a blank before a colon": OK + LENGTH.replace(b":", b" :") + b"\r\n" + BODY,
    "a line without a colon": OK + b"no header\r\n" + LENGTH + b"\r\n" + BODY,
    "names that are no tokens": OK + b"X(a): b\r\nX\xe4: c\r\n: d\r\n@: e\r\n" + LENGTH + b"\r\n" + BODY,
    "lone line feeds": WITH_LF_ALONE,
    "lone line feeds, in chunks too": (OK + CHUNKED + b"\r\n" + CHUNKS).replace(b"\r\n", b"\n"),
    "a folded header": OK + b"X-A: b\r\n\tc\r\n" + LENGTH + b"\r\n" + BODY,
    "a folded framing header": OK + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "a continuation of nothing": OK + b" c: d\r\n" + LENGTH + b"\r\n" + BODY,
    "a version without a minor": b"HTTP/2 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "HTTP/1.2": b"HTTP/1.2 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "http in lower case": b"http/1.1 200 ok\r\n" + LENGTH + b"\r\n" + BODY,
    "a repaired hint before it": b"HTTP/2 103\n\n" + OK + LENGTH + b"\r\n" + BODY,
    "two blanks before the status": b"HTTP/1.1  200 OK\r\n" + LENGTH + b"\r\n" + BODY,
}
"""Heads that are rewritten for the parser, and after which the connection is closed."""

READ = REPAIRED | {
    "no reason phrase": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    "an empty reason phrase": b"HTTP/1.1 200 \r\n" + LENGTH + b"\r\n" + BODY,
    "a reason phrase in Latin-1": b"HTTP/1.1 200 d\xe9j\xe0\r\n" + LENGTH + b"\r\n" + BODY,
    "a control character in a value": OK + b"X-A: a\x01b\r\n" + LENGTH + b"\r\n" + BODY,
    "HTTP/1.0 without a length": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    "empty lines before it": b"\r\n\r\n" + OK + LENGTH + b"\r\n" + BODY,
    "an early hint before it": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + OK
    + LENGTH
    + b"\r\n"
    + BODY,
    "more bytes than announced": OK + LENGTH + b"\r\n" + BODY + b"\r\nnonsense",
    "more bytes after Connection: close": OK + b"Connection: close\r\n" + LENGTH + b"\r\n" + BODY + b"more",
    "more bytes after the last chunk": OK + CHUNKED + b"\r\n" + CHUNKS + b"nonsense",
    "another answer after Connection: close": OK + b"Connection: close\r\n" + LENGTH + b"\r\n" + BODY + OK,
}

REFUSED = {
    "two different lengths": (OK + LENGTH + b"Content-Length: 5\r\n\r\n" + BODY, Reason.BAD_HTTP),
    "two different lengths in a line": (OK + LENGTH[:-2] + b", 5\r\n\r\n" + BODY, Reason.BAD_HTTP),
    "different lengths and chunked": (
        OK + LENGTH + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + CHUNKS,
        Reason.BAD_HTTP,
    ),
    "different lengths, one with a blank": (
        OK + LENGTH + b"Content-Length : 5\r\n\r\n" + BODY,
        Reason.BAD_HTTP,
    ),
    "different lengths, one folded": (
        OK + LENGTH + b"Content-Length:\r\n 5\r\n\r\n" + BODY,
        Reason.BAD_HTTP,
    ),
    "a length with a sign": (OK + b"Content-Length: +21\r\n\r\n" + BODY, Reason.BAD_HTTP),
    "an unknown coding and a length": (
        OK + b"Transfer-Encoding: chunked, x\r\n" + LENGTH + b"\r\n" + CHUNKS,
        Reason.BAD_HTTP,
    ),
    "a NUL in a value": (OK + b"X-A: a\0b\r\n" + LENGTH + b"\r\n" + BODY, Reason.BAD_HTTP),
    "a NUL in a line that is skipped": (OK + b"no\0header\r\n" + LENGTH + b"\r\n" + BODY, Reason.BAD_HTTP),
    "a carriage return in a value": (OK + b"X-A: a\rX: b\r\n" + LENGTH + b"\r\n" + BODY, Reason.BAD_HTTP),
    "a carriage return in a line that is skipped": (
        OK + b"no\rContent-Length: 3\r\n" + LENGTH + b"\r\n" + BODY,
        Reason.BAD_HTTP,
    ),
    "a bad chunk": (OK + CHUNKED + b"\r\nzz\r\nab", Reason.BAD_HTTP),
    "no last chunk": (OK + CHUNKED + b"\r\n" + CHUNKS[:-5], Reason.DISCONNECTED),
    "no last chunk, beside a length": (OK + LENGTH + CHUNKED + b"\r\n" + CHUNKS[:-5], Reason.DISCONNECTED),
    "less than announced twice": (OK + LENGTH + LENGTH + b"\r\n" + BODY[:-1], Reason.DISCONNECTED),
    "a body without a head": (BODY, Reason.BAD_HTTP),
}

PIECES = {"in one piece": 0, "in single bytes": 1}


def in_pieces(said: bytes, size: int) -> Callable[[socket.socket], None]:
    """Send in pieces, each in a separate packet."""

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(said), size or len(said)):
            connection.sendall(said[at : at + (size or len(said))])

    return talk


@pytest.mark.parametrize("size", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("said", READ.values(), ids=READ)
def test_an_answer_that_browsers_read_is_read(get: Get, said: bytes, size: int) -> None:
    with serve_raw(in_pieces(said, size)) as base:
        got = get(base)
    assert isinstance(got, Reply), got
    assert (got.status, got.body) == (200, BODY)


@pytest.mark.parametrize("size", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("said,reason", REFUSED.values(), ids=REFUSED)
def test_an_answer_whose_end_is_in_doubt_is_refused_at_once(
    get: Get, said: bytes, reason: Reason, size: int
) -> None:
    with serve_raw(in_pieces(said, size)) as base:
        got = get(base, limits=limits(read=5.0, total=5.0))
    assert isinstance(got, Failure), got
    assert got.refusal.reason is reason
    assert got.elapsed < 2


def test_headers_of_a_repaired_answer_are_kept(get: Get) -> None:
    said = OK + b'nonsense\r\nETag : "a"\r\nLink: <a>;\r\n rel=hub\r\n' + LENGTH + b"\r\n" + BODY
    with serve_raw(saying(said)) as base:
        got = get(base)
    assert isinstance(got, Reply)
    assert got.headers == {"etag": '"a"', "link": "<a>; rel=hub"}


class Counting:
    """A host that keeps its connections open: `answers` has what each request is sent; they are repeated."""

    def __init__(self, *answers: bytes) -> None:
        self.connections = 0
        self._answers = list(answers)
        self._lock = threading.Lock()

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while True:
            with self._lock:
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            connection.sendall(answer)
            if not connection.recv(65536):
                return


def requested(host: Counting, *, times: int = 2, pause: float = 0.0) -> Sequence[Reply | Failure]:
    """What one client gets in one request after the other."""

    async def ask(base: str) -> list[Reply | Failure]:
        found = []
        async with Client("wiredesk-test", limits()) as client:
            for _ in range(times):
                found.append(await client.get(base))
                await asyncio.sleep(pause)
        return found

    with serve_raw(host) as base:
        return asyncio.run(ask(base))


SECOND = OK + b"Content-Length: 6\r\n\r\nsecond"
SMUGGLED = OK + b"Content-Length: 8\r\n\r\nsmuggled"


UNTIL_CLOSED = "an empty length"
"""This answer ends with its connection, so nothing can follow it."""
FOLLOWED = {name: said for name, said in REPAIRED.items() if name != UNTIL_CLOSED}


@pytest.mark.parametrize("said", FOLLOWED.values(), ids=FOLLOWED)
def test_nothing_after_a_repaired_answer_is_taken_for_the_next(said: bytes) -> None:
    host = Counting(said + SMUGGLED, SECOND)
    bodies = [got.body for got in requested(host) if isinstance(got, Reply)]
    assert bodies == [BODY, b"second"]
    assert host.connections == 2


def test_an_unrequested_answer_is_never_read() -> None:
    # It comes while the connection is idle: in the same packet as an answer, and in one after it.
    for first in (OK + LENGTH + b"\r\n" + BODY + SMUGGLED, OK + LENGTH + b"\r\n" + BODY):
        bodies = [got.body for got in requested(Late(first, SECOND), pause=0.15) if isinstance(got, Reply)]
        assert bodies == [BODY, b"second"]


class Late(Counting):
    """Like its base, but sends an unrequested answer a moment after the first."""

    def __call__(self, connection: socket.socket) -> None:
        if self.connections == 0:
            self.connections = 1
            connection.sendall(self._answers.pop(0))
            threading.Event().wait(0.05)
            connection.sendall(SMUGGLED)
            connection.recv(65536)
        else:
            super().__call__(connection)


def test_ordinary_answers_share_a_connection() -> None:
    host = Counting(OK + b"Content-Type: text/xml\r\n" + LENGTH + b"\r\n" + BODY)
    assert [got.body for got in requested(host, times=3) if isinstance(got, Reply)] == [BODY] * 3
    assert host.connections == 1


LINES = st.lists(
    st.sampled_from(
        [
            *(b"A: b", b"Content-Length: 5", b"content-length : 6", b"Transfer-Encoding: chunked", b" fold"),
            *(b"no colon", b"", b"\0", b"a\rb", b": x", b"TE\xff: y", b"Content-Length:", b"X: 5, 6"),
        ]
    )
    | st.binary(max_size=20),
    max_size=8,
)


@given(
    LINES,
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"HTTP/1.1 200 OK", b"http/3 404", b"HTTP/1.0 200"]),
)
def test_a_repaired_head_is_ordinary_or_left_for_the_parser_to_refuse(
    lines: list[bytes], end: bytes, status: bytes
) -> None:
    head = end.join([status, *lines, b"", b""])
    found = repaired(head)
    if found is not None:
        again = repaired(found)
        assert again is None or again == found
        assert found.endswith(b"\r\n\r\n")
        assert b"\n" not in found.replace(b"\r\n", b"")
