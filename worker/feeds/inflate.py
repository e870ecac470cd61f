"""Unpack gzip files such as `sitemap.xml.gz`, which are not marked by a Content-Encoding header."""

import zlib

from worker.outcome import Reason, Refusal

LIMIT = 20 * 1024 * 1024
"""Bytes once unpacked. The sitemaps protocol allows 50 MB, more than a process should grow for one file."""

# How a gzip file begins (RFC 1952, 2.3.1), and zlib's code for one.
_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS


def inflated(body: bytes, *, limit: int = LIMIT) -> bytes | Refusal:
    """Return the content of a gzip file, or any other `body` unchanged.

    Refuses with TOO_LARGE if the content has more than `limit` bytes, with BAD_ENCODING if it is broken. A
    file that ends too early gives what could be read; one without content gives `body`.
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
