"""What a fetch brings: a reply, a failure or the way to another host, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import zstandard

from worker.fetch.encodings import BadEncoding, TooLarge, decode
from worker.outcome import Reason, Refusal

_KEPT_AS_THEY_CAME = frozenset({"gzip", "br", "zstd"})
_LEVEL = 3
# Below this, the frame costs more than it saves.
_WORTH_IT = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer of status 200, 203 or 304.

    `url` is the final one, without fragment. `body` is as it came over the wire, in `encoding` ('' plain;
    else gzip, deflate, br, zstd or several, joined by commas in the order they were applied); `size` is its
    length once decompressed. `headers` has the few that are kept, names in lower case.
    `moved_permanently_to` is where the leading 301 and 308 redirects led, if there were any.
    `elapsed` is in seconds, over all hops.
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
        """The copy whose validators were sent is still good (304)."""
        return self.status == 304

    def content(self) -> bytes:
        """The body decompressed; it cannot fail, since it was decompressed once to be counted."""
        return decode(self.body, self.encoding, limit=self.size) if self.encoding else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no reply. `url` is the hop that failed; `status` is None when there was no answer.

    `retryable`: the same request may well succeed later. `retry_after` is the host's own wish. `elapsed` is
    in seconds.
    """

    refusal: Refusal
    retryable: bool
    url: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A redirect to another host that was not followed: `url` is to be asked in a turn of that host."""

    url: str
    status: int
    elapsed: float = 0.0


def pack(reply: Reply) -> tuple[bytes, str]:
    """The reply's body as it is stored, and its encoding ('' plain, gzip, br or zstd)."""
    if reply.encoding in _KEPT_AS_THEY_CAME or (not reply.encoding and reply.size < _WORTH_IT):
        return reply.body, reply.encoding
    return zstandard.ZstdCompressor(level=_LEVEL).compress(reply.content()), "zstd"


def unpack(body: bytes, encoding: str, *, limit: int) -> bytes | Refusal:
    """A stored body decompressed, or why not: BAD_ENCODING, or TOO_LARGE above `limit` bytes."""
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
