"""Hosts that break HTTP in a way that every browser reads: their feeds are read."""

import gzip
import zlib
from collections.abc import Callable

from tests.faults.hostile.case import Case, Peer, answering
from tests.faults.hostile.documents import rss

Answer = Callable[[bytes], bytes]


def whole(
    *lines: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n", after: bytes = b""
) -> Answer:
    """An answer of these lines, in which %d is the length of its body."""

    def answer(body: bytes) -> bytes:
        head = end.join((status, *lines, b"", b"")).replace(b"%d", b"%d" % len(body))
        return head + (chunked(body) if any(b"chunked" in line for line in lines) else body) + after

    return answer


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def _read(name: str, does: str, answer: Answer) -> Case:
    async def talk(peer: Peer) -> None:
        await peer.send(answer(rss(peer.home)))

    return Case(name=name, part="feed", does=does, talk=talk, outcome="new")


def _packed(name: str, does: str, pack: Callable[[bytes], bytes], **headers: str) -> Case:
    talk = answering(lambda home: pack(rss(home)), **headers)
    return Case(name=name, part="feed", does=does, talk=talk, outcome="new")


async def until_cookie(peer: Peer) -> None:
    """Set a cookie and redirect to the same address until it comes back."""
    if b"seen=1" in peer.request:
        return await peer.answer(rss(peer.home))
    await peer.answer(status="302 Found", Set_Cookie="seen=1; Path=/", Location=peer.target)


LENGTH = b"Content-Length: %d"

CASES = (
    _read("chunked-length", "sends chunks and a length", whole(LENGTH, b"Transfer-Encoding: chunked")),
    _read("length-twice", "announces the same length twice", whole(LENGTH, LENGTH)),
    _read("blank-colon", "leaves a blank before each colon", whole(b"X-A : b", b"Content-Length : %d")),
    _read("no-colon", "sends a header line without a colon", whole(b"nonsense", LENGTH)),
    _read(
        "odd-name", "sends header names with odd characters", whole(b"X(a): b", b"\xe4: c", b": d", LENGTH)
    ),
    _read("lone-lf", "ends its lines with line feeds alone", whole(LENGTH, end=b"\n")),
    _read("folded", "folds a header over two lines", whole(b"X-A: b", b" c", LENGTH)),
    _read("no-phrase", "sends no reason phrase", whole(LENGTH, status=b"HTTP/1.1 200")),
    _read("http-1.0", "speaks HTTP/1.0, without a length", whole(status=b"HTTP/1.0 200 OK")),
    _read("http-3", "calls itself HTTP/3 in an answer of HTTP/1", whole(LENGTH, status=b"HTTP/3 200")),
    _read(
        "early-hints",
        "sends early hints before its answer",
        lambda body: b"HTTP/1.1 103 \r\n\r\n" + whole(LENGTH)(body),
    ),
    _read(
        "after-close",
        "sends more after Connection: close",
        whole(b"Connection: close", LENGTH, after=b"\r\nmore"),
    ),
    _read(
        "after-chunks", "sends more after its last chunk", whole(b"Transfer-Encoding: chunked", after=b"more")
    ),
    _read(
        "no-location",
        "redirects without saying where to, with the feed as body",
        whole(LENGTH, status=b"HTTP/1.1 302 Found"),
    ),
    _read("im-used", "answers 226", whole(LENGTH, status=b"HTTP/1.1 226 IM Used")),
    Case(
        name="cookie-loop",
        part="feed",
        does="redirects to itself until its cookie comes back",
        talk=until_cookie,
        outcome="new",
    ),
    _packed("plain-gzip", "says gzip and sends a plain feed", bytes, Content_Encoding="gzip"),
    _packed("silent-gzip", "sends gzip without saying so", gzip.compress),
    _packed("utf8-gzip", "calls gzip utf-8", gzip.compress, Content_Encoding="utf-8"),
    _packed(
        "no-trailer",
        "sends gzip without its trailer",
        lambda body: gzip.compress(body)[:-8],
        Content_Encoding="gzip",
    ),
    _packed(
        "no-adler",
        "sends deflate without its checksum",
        lambda body: zlib.compress(body)[:-4],
        Content_Encoding="deflate",
    ),
)
