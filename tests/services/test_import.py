"""Importing WARC and JSON lines: entries, articles and changes as if polls and fetches had brought them."""

import contextlib
import gzip
import io
import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.services.test_export import EVERYWHERE, exported, lines
from tests.site.prose import prose
from tests.store.rows import NOW
from worker.config.rule_files import load_rules
from worker.config.settings import Settings
from worker.feeds.entry_filters import EntryFilters, read_filters
from worker.model import ChangeKind
from worker.services.files.captures import Capture, DamagedFile, SkippedRecord, read_jsonl, read_warc
from worker.services.files.columns import ARTICLE
from worker.services.files.imports import ImportSource, ImportTally, import_captures
from worker.store import Store, articles, changes, imports, stats, tombstones
from worker.store.changes import Change
from worker.store.db import rows

MONTH = timedelta(days=30)
Fresh = Callable[..., Any]


def page(seed: str, *, title: str | None = None, text: str | None = None, published: str = "") -> bytes:
    """A page with an article."""
    body = "".join(f"<p>{part}</p>" for part in (text or prose(seed)).split("\n\n"))
    date = f'<meta property="article:published_time" content="{published}">' if published else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{title or seed}</title>{date}</head>'
        f"<body><article><h1>{title or seed}</h1>{body}</article></body></html>"
    ).encode()


def warc(
    *pages: tuple[str, str, bytes], status: str = "200 OK", content_type: str = "text/html", **headers: str
) -> bytes:
    """A WARC file of responses: (url, WARC-Date, body)."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    for url, date, body in pages:
        http = [("Content-Type", content_type), *((k.replace("_", "-"), v) for k, v in headers.items())]
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, http, "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date},
        )
        writer.write_record(record)
    return file.getvalue()


class Importer:
    """Imports into one store, under one name."""

    def __init__(self, url: str) -> None:
        self.store = Store(url)
        self.settings = Settings()
        self.filters: EntryFilters = ()

    def run(
        self, found: Iterator[Capture | SkippedRecord] | Sequence[Capture | SkippedRecord], **options: Any
    ) -> ImportTally:
        """Import these captures."""
        tally = ImportTally()
        with self.store.begin() as db:
            number = imports.source(db, "test", labels=("archive",), now=NOW)
        import_captures(
            self.store,
            ImportSource(number, MONTH),
            found,
            tally,
            clock=lambda: NOW,
            policy=replace(self.settings.extraction, filters=self.filters),
            rules=load_rules(self.settings),
            **options,
        )
        return tally

    def warc(self, body: bytes, **options: Any) -> ImportTally:
        """Import a WARC file."""
        return self.run(read_warc(io.BytesIO(body), most=1 << 20), **options)

    def jsonl(self, *records: Any) -> ImportTally:
        """Import lines of JSON."""
        return self.run(read_jsonl(io.BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in records))))

    def refused(self) -> dict[str, tuple[str, str]]:
        """Why entries were refused, by URL."""
        with self.store.begin() as db:
            found = rows(db, "SELECT url, reason, detail FROM entries WHERE state = 'refused'")
        return {row["url"]: (row["reason"], row["detail"]) for row in found}

    def articles(self) -> list[dict[str, Any]]:
        """All articles with their publishers, by URL."""
        sql = """SELECT a.*, p.site FROM articles a LEFT JOIN publishers p ON p.id = a.publisher_id
            ORDER BY a.url"""
        with self.store.begin() as db:
            return rows(db, sql)

    def kinds(self) -> list[str]:
        """The kinds of the lines of the change log."""
        with self.store.begin() as db:
            return [line["kind"] for line in changes.after(db, 0, limit=100)]

    def identity(self) -> stats.Identity:
        """The identity of all entries; it must hold."""
        with self.store.begin() as db:
            found = stats.identity(db)
            assert found.holds
            return found


@pytest.fixture
def importer(database_url: str) -> Iterator[Importer]:
    """An importer into an empty store."""
    made = Importer(database_url)
    yield made
    made.store.close()


ONE = "https://news.example/one"
TWO = "https://other.example/two"


def test_html_responses_become_articles_as_of_their_warc_date(importer: Importer) -> None:
    file = warc(
        (ONE, "2024-03-01T10:00:00Z", page("One", published="2024-03-01T09:00:00+01:00")),
        (TWO, "2024-03-02T10:00:00Z", page("Two")),
    )
    tally = importer.warc(file)
    assert (tally.read, tally.new, tally.known) == (2, 2, 0)
    one, two = importer.articles()
    assert (one["title"], one["site"], one["stored_at"]) == (
        "One",
        "news.example",
        datetime(2024, 3, 1, 10, tzinfo=UTC),
    )
    assert one["published"] == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert (two["site"], two["stored_at"]) == ("other.example", datetime(2024, 3, 2, 10, tzinfo=UTC))
    assert importer.kinds() == ["created", "created"]
    assert importer.identity().stored == 2


def test_a_second_import_of_the_same_file_stores_nothing_twice(importer: Importer) -> None:
    file = warc((ONE, "2024-03-01T10:00:00Z", page("One")), (TWO, "2024-03-02T10:00:00Z", b"<p>short</p>"))
    importer.warc(file)
    before = importer.articles(), importer.kinds(), importer.identity()
    tally = importer.warc(file)
    assert (tally.new, tally.later, tally.known) == (0, 0, 2)
    assert (importer.articles(), importer.kinds(), importer.identity()) == before
    assert importer.identity().refused == 1


def test_a_later_capture_of_an_address_is_a_revision_and_an_earlier_one_is_left_out(
    importer: Importer,
) -> None:
    text = prose("One")
    edited = text.replace(text.split(" ")[5], "corrected", 1)
    importer.warc(
        warc(
            (ONE, "2024-03-01T10:00:00Z", page("One", text=text)),
            (ONE, "2024-03-02T10:00:00Z", page("One", text=edited)),
            (ONE, "2024-02-01T10:00:00Z", page("One", text=text)),
        )
    )
    assert importer.kinds() == ["created", "revised"]
    assert "corrected" in importer.articles()[0]["text"]
    assert importer.identity().stored == 1


def test_a_record_that_is_not_a_page_is_skipped_with_a_reason(importer: Importer) -> None:
    files = (
        warc((ONE, "2024-03-01T10:00:00Z", page("One")), status="404 Not Found"),
        warc((ONE, "2024-03-01T10:00:00Z", b"PNG"), content_type="image/png"),
        warc(("ftp://news.example/", "2024-03-01T10:00:00Z", b"1.2.3.4")),
        warc((ONE, "2024-03-01T10:00:00Z", b"x" * ((1 << 20) + 1))),
    )
    assert [dict(importer.warc(file).skipped) for file in files] == [
        {"status other than 200": 1},
        {"no HTML": 1},
        {"no HTTP response": 1},
        {"larger than fetch_max_bytes": 1},
    ]
    assert importer.identity().discovered == 0


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_compressed_responses_are_unpacked(importer: Importer, encoding: str) -> None:
    import brotli
    import zstandard

    pack = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress}[encoding]
    importer.warc(warc((ONE, "2024-03-01T10:00:00Z", pack(page("One"))), Content_Encoding=encoding))
    assert [article["title"] for article in importer.articles()] == ["One"]


def test_a_damaged_file_is_imported_up_to_the_damage(importer: Importer) -> None:
    good = warc((ONE, "2024-03-01T10:00:00Z", page("One")))
    with pytest.raises(DamagedFile, match="not WARC from here on"):
        importer.warc(good + b"garbage that is neither gzip nor a record\r\n\r\n" * 20)
    assert len(importer.articles()) == 1


@given(st.binary(max_size=300), st.booleans(), st.integers(0, 1 << 16))
def test_no_bytes_raise_anything_but_that_the_file_is_damaged(noise: bytes, cut: bool, place: int) -> None:
    good = warc((ONE, "2024-03-01T10:00:00Z", page("One")))
    place %= len(good)
    damaged = good[:place] + noise + (b"" if cut else good[place:])
    for body in (noise, damaged, gzip.compress(noise), gzip.compress(good)[:-9]):
        for read in (lambda stream: read_warc(stream, most=1 << 20), read_jsonl):
            with contextlib.suppress(DamagedFile):
                list(read(io.BytesIO(body)))


def test_half_a_record_at_the_end_of_a_file_is_not_stored(importer: Importer) -> None:
    file = warc((ONE, "2024-03-01T10:00:00Z", page("One")), (TWO, "2024-03-02T10:00:00Z", page("Two")))
    with pytest.raises(DamagedFile, match="ends within this record"):
        importer.warc(file[:-300])
    assert [article["title"] for article in importer.articles()] == ["One"]
    assert importer.warc(file).new == 1


def test_an_imported_article_is_never_fetched(importer: Importer) -> None:
    importer.warc(warc((ONE, "2024-03-01T10:00:00Z", page("One"))))
    with importer.store.begin() as db:
        entry = rows(db, "SELECT host_id, due_at, state FROM entries")[0]
        feed = rows(db, "SELECT url, state, due_at, labels FROM feeds")[0]
    assert entry == {"host_id": None, "due_at": None, "state": "stored"}
    assert feed == {"url": "import:test", "state": "paused", "due_at": None, "labels": ["archive"]}


def test_a_text_without_a_page_is_an_article_with_what_the_line_says(importer: Importer) -> None:
    importer.jsonl(
        {
            "url": ONE,
            "title": "Only a text",
            "text": prose("Only"),
            "published": "2023-04-05",
            "authors": ["Ada Writer"],
        },
        {"url": TWO, "html": page("Two").decode(), "fetched": "2024-03-02T10:00:00Z"},
        {"url": "https://third.example/"},
        {"title": "no address"},
    )
    one, two = importer.articles()
    assert (one["title"], one["authors"], one["published_precision"]) == (
        "Only a text",
        ["Ada Writer"],
        "day",
    )
    assert one["published"].date().isoformat() == "2023-04-05"
    assert (two["title"], two["stored_at"]) == ("Two", datetime(2024, 3, 2, 10, tzinfo=UTC))


def test_bad_lines_are_counted_and_do_not_stop_the_import(importer: Importer) -> None:
    body = (
        b'not json\n[1]\n{"url": "ftp://x/", "text": "t"}\n\n'
        + json.dumps({"url": ONE, "html": page("One").decode()}).encode()
    )
    tally = importer.run(read_jsonl(io.BytesIO(body)))
    assert dict(tally.skipped) == {"no JSON": 1, "no url": 1, "no http address": 1}
    assert tally.examples["no JSON"] == "line 1"
    assert len(importer.articles()) == 1


NOT_COMPARED = ("id", "story_id", "revision", "revised_at", "feeds", "labels")
"""What a store counts for itself: ids, versions, and which of its feeds had the article."""


def test_our_own_export_imported_elsewhere_has_equal_articles(
    importer: Importer, fresh_database: Fresh, tmp_path: Path
) -> None:
    dates = ("2024-03-01T09:00:00+05:30", "2024-03-01", "")
    importer.warc(
        warc(
            *(
                (f"https://news.example/{n}", "2024-03-04T10:00:00Z", page(f"Report {n}", published=date))
                for n, date in enumerate(dates)
            )
        )
    )
    with importer.store.begin() as db:
        gone = importer.articles()[0]["id"]
        articles.remove(db, gone, now=NOW)
        changes.append(db, [Change(gone, ChangeKind.REMOVED, 1)], now=NOW)
    exported(importer.store, tmp_path / "one")
    files = sorted((tmp_path / "one" / "articles").rglob("*.jsonl"))
    with fresh_database() as url:
        other = Importer(url)
        body = b"".join(file.read_bytes() for file in files)
        assert other.run(read_jsonl(io.BytesIO(gzip.compress(body)))).new == 3
        exported(other.store, tmp_path / "two")
        assert other.run(read_jsonl(io.BytesIO(body))).known == 3
        assert sorted(other.kinds()) == ["created", "created", "created", "removed"]
        assert other.identity().stored == 3
        other.store.close()
    names = [column.name for column in ARTICLE if column.name not in NOT_COMPARED]
    before, after = (
        sorted(
            ({name: row[name] for name in names} for row in lines(tmp_path / half)),
            key=lambda row: row["url"],
        )
        for half in ("one", "two")
    )
    assert before == after
    assert before[0]["published_offset"] == 330


def test_our_own_warc_export_can_be_imported_again(
    importer: Importer, fresh_database: Fresh, tmp_path: Path
) -> None:
    importer.warc(warc((ONE, "2024-03-01T10:00:00Z", page("One"))))
    exported(importer.store, tmp_path, "warc", where=EVERYWHERE)
    with fresh_database() as url:
        other = Importer(url)
        other.warc(next(tmp_path.rglob("*.warc.gz")).read_bytes())
        assert [(one["title"], one["stored_at"]) for one in other.articles()] == [
            ("One", datetime(2024, 3, 1, 10, tzinfo=UTC))
        ]
        other.store.close()


def test_an_import_that_is_killed_goes_on_to_the_same_articles(
    importer: Importer, database_url: str, fresh_database: Fresh
) -> None:
    file = warc(
        *((f"https://news.example/{n}", "2024-03-01T10:00:00Z", page(f"Report {n}")) for n in range(40))
    )

    def import_and_die(after: int) -> None:
        own, batches = Importer(database_url), 0

        def captures() -> Iterator[Capture | SkippedRecord]:
            nonlocal batches
            for capture in read_warc(io.BytesIO(file), most=1 << 20):
                batches += 1
                if batches == after:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield capture

        own.run(captures())

    for after in (5, 18, 35):
        child = os.fork()
        if child == 0:
            import_and_die(after)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        importer.identity()
    importer.warc(file)
    assert importer.identity().stored == 40
    assert importer.kinds() == ["created"] * 40
    with fresh_database() as url:
        other = Importer(url)
        other.warc(file)
        assert [one["text"] for one in other.articles()] == [one["text"] for one in importer.articles()]
        other.store.close()


def test_pages_that_a_killed_import_left_are_extracted_by_the_next(importer: Importer) -> None:
    # Stopped between the transaction that stores pages and their extraction.
    importer.warc(warc((ONE, "2024-03-01T10:00:00Z", page("One"))), stopping=_after(2))
    assert importer.identity().waiting == 1
    importer.warc(warc())
    assert importer.identity().stored == 1


def _after(calls: int) -> Callable[[], bool]:
    """A function that returns True from its n-th call on."""
    made = iter(range(1000))
    return lambda: next(made) + 1 >= calls


def test_an_import_does_not_bring_a_purged_article_back(importer: Importer) -> None:
    file = warc((ONE, "2024-03-01T10:00:00Z", page("One")), (TWO, "2024-03-02T10:00:00Z", page("Two")))
    line = {"url": ONE, "title": "One", "text": prose("One")}
    importer.warc(file)
    with importer.store.begin() as db:
        tombstones.purge(db, [importer.articles()[0]["id"]], why="a test", now=NOW)
    later = warc((ONE, "2024-04-01T10:00:00Z", page("One")))
    for again in (lambda: importer.warc(file), lambda: importer.warc(later), lambda: importer.jsonl(line)):
        again()
        assert [article["title"] for article in importer.articles()] == ["Two"]
    importer.identity()
    with importer.store.begin() as db:
        kept = rows(
            db, "SELECT p.body FROM pages p JOIN entries e ON e.id = p.entry_id WHERE e.url = :u", u=ONE
        )
        said = rows(db, "SELECT title, content, reason FROM entries WHERE url = :u", u=ONE)
    assert all(row["body"] is None for row in kept)
    assert all((row["title"], row["content"]) == (None, None) for row in said)


BLOCKED = """[[filter]]
name = "no ones"
action = "block"
url = "*/one"
label = "archive"
"""
ALLOWED = """[[filter]]
name = "twos"
action = "allow"
title = "Two*"
language = "en"

[[filter]]
name = "the rest"
action = "block"
"""


def row_of(url: str, title: str) -> dict[str, Any]:
    """Return a row of a Wiredesk export."""
    text = prose(title)
    said = {"url": url, "title": title, "text": text, "language": "en", "word_count": len(text.split())}
    blocks = [{"kind": "paragraph", "text": text}]
    return (
        {column.name: None for column in ARTICLE}
        | said
        | {
            "authors": [],
            "agencies": [],
            "tags": [],
            "blocks": blocks,
            "images": [],
            "rights": {},
            "provenance": {},
            "kind": "article",
            "state": "live",
            "extractor": "7",
            "publisher": "news.example",
        }
    )


FORMS: dict[str, Callable[[str, str], Any]] = {
    "page": lambda url, title: {"url": url, "html": page(title).decode()},
    "text": lambda url, title: {"url": url, "title": title, "text": prose(title), "language": "en"},
    "row": row_of,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("filters", "name"), [(BLOCKED, "no ones"), (ALLOWED, "the rest")], ids=["blocked", "not-allowed"]
)
def test_filters_keep_entries_of_an_import_out_until_they_are_removed(
    importer: Importer, form: str, filters: str, name: str
) -> None:
    records = [FORMS[form](url, title) for url, title in ((ONE, "One"), (TWO, "Two"))]
    importer.filters = read_filters(filters.encode())
    for _ in range(2):
        importer.jsonl(*records)
        assert [one["title"] for one in importer.articles()] == ["Two"]
        assert importer.refused() == {ONE: ("blocked", name)}
        assert importer.identity().stored == 1
    importer.filters = ()
    importer.jsonl(*records)
    assert [one["title"] for one in importer.articles()] == ["One", "Two"]
    assert importer.refused() == {}
    importer.identity()
    importer.filters = read_filters(filters.encode())
    edited = page("One", text=prose("One") + "\n\nOne paragraph more, about the harbour and its ferries.")
    importer.warc(warc((ONE, "2030-03-01T10:00:00Z", edited)))
    assert "ferries" in importer.articles()[0]["text"]
