"""Bodies come in gzip, deflate, br and zstd; what is broken or too large is refused, never inflated whole."""

import contextlib
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.encodings import BadEncoding, TooLarge, decode, decoder_of, known_codings

EMPTY = gzip.compress(b"")
TEXT = b"In the beginning was the wire. " * 400


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def brotli_quickly(data: bytes) -> bytes:
    packed: bytes = brotli.compress(data, quality=3)
    return packed


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "bare deflate": ("deflate", bare_deflate),
    "br": ("br", brotli_quickly),
    "zstd": ("zstd", zstd),
    "br within gzip": ("br,gzip", lambda data: gzip.compress(brotli_quickly(data))),
}
every_encoding = pytest.mark.parametrize("encoding,packed", PACKERS.values(), ids=PACKERS)


@every_encoding
@given(data=st.binary(max_size=2000), size=st.integers(1, 50))
def test_any_bytes_come_back_however_the_wire_cuts_them(
    encoding: str, packed: Callable[[bytes], bytes], data: bytes, size: int
) -> None:
    wire = packed(data)
    decoder = decoder_of(encoding, limit=10**6)
    parts = [piece for at in range(0, len(wire), size) for piece in decoder.pieces(wire[at : at + size])]
    assert b"".join(parts) == data
    assert decoder.whole


@every_encoding
def test_a_body_cut_short_is_refused(encoding: str, packed: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadEncoding):
        decode(packed(TEXT)[:-9], encoding, limit=10**6)


@every_encoding
def test_garbage_is_refused(encoding: str, packed: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadEncoding):
        decode(b"<html>this is not compressed at all</html>" * 10, encoding, limit=10**6)


@every_encoding
def test_the_limit_is_on_the_bytes_that_come_out(encoding: str, packed: Callable[[bytes], bytes]) -> None:
    assert decode(packed(TEXT), encoding, limit=len(TEXT)) == TEXT
    with pytest.raises(TooLarge):
        decode(packed(TEXT), encoding, limit=len(TEXT) - 1)


@every_encoding
def test_a_bomb_is_not_inflated_whole(encoding: str, packed: Callable[[bytes], bytes]) -> None:
    bomb = packed(bytes(30_000_000))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        decode(bomb, encoding, limit=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


def growth(encoding: str, wire: bytes, ratio: int) -> int:
    decoder = decoder_of(encoding, limit=10**9, ratio=ratio)
    return sum(len(piece) for piece in decoder.pieces(wire))


def test_a_body_may_not_grow_out_of_all_proportion() -> None:
    wire = gzip.compress(bytes(3_000_000))
    with pytest.raises(TooLarge, match="200 times"):
        growth("gzip", wire, 200)
    assert growth("gzip", wire, 2000) == 3_000_000


def test_a_short_page_may_be_one_repeated_line() -> None:
    assert growth("gzip", gzip.compress(bytes(1_000_000)), 200) == 1_000_000


def test_what_is_between_two_codings_is_counted_too() -> None:
    nothing_at_last = gzip.compress(b"\x78\x9c" + b"\x00\x00\x00\xff\xff" * 400_000 + b"\x03\x00\0\0\0\1")
    with pytest.raises(TooLarge):
        decode(nothing_at_last, "deflate,gzip", limit=1_000_000)


def test_a_body_of_empty_members_is_no_way_to_waste_time() -> None:
    began = time.perf_counter()
    for encoding, wire in {"gzip": EMPTY * 400_000, "gzip,gzip": gzip.compress(EMPTY * 400_000)}.items():
        with pytest.raises(TooLarge):
            decode(wire, encoding, limit=10**7)
    assert time.perf_counter() - began < 1


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip,br"]))
def test_no_bytes_break_the_decoders(data: bytes, encoding: str) -> None:
    with contextlib.suppress(BadEncoding, TooLarge):
        decode(data, encoding, limit=10**6)


def test_several_gzip_members_and_zstd_frames_are_one_body() -> None:
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", limit=99) == b"one two"
    assert decode(zstd(b"one ") + zstd(b"two"), "zstd", limit=99) == b"one two"


@pytest.mark.parametrize("after", [b"\0\0\0\0", b"<!-- served by cache 7 -->"])
def test_what_follows_a_gzip_body_is_ignored(after: bytes) -> None:
    assert decode(gzip.compress(b"one") + after, "gzip", limit=99) == b"one"


@pytest.mark.parametrize(
    "header,ours",
    [
        ("", ""),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("identity", ""),
        ("UTF-8", ""),
        ("br, gzip", "br,gzip"),
    ],
)
def test_the_header_is_read_as_browsers_do(header: str, ours: str) -> None:
    assert known_codings(header) == ours


@pytest.mark.parametrize("encoding", ["lzma", "gzip,gzip,gzip,gzip", ","])
def test_a_stored_encoding_that_is_not_known_is_refused(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decoder_of(encoding, limit=10**6)
