"""Gzip files are unpacked within bounds."""

import gzip

import pytest

from worker.feeds import ParsedFeed, parse
from worker.feeds.inflate import inflated
from worker.outcome import Reason, Refusal


def test_a_gzip_file_is_unpacked_and_any_other_body_is_unchanged() -> None:
    assert inflated(gzip.compress(b"<urlset/>")) == b"<urlset/>"
    assert inflated(b"<urlset/>") == b"<urlset/>"
    assert isinstance(
        parse(gzip.compress(b"<urlset></urlset>"), url="https://s.example/1.xml.gz"), ParsedFeed
    )


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    refused = inflated(gzip.compress(b" " * 1_000_000), limit=1000)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("keep", range(11, 40, 4))
def test_a_truncated_gzip_file_gives_what_could_be_read(keep: int) -> None:
    packed = gzip.compress(b"<urlset>" + bytes(range(33, 127)) * 3)
    assert isinstance(inflated(packed[:keep]), bytes)


def test_a_broken_gzip_file_is_refused() -> None:
    packed = bytearray(gzip.compress(b"<urlset/>" * 9))
    packed[10:14] = b"\xff\xff\xff\xff"
    refused = inflated(bytes(packed))
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.BAD_ENCODING
