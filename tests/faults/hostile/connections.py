"""Hosts that break HTTP, or keep us waiting."""

import asyncio
import socket
import struct

from tests.faults.hostile.case import Case, Peer, Talk, answering, head, missing, saying
from tests.faults.hostile.documents import rss
from worker.outcome import Reason

OK = b"HTTP/1.1 200 OK\r\n"
XML = "text/xml"
PATIENCE = 8.0
"""Seconds that a host without an end may take: the limit on the whole request, and some."""


async def reset(peer: Peer) -> None:
    connection = peer.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.writer.transport.abort()


def dripping(data: bytes) -> Talk:
    """A byte every 50 ms."""

    async def talk(peer: Peer) -> None:
        for at in range(len(data)):
            await peer.send(data[at : at + 1])
            await asyncio.sleep(0.05)

    return talk


def endless(beginning: bytes, part: bytes, *, every: float = 0.0) -> Talk:
    """A beginning, then the same bytes forever."""

    async def talk(peer: Peer) -> None:
        await peer.send(beginning)
        await peer.for_ever(part, every=every)

    return talk


def whole(extra: bytes = b"", **headers: str) -> Talk:
    """A valid feed with some more headers, and something after it."""

    async def talk(peer: Peer) -> None:
        await peer.answer(rss(peer.home), Content_Type=XML, **headers)
        await peer.send(extra)

    return talk


async def cookies(peer: Peer) -> None:
    body = rss(peer.home)
    await peer.send(OK + b"".join(b"Set-Cookie: a%d=%b\r\n" % (n, b"b" * 4000) for n in range(100)))
    await peer.send(b"Content-Length: %d\r\n\r\n" % len(body), body)


async def bad_chunk_later(peer: Peer) -> None:
    await peer.send(head(Transfer_Encoding="chunked"))
    await asyncio.sleep(0.05)
    await peer.send(b"zz\r\nab")
    await peer.silence()


async def silence(peer: Peer) -> None:
    await peer.silence()


async def silence_after_head(peer: Peer) -> None:
    await peer.send(OK + b"Content-Length: 100\r\n\r\n<rss>")
    await peer.silence()


def _feed(name: str, does: str, talk: Talk, reason: Reason | str, **more: float | str) -> Case:
    return Case(name=name, part="feed", does=does, talk=talk, outcome="failed", reason=reason, **more)  # type: ignore[arg-type]


CASES = (
    _feed("reset", "resets the connection", reset, Reason.DISCONNECTED),
    _feed("hang-up", "hangs up without a byte", saying(), Reason.DISCONNECTED),
    _feed("silence", "takes the request and says nothing", silence, Reason.TIMEOUT, seconds=PATIENCE),
    _feed(
        "silent-body",
        "is silent after a piece of the body",
        silence_after_head,
        Reason.TIMEOUT,
        seconds=PATIENCE,
    ),
    _feed(
        "slow-status",
        "sends the status line byte by byte",
        dripping(b"HTTP/1.1 200 O" + b"K" * 200),
        Reason.TIMEOUT,
        seconds=PATIENCE,
    ),
    _feed(
        "slow-headers",
        "sends a header every 50 ms, without end",
        endless(OK, b"X-A: b\r\n", every=0.05),
        Reason.TIMEOUT,
        seconds=PATIENCE,
    ),
    _feed(
        "slow-body",
        "sends the body byte by byte",
        endless(head(Content_Length="9000"), b"<", every=0.05),
        Reason.TIMEOUT,
        seconds=PATIENCE,
    ),
    _feed("endless-headers", "sends headers without end", endless(OK, b"X-A: b\r\n"), Reason.BAD_HTTP),
    _feed(
        "endless-header", "sends one header without end", endless(OK + b"X-A: ", b"b" * 4096), Reason.BAD_HTTP
    ),
    _feed(
        "endless-status",
        "sends a reason phrase without end",
        endless(b"HTTP/1.1 200 O", b"K" * 4096),
        Reason.BAD_HTTP,
    ),
    _feed(
        "many-headers",
        "sends 200 headers",
        saying(OK + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed("endless-body", "sends a body without end", endless(head(), b"<rss>" * 4000), Reason.TOO_LARGE),
    _feed(
        "announced",
        "announces a body of 10^18 bytes",
        saying(head(Content_Length=str(10**18))),
        Reason.TOO_LARGE,
    ),
    _feed(
        "long-length",
        "announces more than it sends",
        saying(head(Content_Length="500") + b"<rss>"),
        Reason.DISCONNECTED,
    ),
    Case(
        name="short-length",
        part="feed",
        does="sends more than it announces",
        talk=whole(b"HTTP/1.1 200 OK\r\n\r\nsmuggled"),
        outcome="new",
    ),
    _feed("no-length", "announces -1 bytes", saying(head(Content_Length="-1")), Reason.BAD_HTTP),
    _feed(
        "two-lengths",
        "announces two lengths",
        saying(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "hidden-length",
        "announces two lengths, one with a blank before its colon",
        saying(OK + b"Content-Length: 1\r\nContent-Length : 2\r\n\r\nab"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "lengths-chunked",
        "announces two lengths and sends chunks",
        saying(OK + b"Content-Length: 1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "late-chunk",
        "sends a bad chunk size in a later packet",
        bad_chunk_later,
        Reason.BAD_HTTP,
    ),
    _feed(
        "not-modified",
        "answers 304 to a request without conditions, for a feed",
        saying(head("304 Not Modified")),
        Reason.NOT_MODIFIED,
    ),
    _feed(
        "bad-chunk",
        "sends a chunk size that is not a number",
        saying(head(Transfer_Encoding="chunked") + b"zz\r\nab\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "huge-chunk",
        "announces a chunk of 2^68 bytes",
        saying(head(Transfer_Encoding="chunked") + b"f" * 17 + b"\r\nab\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "half-chunk",
        "hangs up within a chunk",
        saying(head(Transfer_Encoding="chunked") + b"9\r\nab"),
        Reason.DISCONNECTED,
    ),
    _feed(
        "chunk-extension",
        "sends a chunk extension without end",
        endless(head(Transfer_Encoding="chunked") + b"1;", b"a" * 65536),
        Reason.TOO_LARGE,
    ),
    _feed(
        "trailers",
        "sends trailers without end",
        endless(head(Transfer_Encoding="chunked") + b"1\r\na\r\n0\r\n", b"X-A: b\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "continue-flood",
        "answers 100 Continue again and again",
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        Reason.TOO_LARGE,
    ),
    _feed(
        "upgrade",
        "switches protocols unasked",
        saying(head("101 Switching Protocols", Upgrade="x", Connection="upgrade")),
        Reason.HTTP_UNEXPECTED,
    ),
    _feed(
        "no-content",
        "answers 204 with a body",
        saying(head("204 No Content", Content_Length="5") + b"<rss>"),
        Reason.HTTP_UNEXPECTED,
    ),
    _feed(
        "status-999", "answers 999", saying(head("999 Go Away", Content_Length="0")), Reason.HTTP_UNEXPECTED
    ),
    _feed(
        "status-abc",
        "answers a status that is not a number",
        saying(b"HTTP/1.1 abc OK\r\n\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "http-0.9", "speaks HTTP/0.9: a body and no head", saying(rss("http://h.example")), Reason.BAD_HTTP
    ),
    _feed("http-2", "speaks HTTP/2", saying(b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18), Reason.BAD_HTTP),
    _feed("ssh", "speaks SSH", saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Reason.BAD_HTTP),
    _feed(
        "nul-header",
        "sends a NUL within a header",
        saying(OK + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n"),
        Reason.BAD_HTTP,
    ),
    _feed(
        "bare-cr",
        "sends a carriage return within a header",
        saying(OK + b"X-A: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n"),
        Reason.BAD_HTTP,
    ),
    Case(name="cookies", part="feed", does="sets a hundred cookies of 4 KB", talk=cookies, outcome="new"),
    _feed("empty", "answers 200 with nothing", answering(b""), Reason.EMPTY_BODY),
    _feed(
        "retry-after",
        "sends a Retry-After of ten years",
        answering(b"", "503 No", Retry_After="315360000"),
        Reason.HTTP_SERVER_ERROR,
    ),
    _feed("self-signed", "has a self-signed certificate", whole(), Reason.TLS_FAILED, tls="self_signed"),
    _feed(
        "expired", "has a certificate that expired", whole(), Reason.TLS_FAILED, tls="expired", says="expired"
    ),
    _feed(
        "wrong-name",
        "has the certificate of another name",
        whole(),
        Reason.TLS_FAILED,
        tls="wrong_name",
        says="127.0.0.1",
    ),
    Case(
        name="good-tls",
        part="feed",
        does="has a certificate that is good (so it is not the authority that fails above)",
        talk=whole(),
        tls="good",
        outcome="new",
    ),
    _feed("no-tls", "speaks plain HTTP where TLS is wanted", missing, Reason.TLS_FAILED, tls="none"),
    _feed(
        "silent-tls",
        "says nothing where TLS is wanted",
        silence,
        Reason.CONNECT_FAILED,
        tls="silent",
        seconds=PATIENCE,
    ),
)
