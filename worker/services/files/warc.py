"""WARC files of kept responses (WARC 1.1, ISO 28500:2017), one gzip member a record."""

import http
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from worker import __version__
from worker.fetch.reply import unpack
from worker.services.files.formats import FileRow, Write

NAMESPACE = UUID("6f0c4b0e-5d0e-4f0f-9d2c-7a0f3f3c1b52")
"""The namespace of record ids, drawn once: a record has the same id in every export."""

INFO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of `warcinfo` records: a fixed one, since a repeated export must have the same bytes."""

LENGTHS = ("content-length", "transfer-encoding", "content-encoding", "content-type")
"""Headers that are written from what was kept: the body is stored without its framing."""


@contextmanager
def write_warc(path: Path) -> Iterator[Write]:
    """Write responses as `response` records after a `warcinfo` record.

    Only the status was kept of its line, and no framing of the body: both are written from what is known.
    Requests were not kept, and have no records.
    """
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        writer.write_record(_information(writer))

        def write(rows: Sequence[FileRow]) -> None:
            for row in rows:
                writer.write_record(_response(writer, row))

        yield write


def _information(writer: WARCWriter) -> Any:
    fields = {
        "software": f"wiredesk/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    body = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    return writer.create_warc_record(
        "",
        "warcinfo",
        payload=BytesIO(body),
        length=len(body),
        warc_content_type="application/warc-fields",
        warc_headers_dict=_headers("warcinfo", INFO_DATE),
    )


def _response(writer: WARCWriter, row: FileRow) -> Any:
    body, encoding = _body(row)
    name = f"{row['url']} {row['fetched_at'].isoformat()} {row['id']}"
    return writer.create_warc_record(
        row["url"],
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(
            _status(row["status"]), _http_headers(row, encoding, len(body)), "HTTP/1.1"
        ),
        warc_headers_dict=_headers(name, row["fetched_at"]),
    )


def _headers(name: str, at: datetime) -> dict[str, str]:
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE, name)}>", "WARC-Date": stamp}


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _body(row: FileRow) -> tuple[bytes, str]:
    """Return the body with its encoding, as sent; zstd is unpacked, since few readers know it."""
    body = bytes(row["body"])
    unpacked = unpack(body, row["encoding"], limit=row["size"]) if row["encoding"] == "zstd" else None
    return (unpacked, "") if isinstance(unpacked, bytes) else (body, row["encoding"])


def _http_headers(row: FileRow, encoding: str, length: int) -> list[tuple[str, str]]:
    kept: Mapping[str, str] = row["headers"]
    said = [(name.title(), _line(value)) for name, value in kept.items() if name.lower() not in LENGTHS]
    described = {
        "Content-Type": row["content_type"] or kept.get("content-type"),
        "Content-Encoding": encoding,
        "Content-Length": str(length),
    }
    return [*said, *((name, _line(value)) for name, value in described.items() if value)]


def _line(value: str) -> str:
    return " ".join(str(value).split())
