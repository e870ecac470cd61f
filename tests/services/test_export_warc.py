"""Exporting kept pages as WARC, read back with warcio."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from tests.services.test_export import content, exported
from tests.store.rows import NOW, stored_article
from tests.store.tables import read
from worker.rows.pages import NewPage
from worker.store import Connection, Store, pages


@pytest.fixture
def warc_store(database_url: str) -> Any:
    """An empty store."""
    store = Store(database_url)
    yield store
    store.close()


def kept_page(db: Connection, body: bytes, *, encoding: str = "", size: int | None = None) -> int:
    """A fetched page of the newest stored article whose body is kept; its id."""
    entry = read(db, "entries", "id", state="stored")[-1]["id"]
    page = NewPage(
        entry_id=entry,
        url="https://news.example/a",
        status=200,
        content_type="text/html; charset=utf-8",
        headers={"etag": '"1"', "content-encoding": encoding, "content-type": "text/html; charset=utf-8"},
        body=body,
        encoding=encoding,
        size=len(body) if size is None else size,
    )
    made = pages.insert(db, [page], now=NOW, due_at=NOW, expires_at=NOW + timedelta(days=30))
    return made[0].id


def records(path: Path) -> list[dict[str, Any]]:
    """The records of all WARC files of an export."""
    found = []
    for file in sorted(path.rglob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                http = record.http_headers
                found.append(
                    {
                        "type": record.rec_type,
                        "id": record.rec_headers["WARC-Record-ID"],
                        "url": record.rec_headers["WARC-Target-URI"],
                        "date": record.rec_headers["WARC-Date"],
                        "status": http and http.get_statuscode(),
                        "headers": dict(http.headers) if http else {},
                        "body": record.content_stream().read(),
                    }
                )
    return found


PAGE = b"<html><p>Grain is dear.</p></html>"


@pytest.mark.parametrize(
    "body, encoding",
    [(PAGE, ""), (gzip.compress(PAGE), "gzip"), (zstandard.compress(PAGE), "zstd")],
    ids=["plain", "gzip", "zstd"],
)
def test_a_kept_page_is_a_response_record_that_warcio_reads(
    warc_store: Store, tmp_path: Path, body: bytes, encoding: str
) -> None:
    with warc_store.begin() as db:
        stored_article(db, title="Grain")
    with warc_store.begin() as db:
        kept_page(db, body, encoding=encoding, size=len(PAGE))
    exported(warc_store, tmp_path, "warc")
    info, response = records(tmp_path)
    assert info["type"] == "warcinfo"
    assert b"software: wiredesk/" in info["body"]
    assert (response["url"], response["status"]) == ("https://news.example/a", "200")
    assert response["date"] == "2026-05-04T12:00:00.000000Z"
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert response["headers"]["Etag"] == '"1"'
    assert response["body"] == PAGE


def test_records_have_the_same_ids_in_every_export(warc_store: Store, tmp_path: Path) -> None:
    with warc_store.begin() as db:
        stored_article(db, title="Grain")
    with warc_store.begin() as db:
        kept_page(db, PAGE)
        kept_page(db, PAGE)
    exported(warc_store, tmp_path / "one", "warc")
    exported(warc_store, tmp_path / "two", "warc")
    assert content(tmp_path / "one") == content(tmp_path / "two")
    ids = [record["id"] for record in records(tmp_path / "one")]
    assert len(set(ids)) == 3


def test_each_record_is_a_gzip_member(warc_store: Store, tmp_path: Path) -> None:
    with warc_store.begin() as db:
        stored_article(db, title="Grain")
    with warc_store.begin() as db:
        kept_page(db, PAGE)
    exported(warc_store, tmp_path, "warc")
    body = next(tmp_path.rglob("*.warc.gz")).read_bytes()
    assert body.count(b"\x1f\x8b\x08") == 2
