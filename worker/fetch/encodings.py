"""Content codings, decompressed in pieces so that a bomb is never inflated as a whole (RFC 9110, 8.4.1).

A decoder takes bytes as they arrive and yields pieces of bounded size (at most `PIECE`; zstd: 8 MiB). The
output of each coding is counted, also the intermediate output of nested codings, since it costs as much. The
errors are `BadEncoding` and `TooLarge`.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import brotli
import zstandard

ACCEPTED = "gzip, deflate, br, zstd"
PIECE = 256 * 1024
"""Bytes of output at a time: large enough that the overhead of a piece does not count. A guess."""
MOST_CODINGS = 3
"""Nested codings; servers use one, rarely two."""
FREE_GROWTH = 1024 * 1024
"""Bytes up to which a body may grow by any factor: a short page of one repeated line is not an attack."""
_SLICE = 64 * 1024
"""Bytes of input at a time: a gzip body of many members copies the rest of its input at each member."""
# Members of a gzip body: log archives have a few, an attack has one every 20 bytes.
_MOST_MEMBERS = 1000
# 4 bytes of zstd can encode a block of 128 KiB (RFC 8878, 3.1.1.2.2), and the decoder has no output limit:
# 256 bytes at a time bound a piece to 8 MiB.
_ZSTD_SLICE = 256
# RFC 9659: the window that decoders of the content coding must support, and need not exceed.
_ZSTD_WINDOW = 8 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
"""How gzip data begin (RFC 1952, 2.3.1)."""
_GZIP_HEAD = 10
_GZIP_TRAILER = 8
"""Bytes of a member before its optional fields, and behind its data: checksum and length (RFC 1952, 2.3)."""
_LONGEST_GZIP_HEAD = 128 * 1024
"""Bytes: an extra field has 64 KiB at most (RFC 1952, 2.3.1.1); for name and comment a guess."""
# Names of RFC 9110 (8.4.1.3), and of servers that name the format of deflate.
_ALIASES = {"x-gzip": "gzip", "zlib": "deflate"}


class BadEncoding(ValueError):
    """The bytes are not in their declared coding, or end in the middle."""


class TooLarge(ValueError):
    """There are more bytes than allowed."""


class Decoder(Protocol):
    """A decoder of one coding."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed output of the next bytes."""

    @property
    def whole(self) -> bool:
        """Whether the compressed data are complete."""


class _Gzip:
    """Gzip with any number of members (RFC 1952, 2.2); other bytes after them are ignored.

    Bytes that do not begin as gzip are passed on unchanged: some servers name the coding and do not apply it.
    Checksum and length behind a member are skipped, as browsers skip them: a member is whole when its deflate
    data are, even if a server cuts off or miscounts what follows.
    """

    def __init__(self) -> None:
        self._inflate: zlib._Decompress | None = None
        self._held = b""
        self._skip = self._members = 0
        self._is_plain = self._is_over = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self._is_over:
            if self._is_plain:
                yield data
                return
            if self._skip:
                data, self._skip = data[self._skip :], max(0, self._skip - len(data))
            elif self._inflate is None:
                data = self._begin_member(self._held + data)
            else:
                yield _inflated(self._inflate, data)
                data = self._inflate.unconsumed_tail if not self._inflate.eof else self._end_member()

    @property
    def whole(self) -> bool:
        return self._is_plain or (self._members > 0 and self._inflate is None and not self._held)

    def _begin_member(self, data: bytes) -> bytes:
        """Return the data behind a member's head; hold back a head that is not complete."""
        if self._members:
            data = data.lstrip(b"\0")
        if not GZIP_MAGIC.startswith(data[: len(GZIP_MAGIC)]):
            self._is_over, self._is_plain = self._members > 0, self._members == 0
            self._held = b""
            return data
        if (length := _gzip_head(data)) is None:
            self._held = data
            return b""
        self._held, self._inflate = b"", zlib.decompressobj(-zlib.MAX_WBITS)
        return data[length:]

    def _end_member(self) -> bytes:
        assert self._inflate is not None
        rest = self._inflate.unused_data
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise TooLarge(f"more than {_MOST_MEMBERS} members in one gzip body")
        self._inflate, self._skip = None, _GZIP_TRAILER
        return rest


def _inflated(inflate: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return inflate.decompress(data, PIECE)
    except zlib.error as error:
        raise BadEncoding(str(error)) from error


def _gzip_head(data: bytes) -> int | None:
    """Return the length of a member's head (RFC 1952, 2.3), None if it is incomplete."""
    if len(data) < _GZIP_HEAD:
        return None
    if data[2] != zlib.DEFLATED:
        raise BadEncoding("gzip by an unknown method")
    flags, at = data[3], _GZIP_HEAD
    if flags & 0b100:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    # A name and a comment, each up to a NUL.
    for _ in range((flags >> 3 & 1) + (flags >> 4 & 1)):
        at = data.find(b"\0", at) + 1 or len(data) + 1
    at += flags & 0b10
    if at <= len(data):
        return at
    if len(data) > _LONGEST_GZIP_HEAD:
        raise BadEncoding("a gzip head without end")
    return None


class _Deflate:
    """Deflate in the zlib format, as RFC 9110 (8.4.1.2) defines it, or raw, as some servers send it.

    The checksum behind the data is not read, as in gzip.
    """

    def __init__(self) -> None:
        self._head = b""
        self._inflate: zlib._Decompress | None = None

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return
            is_wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            if is_wrapped and data[1] & 0x20:
                raise BadEncoding("zlib data that need a dictionary")
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            data = data[2:] if is_wrapped else data
        while data and not self._inflate.eof:
            yield _inflated(self._inflate, data)
            data = self._inflate.unconsumed_tail

    @property
    def whole(self) -> bool:
        return self._inflate is not None and self._inflate.eof


class _Brotli:
    """Brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._inflate = brotli.Decompressor()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self._inflate.process(data, output_buffer_limit=PIECE)
            while not self._inflate.can_accept_more_data():
                yield self._inflate.process(b"", output_buffer_limit=PIECE)
        except brotli.error as error:
            raise BadEncoding(str(error) or "not brotli") from error

    @property
    def whole(self) -> bool:
        return bool(self._inflate.is_finished())


class _Zstd:
    """Zstandard with any number of frames (RFC 8878)."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._inflate = self._context.decompressobj()
        self.whole = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            part = data[start : start + _ZSTD_SLICE]
            while part:
                self.whole = False
                try:
                    yield self._inflate.decompress(part)
                except zstandard.ZstdError as error:
                    raise BadEncoding(str(error)) from error
                part = b""
                if self._inflate.eof:
                    part = self._inflate.unused_data
                    self._inflate = self._context.decompressobj()
                    self.whole = True


class _Counted:
    """Nested codings, decoded from the last applied to the first, with the output of each counted."""

    def __init__(self, decoders: Sequence[Decoder], limit: int, ratio: int | None) -> None:
        self._decoders = decoders
        self._limit = limit
        self._ratio = ratio
        self._wire = 0
        self._sizes = [0] * len(decoders)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._wire += len(data)
        found: Iterator[bytes] = iter((data,))
        for place, decoder in enumerate(self._decoders):
            found = self._through(place, decoder, found)
        return found

    @property
    def whole(self) -> bool:
        return all(decoder.whole for decoder in self._decoders)

    def _through(self, place: int, decoder: Decoder, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for decoded in decoder.pieces(piece):
                self._sizes[place] += len(decoded)
                self._check_size(self._sizes[place])
                yield decoded

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise TooLarge(f"more than {self._limit} bytes")
        if self._ratio is not None and size > max(FREE_GROWTH, self._ratio * self._wire):
            raise TooLarge(f"it grows to more than {self._ratio} times what came over the wire")


# The codings that browsers accept today.
_DECODERS: dict[str, type[Decoder]] = {"gzip": _Gzip, "deflate": _Deflate, "br": _Brotli, "zstd": _Zstd}


def known_codings(header: str) -> str:
    """Return the known codings of a Content-Encoding header in lower case, joined by commas; '' for plain.

    Unknown codings (charsets, `none`, `identity`) are left out, as browsers do.
    """
    names = (name.strip().lower() for name in header.split(","))
    return ",".join(known for name in names if (known := _ALIASES.get(name, name)) in _DECODERS)


def applied_codings(named: str, body: bytes) -> str:
    """Return the codings that a body really has: gzip is recognised by its first bytes, named or not."""
    if named not in ("", "gzip"):
        return named
    return "gzip" if body.startswith(GZIP_MAGIC) else ""


def decoder_of(encoding: str, *, limit: int, ratio: int | None = None) -> Decoder:
    """Return a new decoder for codings as `known_codings` returns them; `BadEncoding` for unknown names.

    Without a coding it still unpacks what begins as gzip: a file that a server sends without saying so. Its
    pieces raise `TooLarge` once a coding has yielded more than `limit` bytes, or more than `ratio` times its
    input.
    """
    names = (encoding or "gzip").split(",")
    if not set(names) <= _DECODERS.keys():
        raise BadEncoding(f"the encoding {encoding!r} is unknown")
    if len(names) > MOST_CODINGS:
        raise BadEncoding(f"{len(names)} encodings are nested in one another")
    return _Counted([_DECODERS[name]() for name in reversed(names)], limit, ratio)


def decode(body: bytes, encoding: str, *, limit: int) -> bytes:
    """Decompress a whole body. Raises `BadEncoding`, or `TooLarge` for more than `limit` bytes."""
    decoder = decoder_of(encoding, limit=limit)
    slices = (body[at : at + _SLICE] for at in range(0, len(body), _SLICE))
    whole = b"".join(piece for part in slices for piece in decoder.pieces(part))
    if body and not decoder.whole:
        raise BadEncoding(f"the {encoding} data end in the middle")
    return whole
