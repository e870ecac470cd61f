"""How a body is kept: as it came over the wire where that was compressed, else compressed by us."""

import zstandard

from worker.fetch.encodings import BadEncoding, TooLarge, decode
from worker.fetch.reply import Reply
from worker.outcome import Reason, Refusal

_KEPT_AS_THEY_CAME = frozenset({"gzip", "br", "zstd"})
_LEVEL = 3
# Below this, the frame costs more than it saves.
_WORTH_IT = 128


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
