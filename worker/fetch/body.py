"""Reading a body: counted after decompression while it comes, kept as it came."""

import asyncio
import contextlib

import aiohttp

from worker.fetch.encodings import BadEncoding, TooLarge, decoder_of

# To keep the connection, an answer that nobody wants is read to its end when it is as short as this.
_WORTH_DRAINING = 64 * 1024
_DRAIN_SECONDS = 1.0
# A decoder's piece may go beyond what is wanted by as much (zstd: a whole window).
_SLACK = 16 * 1024 * 1024


async def read_body(
    response: aiohttp.ClientResponse, encoding: str, *, limit: int, ratio: int
) -> tuple[bytes, int]:
    """The bytes of the wire and their number once decompressed.

    `limit` bounds both, `ratio` the growth. `TooLarge` or `BadEncoding` as soon as it shows.
    """
    if (response.content_length or 0) > limit:
        raise TooLarge(f"{response.content_length} bytes are announced, {limit} allowed")
    chunks: list[bytes] = []
    wire = size = 0
    decoder = decoder_of(encoding, limit=limit, ratio=ratio) if encoding else None
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        wire += len(chunk)
        if wire > limit:
            raise TooLarge(f"more than {limit} bytes")
        if decoder is not None:
            size += sum(len(piece) for piece in decoder.pieces(chunk))
    if decoder is not None and wire and not decoder.whole:
        raise BadEncoding(f"the {encoding} data end in the middle")
    return b"".join(chunks), wire if decoder is None else size


async def read_beginning(response: aiohttp.ClientResponse, encoding: str, *, limit: int, ratio: int) -> bytes:
    """The first `limit` bytes of a body once decompressed: a longer one is cut, not refused.

    `TooLarge` where a coding grows beyond `ratio`, `BadEncoding` where it is none.
    """
    decoder = decoder_of(encoding, limit=limit + _SLACK, ratio=ratio) if encoding else None
    found = bytearray()
    async for chunk in response.content.iter_any():
        for piece in decoder.pieces(chunk) if decoder else (chunk,):
            found += piece
            if len(found) >= limit:
                response.close()
                return bytes(found[:limit])
    return bytes(found)


async def drain(response: aiohttp.ClientResponse) -> None:
    """Make the connection free for the next request if that costs little; else it is closed.

    What the status said stands, whatever becomes of a body that nobody wants.
    """
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            left = _WORTH_DRAINING - (response.content_length or 0)
            async for chunk in response.content.iter_any():
                left -= len(chunk)
                if left < 0:
                    break
    if not response.content.at_eof():
        response.close()
