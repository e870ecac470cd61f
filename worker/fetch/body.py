"""Reading a body: counted after decompression while it comes, kept as it came."""

import contextlib

import aiohttp

from worker.fetch.encodings import BadEncoding, TooLarge, decoder_of

# To keep the connection, an answer that nobody wants is read to its end when it is as short as this.
_WORTH_DRAINING = 64 * 1024


async def read(response: aiohttp.ClientResponse, encoding: str, *, limit: int) -> tuple[bytes, int]:
    """The bytes of the wire and their number once decompressed.

    `limit` bounds both. `TooLarge` or `BadEncoding` as soon as it shows.
    """
    if (response.content_length or 0) > limit:
        raise TooLarge(f"{response.content_length} bytes are announced, {limit} allowed")
    chunks: list[bytes] = []
    wire = size = 0
    decoder = decoder_of(encoding) if encoding else None
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        wire += len(chunk)
        if decoder is not None:
            for piece in decoder.pieces(chunk):
                size += len(piece)
                if size > limit:
                    break
        if max(wire, size) > limit:
            raise TooLarge(f"more than {limit} bytes")
    if decoder is not None and wire and not decoder.whole:
        raise BadEncoding(f"the {encoding} data end in the middle")
    return b"".join(chunks), wire if decoder is None else size


async def drain(response: aiohttp.ClientResponse) -> None:
    """Make the connection free for the next request if that costs little; else it is closed."""
    # A body that breaks off takes nothing from what the status said.
    with contextlib.suppress(aiohttp.ClientError, OSError):
        left = _WORTH_DRAINING - (response.content_length or 0)
        async for chunk in response.content.iter_any():
            left -= len(chunk)
            if left < 0:
                break
    if not response.content.at_eof():
        response.close()
