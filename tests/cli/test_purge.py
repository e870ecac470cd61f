"""`wiredesk purge` and `wiredesk retention`: what they delete, and that they say so before."""

from datetime import timedelta

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import NOW, stored_article
from tests.store.tables import count, read
from worker.store import Store

URL = "https://news.example/2026/bridge"


@pytest.fixture
def bridge(store: Store) -> str:
    """The key of an article, next to another one."""
    with store.begin() as db:
        stored_article(db, title="Bread", url="https://other.example/bread")
    with store.begin() as db:
        stored_article(db, title="The bridge", url=URL)
    with store.begin() as db:
        return str(read(db, "articles", "key", url=URL)[0]["key"])


def articles(store: Store) -> int:
    with store.begin() as db:
        return count(db, "articles")


def test_without_yes_a_purge_only_says_what_it_would_delete(store: Store, bridge: str) -> None:
    shown = wiredesk("purge", "--key", bridge)
    assert "The bridge" in shown.out
    assert "would purge 1 articles with 1 revisions, 1 entries and 0 kept pages" in shown.out
    assert articles(store) == 2


@pytest.mark.parametrize("option", ["key", "url", "publisher"])
def test_with_yes_it_is_deleted(store: Store, bridge: str, option: str) -> None:
    value = {"key": bridge, "url": "*/2026/*", "publisher": "news.example"}[option]
    done = wiredesk("purge", f"--{option}", value, "--yes")
    assert (done.code, done.out) == (0, "purged 1 articles, and 0 entries that had no article\n")
    assert articles(store) == 1
    again = wiredesk("purge", f"--{option}", value, "--yes")
    assert (again.code, again.err) == (2, f"wiredesk: --{option} matches nothing that is stored\n")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name what to purge by one of --key, --url and --publisher"),
        (("--url", "*", "--publisher", "news.example"), "by one of --key, --url and --publisher"),
        (("--key", "7"), "'7' is not the key of an article"),
    ],
)
def test_a_purge_of_everything_by_mistake_is_not_possible(arguments: tuple[str, ...], words: str) -> None:
    failed = wiredesk("purge", "--yes", *arguments)
    assert failed.code == 2
    assert words in failed.err


def test_retention_shows_rows_and_bytes_and_deletes_unless_it_is_a_dry_run(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, now=NOW - timedelta(days=10_000))
    setting = ("--set", "retention_articles_days=30")
    shown = wiredesk(*setting, "retention", "--dry-run")
    assert "would be deleted" in shown.out
    assert "articles, retention_articles_days" in shown.out
    assert articles(store) == 1
    found = {one["rule"]: one["rows"] for one in wiredesk(*setting, "retention", "--json").json}
    assert found["articles_age"] == 1
    assert articles(store) == 0
