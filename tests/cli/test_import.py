"""`wiredesk import`: the command around files of pages and articles."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.services.test_import import ONE, TWO, page, warc
from worker.store import Store


@pytest.fixture
def crawl(home: Path, store: Store) -> Path:
    """A WARC file with two articles and an error."""
    file = home / "crawl.warc.gz"
    good = warc((ONE, "2024-03-01T10:00:00Z", page("One")), (TWO, "2024-03-01T10:00:00Z", page("Two")))
    file.write_bytes(good + warc((ONE, "2024-03-01T10:00:00Z", b""), status="500 Oops"))
    return file


def test_the_command_reports_what_became_of_every_record(crawl: Path) -> None:
    said = wiredesk("import", "warc", str(crawl), "--name", "cc-news", "--label", "archive")
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "3 records read: 2 new addresses, 0 later captures of known ones, 0 known before, 1 skipped",
        f"skipped 1: status other than 200, such as {ONE}",
        "import:cc-news has 2 entries: 2 stored, 0 duplicates, 0 refused, 0 waiting",
    ]
    again = wiredesk("import", "warc", str(crawl), "--name", "cc-news", "--json").json
    assert (again["new"], again["known"], again["identity"]["holds"]) == (0, 2, True)
    listed = wiredesk("feeds", "list", "--json").json
    assert [(feed["url"], feed["state"], feed["labels"]) for feed in listed] == [
        ("import:cc-news", "paused", ["archive"])
    ]


def test_an_import_cannot_be_polled(crawl: Path) -> None:
    wiredesk("import", "warc", str(crawl))
    said = wiredesk("feeds", "resume", "import:warc")
    assert said.code == 2
    assert "import:warc is an import: there is nothing to poll" in said.err


@pytest.mark.usefixtures("store")
def test_lines_of_json_are_read_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"url": ONE, "html": page("One").decode()}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(line + b"\n"))))
    assert "1 new addresses" in wiredesk("import", "jsonl", "-").out


@pytest.mark.usefixtures("store")
def test_a_damaged_file_is_one_line_and_the_others_are_imported(crawl: Path, home: Path) -> None:
    (home / "bad.warc").write_bytes(b"<html>\x1b[31m nothing")
    said = wiredesk("import", "warc", "bad.warc", str(crawl))
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "bad.warc: not WARC from here on" in said.err
    assert "\x1b" not in said.err
    assert "2 new addresses" in said.out


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "arguments, words",
    [(("nowhere.warc",), "nowhere.warc cannot be read"), (("--name", "a b", "-"), "write letters, digits")],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    said = wiredesk("import", "warc", *arguments)
    assert said.code == 2
    assert words in said.err
