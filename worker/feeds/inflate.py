"""Files that are packed by themselves and not for the way, as `sitemap.xml.gz`: no header says so."""

import zlib

from worker.outcome import Reason, Refusal

LIMIT = 20 * 1024 * 1024
"""Bytes once unpacked. The sitemaps protocol allows 50 MB; a process must not grow so large over one."""

_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS


def inflated(body: bytes, *, limit: int = LIMIT) -> bytes | Refusal:
    """`body` itself, or what is in it where it is a gzip file; never more than `limit` bytes.

    TOO_LARGE where there is more in it, BAD_ENCODING where it is broken. A file that ends too early gives
    what could be read, one without content itself.
    """
    if not body.startswith(_MAGIC):
        return body
    unpacking = zlib.decompressobj(_GZIP)
    try:
        found = unpacking.decompress(body, limit)
    except zlib.error as error:
        return Refusal(Reason.BAD_ENCODING, f"a gzip file that cannot be unpacked: {error}")
    if unpacking.unconsumed_tail:
        return Refusal(Reason.TOO_LARGE, f"a gzip file of more than {limit} bytes")
    return found or body
