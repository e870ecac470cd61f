"""Sizing: what an article takes, and how long the disk lasts."""

from datetime import timedelta

import pytest

from tests.cli.conftest import database, home, store
from tests.cli.terminal import wiredesk
from tests.store.rows import NOW, stored_article
from worker.services.sizing import measure_store
from worker.store import Store

__all__ = ["database", "home", "store"]


def test_the_days_left_follow_from_bytes_per_article_and_the_rate_of_the_last_week(store: Store) -> None:
    for number in range(30):
        with store.begin() as db:
            at = NOW + timedelta(days=number % 10)
            stored_article(db, url=f"https://news.example/{number}", text="Grain is dear. " * 400, now=at)
    with store.begin() as db:
        now = NOW + timedelta(days=10)
        found = measure_store(db, free=70 << 20, now=now)
        empty = measure_store(db, free=70 << 20, now=NOW - timedelta(days=1))
    assert found.growth.articles == 30
    assert found.articles_per_day == pytest.approx(3, rel=0.15)
    assert found.bytes == sum(table.bytes for table in found.tables) > 30 * 400
    assert found.bytes_per_article == found.bytes / 30
    assert found.days_left == pytest.approx((70 << 20) / (found.bytes / 30 * found.articles_per_day))
    assert {"articles", "entries"} <= {table.table for table in found.tables}
    assert any(index.index == "pk_articles" for index in found.indexes)
    assert (empty.articles_per_day, empty.days_left) == (None, None), "a young store has no rate"


def test_the_command_names_articles_bytes_and_days(store: Store) -> None:
    with store.begin() as db:
        stored_article(db)
    said = wiredesk("sizing", "--free", "100")
    assert said.code == 0, said.err
    assert "1 articles and 1 entries in" in said.out
    shown = wiredesk("sizing", "--free", "100", "--json").json
    assert (shown["free"], shown["growth"]["articles"]) == (100 << 30, 1)
