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

from worker.fetch.encodings import (
    BadEncoding,
    TooLarge,
    applied_codings,
    decode,
    decoder_of,
    known_codings,
)

EMPTY = gzip.compress(b"", mtime=0)  # without the time, so that names of tests do not change
TEXT = b"In the beginning was the wire. " * 400
WORDS = " ".join(str(number * number) for number in range(1000)).encode()


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


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "br,gzip"])
def test_garbage_is_refused(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decode(b"<html>this is not compressed at all</html>" * 10, encoding, limit=10**6)


@given(
    data=st.binary(max_size=2000).filter(lambda data: not data.startswith(b"\x1f")), size=st.integers(1, 50)
)
def test_plain_bytes_that_are_called_gzip_are_read_however_they_are_cut(data: bytes, size: int) -> None:
    decoder = decoder_of("gzip", limit=10**6)
    parts = [piece for at in range(0, len(data), size) for piece in decoder.pieces(data[at : at + size])]
    assert b"".join(parts) == data
    assert decoder.whole or not data


def gzip_file(flags: int, fields: bytes, data: bytes = TEXT) -> bytes:
    """A member with optional fields in its head (RFC 1952, 2.3)."""
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + fields + bare_deflate(data) + bytes(8)


HEADS = {
    "an extra field": gzip_file(0b100, b"\x03\x00a\x00b"),
    "a name": gzip_file(0b1000, b"sitemap.xml\0"),
    "a comment": gzip_file(0b10000, b"made by hand\0"),
    "a checksum": gzip_file(0b10, b"\0\0"),
    "all of them": gzip_file(0b11110, b"\x01\x00a" + b"name\0" + b"comment\0" + b"\1\2"),
}


@pytest.mark.parametrize("wire", HEADS.values(), ids=HEADS)
def test_every_form_of_a_gzip_head_is_read_however_it_is_cut(wire: bytes) -> None:
    for size in (1, 5, len(wire)):
        decoder = decoder_of("gzip", limit=10**6)
        parts = [piece for at in range(0, len(wire), size) for piece in decoder.pieces(wire[at : at + size])]
        assert (b"".join(parts), decoder.whole) == (TEXT, True)


def test_a_gzip_head_without_end_is_refused() -> None:
    with pytest.raises(BadEncoding, match="head"):
        decode(b"\x1f\x8b\x08\x08" + b"n" * 200_000, "gzip", limit=10**6)


@pytest.mark.parametrize("left", [8, 7, 4, 1], ids="{} bytes of the trailer are cut off".format)
@pytest.mark.parametrize("encoding,packed", [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_data_that_are_whole_are_read_without_their_trailer(
    encoding: str, packed: Callable[[bytes], bytes], left: int
) -> None:
    cut = min(left, 4) if encoding == "deflate" else left
    assert decode(packed(TEXT)[:-cut], encoding, limit=10**6) == TEXT


def test_a_wrong_checksum_is_ignored_as_by_browsers() -> None:
    assert decode(gzip.compress(TEXT)[:-8] + b"\1" * 8, "gzip", limit=10**6) == TEXT
    assert decode(zlib.compress(TEXT)[:-4] + b"\1" * 4, "deflate", limit=10**6) == TEXT


@given(st.integers(1, 1000))
def test_data_cut_in_the_middle_are_never_read(cut: int) -> None:
    for encoding, wire, trailer in (("gzip", gzip.compress(WORDS), 8), ("deflate", zlib.compress(WORDS), 4)):
        with pytest.raises(BadEncoding):
            decode(wire[: -trailer - min(cut, len(wire) - trailer - 3)], encoding, limit=10**6)


def test_one_layer_of_gzip_that_is_named_twice_is_read() -> None:
    assert decode(gzip.compress(TEXT), "gzip,gzip", limit=10**6) == TEXT


@pytest.mark.parametrize(
    "named,body,applied",
    [
        ("gzip", EMPTY, "gzip"),
        ("gzip", b"<rss>", ""),
        ("", EMPTY, "gzip"),
        ("", b"<rss>", ""),
        ("br", EMPTY, "br"),
    ],
)
def test_gzip_is_recognised_by_its_first_bytes(named: str, body: bytes, applied: str) -> None:
    assert applied_codings(named, body) == applied


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
    began = time.thread_time()
    for encoding, wire in {"gzip": EMPTY * 400_000, "gzip,gzip": gzip.compress(EMPTY * 400_000)}.items():
        with pytest.raises(TooLarge):
            decode(wire, encoding, limit=10**7)
    assert time.thread_time() - began < 1


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
        ("utf-8", ""),
        ("none", ""),
        ("identity, gzip", "gzip"),
        ("gzip, identity", "gzip"),
        ("gzip;q=1.0", ""),
        ("br, gzip", "br,gzip"),
    ],
)
def test_content_encoding_is_read_as_browsers_read_it(header: str, ours: str) -> None:
    assert known_codings(header) == ours


@pytest.mark.parametrize("encoding", ["lzma", "gzip,gzip,gzip,gzip", ","])
def test_an_unknown_stored_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decoder_of(encoding, limit=10**6)
