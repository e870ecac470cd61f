"""Bodies in gzip, deflate, br and zstd; broken or too large ones are refused, never inflated as a whole."""

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
def test_any_bytes_are_decoded_however_they_are_cut(
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
def test_the_limit_counts_decompressed_bytes(encoding: str, packed: Callable[[bytes], bytes]) -> None:
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


def test_a_body_that_grows_beyond_the_ratio_is_refused() -> None:
    wire = gzip.compress(bytes(3_000_000))
    with pytest.raises(TooLarge, match="200 times"):
        growth("gzip", wire, 200)
    assert growth("gzip", wire, 2000) == 3_000_000


def test_a_short_page_of_one_repeated_line_is_accepted() -> None:
    assert growth("gzip", gzip.compress(bytes(1_000_000)), 200) == 1_000_000


def test_the_output_of_each_nested_coding_is_counted() -> None:
    nothing_at_last = gzip.compress(b"\x78\x9c" + b"\x00\x00\x00\xff\xff" * 400_000 + b"\x03\x00\0\0\0\1")
    with pytest.raises(TooLarge):
        decode(nothing_at_last, "deflate,gzip", limit=1_000_000)


def test_a_gzip_body_of_too_many_empty_members_is_refused() -> None:
    began = time.perf_counter()
    for encoding, wire in {"gzip": EMPTY * 400_000, "gzip,gzip": gzip.compress(EMPTY * 400_000)}.items():
        with pytest.raises(TooLarge):
            decode(wire, encoding, limit=10**7)
    assert time.perf_counter() - began < 1


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip,br"]))
def test_decoders_never_raise_unexpected_errors(data: bytes, encoding: str) -> None:
    with contextlib.suppress(BadEncoding, TooLarge):
        decode(data, encoding, limit=10**6)


def test_several_gzip_members_and_zstd_frames_are_one_body() -> None:
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", limit=99) == b"one two"
    assert decode(zstd(b"one ") + zstd(b"two"), "zstd", limit=99) == b"one two"


@pytest.mark.parametrize("after", [b"\0\0\0\0", b"<!-- served by cache 7 -->"])
def test_bytes_after_a_gzip_body_are_ignored(after: bytes) -> None:
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
def test_content_encoding_is_read_as_browsers_read_it(header: str, ours: str) -> None:
    assert known_codings(header) == ours


@pytest.mark.parametrize("encoding", ["lzma", "gzip,gzip,gzip,gzip", ","])
def test_an_unknown_stored_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decoder_of(encoding, limit=10**6)
