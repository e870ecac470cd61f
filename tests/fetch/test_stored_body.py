"""Bodies are stored as sent or as zstd, and decompressed within limits."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch import Reply, pack, unpack
from worker.outcome import Reason, Refusal

PAGE = b"<p>All the news that fits.</p>" * 100


@pytest.mark.parametrize(
    "encoding,body",
    [
        ("gzip", gzip.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.ZstdCompressor().compress(PAGE)),
    ],
    ids=["gzip", "br", "zstd"],
)
def test_compressed_bodies_are_stored_as_sent(encoding: str, body: bytes) -> None:
    stored = pack(Reply(url="", status=200, body=body, encoding=encoding, size=len(PAGE)))
    assert stored == (body, encoding)
    assert unpack(*stored, limit=len(PAGE)) == PAGE


@pytest.mark.parametrize(
    "encoding,body", [("", PAGE), ("deflate", zlib.compress(PAGE))], ids=["plain", "deflate"]
)
def test_other_bodies_are_stored_as_zstd(encoding: str, body: bytes) -> None:
    stored, how = pack(Reply(url="", status=200, body=body, encoding=encoding, size=len(PAGE)))
    assert how == "zstd"
    assert len(stored) < 100
    assert unpack(stored, how, limit=len(PAGE)) == PAGE


@given(st.binary(max_size=400))
def test_any_plain_body_is_restored(body: bytes) -> None:
    assert unpack(*pack(Reply(url="", status=200, body=body, size=len(body))), limit=400) == body


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_stored_body_over_the_limit_is_refused(encoding: str) -> None:
    stored = gzip.compress(PAGE) if encoding else PAGE
    found = unpack(stored, encoding, limit=len(PAGE) - 1)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "lzma"])
def test_a_stored_body_that_cannot_be_decompressed_is_refused(encoding: str) -> None:
    found = unpack(b"\x1f\x8b\x08 not at all compressed", encoding, limit=1000)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.BAD_ENCODING
