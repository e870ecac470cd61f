"""The schema `read`: what SQL clients may rely on."""

import re
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.store.rows import added_feed, revised_article, stored_article
from worker.store import Store, readers
from worker.store.db import rows

PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")

COLUMNS = """
SELECT c.relname AS view, a.attname AS name, col_description(c.oid, a.attnum) AS meaning
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'v' ORDER BY c.relname, a.attnum
"""


def documented() -> list[tuple[str, str, str]]:
    """The view, column and meaning of each line in the tables of docs/sql.md."""
    found = []
    for section in PAGE.split("\n## ")[1:]:
        view = re.match(r"`read\.(\w+)`", section)
        if view:
            lines = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
            found += [(view[1], name, meaning) for name, meaning in lines]
    return found


def test_the_page_has_every_view_and_column_with_the_comment_of_the_database(store: Store) -> None:
    with store.begin() as db:
        found = [(row["view"], row["name"], row["meaning"]) for row in rows(db, COLUMNS)]
    assert sorted(found) == sorted(documented())
    assert {view for view, _, _ in found} == {
        *("articles", "revisions", "changes", "stories", "feeds", "sightings")
    }


def test_the_views_show_the_rows_of_the_store(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db, "https://news.example/feed.xml", title="News")
        one = stored_article(db, title="Before", url="https://news.example/1", feed_id=feed)
    with store.begin() as db:
        revised_article(db, one, url="https://news.example/1", title="After", text="Another text.")
    with store.begin() as db:
        article = rows(db, "SELECT * FROM read.articles")[0]
        assert (article["title"], article["publisher"]) == ("After", "news.example")
        assert article["feeds"] == ["https://news.example/feed.xml"]
        titles = rows(db, "SELECT number, title, is_current FROM read.revisions ORDER BY number")
        assert [tuple(row.values()) for row in titles] == [(1, "Before", False), (2, "After", True)]
        assert [row["kind"] for row in rows(db, "SELECT kind FROM read.changes ORDER BY id")] == [
            "created",
            "revised",
        ]
        assert rows(db, "SELECT article_id FROM read.sightings") == [{"article_id": one}]
        assert rows(db, "SELECT title FROM read.feeds") == [{"title": "News"}]


@pytest.fixture
def reader_url(store: Store, database_url: str) -> str:
    """The URL of a reader of the store."""
    with store.begin() as db:
        readers.save_reader(db, "test_reader", "a:b'c\\d", timeout=timedelta(seconds=60))
    return database_url.replace("postgresql+psycopg://wiredesk@", "postgresql://test_reader@")


def test_a_reader_reads_the_views_and_nothing_else(store: Store, reader_url: str) -> None:
    with store.begin() as db:
        stored_article(db, title="Rain")
    with psycopg.connect(reader_url, autocommit=True) as db:
        assert db.execute("SELECT title FROM articles").fetchall() == [("Rain",)]
        assert db.execute("SHOW statement_timeout").fetchone() == ("1min",)
        for forbidden in (
            "SELECT * FROM public.articles",
            "SELECT secret FROM public.hub_subscriptions",
            "DELETE FROM read.stories",
            "CREATE TABLE public.mine ()",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                db.execute(forbidden)  # type: ignore[call-overload]


def test_a_reader_that_exists_gets_another_password(store: Store) -> None:
    with store.begin() as db:
        assert readers.save_reader(db, "again_reader", "one", timeout=timedelta(seconds=1))
        assert not readers.save_reader(db, "again_reader", "two", timeout=timedelta(seconds=1))


def test_the_owner_of_the_database_cannot_become_a_reader(store: Store) -> None:
    with store.begin() as db, pytest.raises(readers.RoleNotOurs):
        readers.save_reader(db, "wiredesk", "one", timeout=timedelta(seconds=1))
