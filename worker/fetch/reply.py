"""The result of a request (a reply, a failure or a redirect to another host), and how a body is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import zstandard

from worker.fetch.encodings import BadEncoding, TooLarge, decode
from worker.outcome import Reason, Refusal

_STORED_AS_SENT = frozenset({"gzip", "br", "zstd"})
"""Other encodings (deflate, nested ones) are replaced by zstd."""
_LEVEL = 3
"""The default level of zstd."""
_WORTH_IT = 128
"""Bytes; for shorter bodies the zstd frame costs more than it saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete answer: any status whose body is used, or 304, to a GET; any 2xx to a form.

    `url` is the final one, without fragment. `body` is as sent, in `encoding` ('' for plain; else gzip,
    deflate, br, zstd or several, joined by commas in the order they were applied); `size` is its decompressed
    length. `headers` are those that are kept, names in lower case. `moved_permanently_to` is the target of
    the leading 301 and 308 redirects, if any. `elapsed` is in seconds, over all hops.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    encoding: str = ""
    size: int = 0
    moved_permanently_to: str | None = None
    elapsed: float = 0.0

    @property
    def unchanged(self) -> bool:
        """Whether the copy whose validators were sent is still current (304)."""
        return self.status == 304

    def content(self) -> bytes:
        """Return the decompressed body; cannot fail, since it was decompressed before to be counted."""
        return decode(self.body, self.encoding, limit=self.size) if self.encoding else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed request. `url` is the hop that failed; without an answer there is no `status`.

    `retryable`: the same request may succeed later. `retry_after` is the header of the host. `elapsed` is in
    seconds.
    """

    refusal: Refusal
    retryable: bool
    url: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A redirect to another host that was not followed: `url` has to be requested in that host's turn."""

    url: str
    status: int
    elapsed: float = 0.0


def pack(reply: Reply) -> tuple[bytes, str]:
    """Return the body of a reply for storage, and its encoding ('' for plain, gzip, br or zstd)."""
    if reply.encoding in _STORED_AS_SENT or (not reply.encoding and reply.size < _WORTH_IT):
        return reply.body, reply.encoding
    return _zstd(reply.content()), "zstd"


def pack_plain(body: bytes) -> tuple[bytes, str]:
    """Return a body that is not compressed for storage, and its encoding ('' for plain, or zstd)."""
    return (body, "") if len(body) < _WORTH_IT else (_zstd(body), "zstd")


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def unpack(body: bytes, encoding: str, *, limit: int) -> bytes | Refusal:
    """Decompress a stored body, or return why not: BAD_ENCODING, or TOO_LARGE above `limit` bytes."""
    try:
        if encoding:
            return decode(body, encoding, limit=limit)
    except BadEncoding as error:
        return Refusal(Reason.BAD_ENCODING, str(error))
    except TooLarge as error:
        return Refusal(Reason.TOO_LARGE, str(error))
    if len(body) > limit:
        return Refusal(Reason.TOO_LARGE, f"more than {limit} bytes")
    return body
