"""`wiredesk filters`: the filters in their file, and what one would have done."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.store import Store

FILTERS = """
[[filter]]
name = "bridges"
action = "block"
title = "*bridge*"
"""


@pytest.fixture
def setting(tmp_path: Path) -> tuple[str, str]:
    file = tmp_path / "filters.toml"
    file.write_text(FILTERS, "utf-8")
    return ("--set", f"filters_file={file}")


@pytest.mark.usefixtures("store")
def test_the_list_shows_what_each_filter_does(setting: tuple[str, str]) -> None:
    assert "title *bridge*" in wiredesk(*setting, "filters", "list").out
    assert wiredesk(*setting, "filters", "list", "--json").json[0]["blocked"] == 0


def test_a_trial_shows_the_entries_that_a_filter_matches(store: Store, setting: tuple[str, str]) -> None:
    for title in ("The bridge is open", "Bread is dear"):
        with store.begin() as db:
            stored_article(db, title=title, now=datetime.now(UTC))
    shown = wiredesk(*setting, "filters", "try", "bridges")
    assert "The bridge is open" in shown.out
    assert "Bread" not in shown.out
    assert "it would keep out 1 of 2 entries of the last 7 days; 1 of these are stored" in shown.out


@pytest.mark.usefixtures("store")
def test_an_unknown_filter_is_a_user_error(setting: tuple[str, str]) -> None:
    failed = wiredesk(*setting, "filters", "try", "ferries")
    assert (failed.code, failed.out) == (2, "")
    assert "is called 'ferries': bridges" in failed.err
