"""Reading files of an import: WARC and JSON lines, as captures of pages and as articles.

What cannot be used is skipped with a reason, and reading goes on.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

from worker.fetch.headers import KEPT
from worker.fetch.reply import unpack
from worker.outcome import Reason, Refusal
from worker.text.dates.precision import Precision
from worker.urls import canonical_or_none

HTML = ("text/html", "application/xhtml+xml")
"""The media types of pages."""

LONGEST_LINE = 64 << 20
"""Bytes of a line of JSON. A guess: far more than the largest page, and bounded memory."""

GZIP = b"\x1f\x8b"
"""The first bytes of gzip (RFC 1952, 2.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page, a text or an article of a file.

    `at` is when the page was fetched; None: the file does not say. `body` is HTML. Without it `content` is
    what a feed would carry, also HTML, or `article` a row of a Wiredesk export.
    """

    url: str
    at: datetime | None = None
    body: bytes | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision | None = None
    language: str | None = None
    content: str | None = None
    article: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that is not imported, and why; `place` says where it is."""

    reason: str
    place: str = ""


class DamagedFile(Exception):
    """A file cannot be read to its end; what came before is imported. The text is one line."""


def read_warc(stream: BinaryIO, *, most: int) -> Iterator[Capture | SkippedRecord]:
    """Yield the HTML of successful responses; bodies of more than `most` bytes are skipped.

    Raises `DamagedFile`.
    """
    try:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield _response(record, most)
    except DamagedFile:
        raise
    except Exception as error:
        # warcio raises whatever its parsers meet in bytes that are not WARC.
        reason = str(error).strip().split("\n", 1)[0]
        raise DamagedFile(f"not WARC from here on ({reason[:100] or type(error).__name__})") from None


def _response(record: Any, most: int) -> Capture | SkippedRecord:
    url, http = record.rec_headers.get_header("WARC-Target-URI"), record.http_headers
    if http is None or not url:
        return SkippedRecord("no HTTP response")
    # Some writers put the address in angle brackets, as WARC 1.0 had it.
    address = canonical_or_none(url.strip().strip("<>"))
    if address is None:
        return SkippedRecord("no http address", url[:200])
    if http.get_statuscode() != "200":
        return SkippedRecord("status other than 200", address)
    content_type = http.get_header("Content-Type")
    if (content_type or "").partition(";")[0].strip().lower() not in HTML:
        return SkippedRecord("no HTML", address)
    at = _instant(record.rec_headers.get_header("WARC-Date"))
    if at is None:
        return SkippedRecord("no WARC-Date", address)
    sent = {name.lower(): value for name, value in http.headers}
    body = _body(record, sent, most)
    if body is None:
        return SkippedRecord("larger than fetch_max_bytes", address)
    return Capture(
        url=address,
        at=at,
        body=body,
        content_type=content_type,
        headers={name: _storable(sent[name]) for name in KEPT if name in sent and name != "content-encoding"},
    )


def _body(record: Any, sent: Mapping[str, str], most: int) -> bytes | None:
    """Return the body of a response without its encodings; None if it is too large."""
    chunked = sent.get("transfer-encoding", "").strip().lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        return None
    if record.raw_stream.limit > 0 and not record.raw_stream.read(1):
        # Half a page would become an article without its end.
        raise DamagedFile("it ends within this record")
    unpacked = unpack(body, sent.get("content-encoding", "").strip().lower(), limit=most)
    if isinstance(unpacked, Refusal):
        # Crawlers may unpack a body and leave the header.
        return None if unpacked.reason is Reason.TOO_LARGE else body
    return unpacked


def read_jsonl(stream: BinaryIO) -> Iterator[Capture | SkippedRecord]:
    """Yield the pages, texts and articles of JSON lines, plain or gzip: the forms of docs/export.md.

    Raises `DamagedFile`.
    """
    source: Any = stream
    buffered = source if isinstance(source, io.BufferedReader) else io.BufferedReader(source)
    # Closing it would close the stream of the caller.
    lines: Any = gzip.open(buffered) if buffered.peek(2)[:2] == GZIP else buffered  # noqa: SIM115
    number = 0
    try:
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                yield _line(line, number)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFile(f"unreadable after line {number} ({error})") from None


def _line(line: bytes, number: int) -> Capture | SkippedRecord:
    place = f"line {number}"
    try:
        said = json.loads(line)
    except ValueError:
        return SkippedRecord("no JSON", place)
    url = said.get("url") if isinstance(said, dict) else None
    if not isinstance(url, str):
        return SkippedRecord("no url", place)
    if "blocks" in said and "extractor" in said:
        return Capture(url=url, at=_instant(said.get("stored_at")), article=said)
    address = canonical_or_none(url)
    if address is None:
        return SkippedRecord("no http address", place)
    at = _instant(said.get("fetched"))
    html, text = said.get("html"), said.get("text")
    if isinstance(html, str):
        return Capture(url=address, at=at, body=html.encode("utf-8", "replace"), content_type=HTML_UTF_8)
    if not isinstance(text, str):
        return SkippedRecord("neither html nor text", place)
    published = said.get("published")
    authors = said.get("authors") or ()
    return Capture(
        url=address,
        at=at,
        title=_text(said.get("title")),
        authors=tuple(one for one in authors if isinstance(one, str)) if isinstance(authors, list) else (),
        published=_instant(published),
        published_precision="day" if isinstance(published, str) and len(published) == 10 else "instant",
        language=_text(said.get("language")),
        content="".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip()),
    )


HTML_UTF_8 = "text/html; charset=utf-8"
"""The type of HTML in JSON: JSON is UTF-8, whatever the page says of itself."""


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _instant(value: Any) -> datetime | None:
    """Return an instant of ISO 8601, UTC where it names no zone; None if it is missing or another thing."""
    try:
        read = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read is not None and read.tzinfo is None else read


def _storable(value: str) -> str:
    return value.encode("utf-8", "replace").decode().replace("\0", "")
