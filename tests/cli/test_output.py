"""Titles and addresses come from strangers: they are shown, and cannot drive the terminal."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.cli.terminal.output import ago, clean, clean_lines, print_fields, print_json, print_table
from worker.monitor.terminal import CONTROL

EVIL = "Storm\U000e0041\x1b[2J\x1b]0;owned\x07 \u202ereversed\r\nnext\x9b31m"


@given(st.text())
def test_nothing_clean_holds_a_control_character(text: str) -> None:
    assert not CONTROL.search(clean(text))
    assert not CONTROL.search(clean_lines(text).replace("\n", ""))


def test_a_title_cannot_clear_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [(EVIL,)], empty="none")
    print_fields([("title", EVIL), ("summary", None)])
    shown = capsys.readouterr().out
    assert not CONTROL.search(shown.replace("\n", ""))
    assert "owned" in shown
    assert "summary" not in shown


def test_markup_in_a_title_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [("[bold]not[/bold] [link=https://example.org]bold[/link]",)], empty="none")
    assert "[bold]not[/bold]" in capsys.readouterr().out


def test_json_holds_every_character_and_still_no_control(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    print_json({"title": EVIL, "at": at, "script": "العربية"})
    shown = capsys.readouterr().out
    assert not CONTROL.search(shown.replace("\n", ""))
    assert json.loads(shown) == {"title": EVIL, "at": "2026-05-04T12:00:00Z", "script": "العربية"}


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title",), [], empty="no articles")
    assert capsys.readouterr().out == "no articles\n"


@pytest.mark.parametrize(
    "seconds, words",
    [(5, "5 s ago"), (90, "2 min ago"), (7200, "2 h ago"), (200_000, "2 d ago"), (-40, "in 40 s")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words


def test_what_never_was() -> None:
    assert ago(None) == "never"
