"""The plans of the queries that are asked all day: each by its index, none by reading a table to its end.

The statements explained are those that the store's functions send, captured on their way to PostgreSQL.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from tests.fixtures.databases import Databases
from tests.store.rows import item
from worker.extract.story_links import StoryText
from worker.model import HostLane
from worker.store import (
    Connection,
    Store,
    articles,
    changes,
    entries,
    feeds,
    hosts,
    hubs,
    lookup,
    newest_matches,
    pages,
    pushes,
    reading,
    search,
    sightings,
    stats,
    stories,
    walks,
)
from worker.store.db import run
from worker.text.search_query import parse_query

NOW = datetime(2100, 1, 1, tzinfo=UTC)
SOON = datetime.now(UTC) + timedelta(hours=1)
"""Nearly nothing has expired then, as on every day."""
LEASE = timedelta(minutes=3)

COMMON_SEARCH = newest_matches.Search(parse_query("text"))

FILLING = (
    """INSERT INTO hosts (key, poll_due_at, fetch_due_at) SELECT 'h' || n,
        now() + n * interval '1 minute', now() + n * interval '1 minute' FROM generate_series(1, 4000) n""",
    "INSERT INTO publishers (site) SELECT 'h' || n FROM generate_series(1, 4000) n",
    """INSERT INTO feeds (url, host_id, state, due_at)
        SELECT 'https://h' || n || '.example/feed', n, 'active', now() + n * interval '1 minute'
        FROM generate_series(1, 4000) n""",
    """INSERT INTO entries (key, feed_id, host_id, url, state, due_at, item_hash, page_key)
        SELECT md5(n::text)::uuid, 1 + n % 4000, nullif(1 + n % 4000, 5), 'https://h.example/' || n,
            'waiting', now() + n * interval '1 second', md5(n::text)::uuid, md5(n::text)::uuid
        FROM generate_series(1, 20000) n""",
    """INSERT INTO sightings (feed_id, entry_id, guid_key, item_hash, position, first_seen_at, last_seen_at)
        SELECT feed_id, id, key, id, 0, now(), now() FROM entries""",
    """INSERT INTO tombstones (key, purged_at, why)
        SELECT md5('t' || n)::uuid, now(), '' FROM generate_series(1, 20000) n""",
    "INSERT INTO story_bands SELECT n % 5000, n FROM generate_series(1, 20000) n",
    "INSERT INTO story_queue (article_id) SELECT n FROM generate_series(1, 20000) n",
    """INSERT INTO pages (entry_id, state, due_at, url, size, body, fetched_at, expires_at)
        SELECT n, CASE n % 2 WHEN 0 THEN 'fetched' ELSE 'extracted' END,
            CASE n % 2 WHEN 0 THEN now() + n * interval '1 second' END, '', 0, '', now(),
            now() + n * interval '1 minute'
        FROM generate_series(1, 8000) n""",
    """INSERT INTO articles (key, url, publisher_id, state, revision, title, text, word_count, kind, blocks,
            images, rights, provenance, extractor, content_hash, signature, bands, stored_at,
            search)
        SELECT md5(n::text)::uuid, 'https://h.example/' || n, 1 + n % 4000, 'live', 1, 'title ' || n,
            'word' || n || ' and text', 3, 'article', '[]', '[]', '{}', '{}', '1', '', '', ARRAY[n, -n],
            now() + n * interval '1 second', to_tsvector('simple', 'word' || n || ' and text')
        FROM generate_series(1, 8000) n""",
    """UPDATE entries SET state = 'stored', article_id = id, due_at = NULL, finished_at = now()
        WHERE id > 1000 AND id <= 8000""",
    """INSERT INTO revisions (article_id, number, page_id, seen_at, content_hash, extractor)
        SELECT n, 1, n, now(), '', '1' FROM generate_series(1, 8000) n""",
    """INSERT INTO changes (article_id, kind, revision, at)
        SELECT n, 'created', 1, now() FROM generate_series(1, 8000) n""",
    """INSERT INTO gaps (feed_id, noticed_at, since)
        SELECT n, now(), now() FROM generate_series(1, 4000) n""",
    """INSERT INTO hub_subscriptions (feed_id, host_id, hub, address, topic, token, secret, state, due_at)
        SELECT n, n, 'https://hub.example/', 'https://hub.example/', '', 't' || n, '', 'wanted',
            now() + n * interval '1 minute' FROM generate_series(1, 4000) n""",
    """INSERT INTO pushes (subscription_id, due_at, encoding, body, body_hash, received_at)
        SELECT 1 + n % 4000, now() + n * interval '1 second', '', '', md5(n::text)::uuid, now()
        FROM generate_series(1, 4000) n""",
    """INSERT INTO walks (feed_id, host_id, state, due_at, kind, next_url, pages_limit)
        SELECT n, n, 'open', now() + n * interval '1 minute', 'page', 'https://h.example/', 10
        FROM generate_series(1, 4000) n""",
    "ANALYZE",
)


ONE_GREEDY_HOST = (
    "INSERT INTO hosts (key) VALUES ('h1'), ('h2')",
    """INSERT INTO entries (key, host_id, url, state, due_at, errors, discovered_at, item_hash)
        SELECT md5(n::text)::uuid, 1, 'https://h.example/' || n, 'waiting', now() + n * interval '1 second',
            greatest(0, n % 10 - 7), now() + n * interval '1 second', md5(n::text)::uuid
        FROM generate_series(1, 100000) n""",
    "ANALYZE",
)
"""Most of its entries were never tried, and a fifth failed before."""

BY_INDEX = frozenset({"Index Scan", "Index Only Scan", "ModifyTable"})


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[Store]:
    """A store with thousands of rows of everything."""
    with databases.fresh() as url:
        store = Store(url)
        with store.begin() as db:
            for statement in FILLING:
                run(db, statement)
        yield store
        store.close()


def plans(store: Store, ask: Callable[[Connection], object]) -> list[dict[str, Any]]:
    """The plans of what `ask` sends, without its effects."""
    sent: list[tuple[str, Any]] = []

    def catch(_db: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("SET "):
            sent.append((statement, parameters))

    with store.begin() as db:
        event.listen(db, "before_cursor_execute", catch)
        ask(db)
        event.remove(db, "before_cursor_execute", catch)
        db.rollback()
    with store.begin() as db:
        explained = [
            db.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", values).scalar() for sql, values in sent
        ]
    return [(json.loads(found) if isinstance(found, str) else found)[0]["Plan"] for found in explained]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan and everything below it."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


QUERIES: Sequence[tuple[str, Callable[[Connection], object], set[str]]] = (
    (
        "hosts to poll",
        lambda db: hosts.claim(db, "poll", now=NOW, lease=LEASE, limit=32, lane=HostLane.NEW),
        {"ix_hosts_lane_poll_due_at"},
    ),
    (
        "hosts to fetch",
        lambda db: hosts.claim(db, "fetch", now=NOW, lease=LEASE, limit=32, lane=HostLane.NEW),
        {"ix_hosts_lane_fetch_due_at"},
    ),
    ("doubtful looks", lambda db: stats.doubtful(db), {"ix_entries_doubtful"}),
    (
        "hosts for free places",
        lambda db: hosts.take_answering(db, "fetch", now=NOW, lease=LEASE, limit=32),
        {"ix_hosts_lane_fetch_due_at"},
    ),
    (
        "slow messages that are out",
        lambda db: hosts.slow_messages(db, "fetch", now=SOON),
        {"ix_hosts_claimed_for_free_at"},
    ),
    (
        "whether any host answers",
        lambda db: hosts.any_answers(db),
        {"ix_hosts_lane_poll_due_at", "ix_hosts_lane_fetch_due_at"},
    ),
    ("hosts woken", lambda db: hosts.wake(db, [7]), {"ix_feeds_host_id_due_at", "ix_entries_host_id_due_at"}),
    (
        "walks of a turn",
        lambda db: walks.take_due(db, [7], now=NOW, lease=LEASE),
        {"ix_walks_host_id_due_at"},
    ),
    (
        "subscriptions of a turn",
        lambda db: hubs.take_due(db, [7], now=NOW, lease=LEASE, limit=16),
        {"ix_hub_subscriptions_host_id_due_at"},
    ),
    (
        "subscriptions of a feed",
        lambda db: (hubs.of_feed(db, 7), hubs.live(db, 7)),
        {"ix_hub_subscriptions_feed_id_hub_topic"},
    ),
    ("a callback", lambda db: hubs.by_token(db, "t7", lock=True), {"uq_hub_subscriptions_token"}),
    ("pushes to read", lambda db: pushes.claim(db, now=NOW, lease=LEASE, limit=16), {"ix_pushes_due_at"}),
    (
        "pushes that wait",
        lambda db: pushes.waiting(db, 7),
        {"ix_pushes_subscription_id_body_hash"},
    ),
    ("pages to extract", lambda db: pages.claim(db, now=NOW, lease=LEASE, limit=16), {"ix_pages_due_at"}),
    ("pages to forget", lambda db: pages.expire(db, now=SOON, limit=16), {"ix_pages_expires_at"}),
    (
        "entries of a turn",
        lambda db: entries.take_due(db, [7], now=NOW, lease=LEASE, limit=32),
        {"ix_entries_host_id_due_at", "ix_entries_host_id_newest"},
    ),
    (
        "entries without page",
        lambda db: entries.without_page(db, now=NOW, limit=9),
        {"ix_entries_host_id_due_at"},
    ),
    (
        "entries known",
        lambda db: entries.known(db, 7, keys=[uuid4()], guid_keys=[uuid4()]),
        {"uq_entries_key", "ix_sightings_feed_id_guid_key"},
    ),
    ("entries fetched at", lambda db: articles.fetched_at(db, [uuid4()]), {"ix_entries_page_key"}),
    (
        "articles at addresses",
        lambda db: articles.lock(db, keys=[uuid4()], ids=[7]),
        {"uq_articles_key", "pk_articles", "ix_entries_article_id"},
    ),
    (
        "sightings again",
        lambda db: sightings.see_again(db, 7, [7, 8], now=NOW),
        {"ix_sightings_feed_id_item_hash"},
    ),
    (
        "feeds of a turn",
        lambda db: feeds.take_due(db, [7], now=NOW, lease=LEASE, limit=16),
        {"ix_feeds_host_id_due_at"},
    ),
    ("changes after", lambda db: changes.after(db, 7000, limit=100), {"pk_changes"}),
    ("newest articles", lambda db: reading.newest(db, limit=20, before=7000), {"ix_articles_stored_at"}),
    (
        "articles that follow",
        lambda db: reading.changed_after(db, 7000, limit=20),
        {"pk_changes", "pk_articles"},
    ),
    (
        "article at an address",
        lambda db: lookup.by_url(db, "https://h.example/77"),
        {"uq_articles_key", "uq_entries_key", "ix_entries_page_key", "ix_revisions_url"},
    ),
    (
        "articles of a story",
        lambda db: stories.candidates(db, [StoryText(77, None, None, 500, b"text" * 128)]),
        {"pk_story_bands", "ix_story_bands_article_id"},
    ),
    (
        "search of a common word",
        lambda db: newest_matches.newest(db, COMMON_SEARCH, limit=20),
        {"ix_articles_stored_at"},
    ),
    ("articles not indexed", lambda db: search.fill(db), {"ix_articles_search_missing"}),
    ("articles to relate", lambda db: stories.waiting(db, limit=50), {"pk_story_queue"}),
    (
        "oldest due",
        lambda db: stats.oldest_due(db, now=NOW),
        {"ix_hosts_lane_poll_due_at", "ix_hosts_lane_fetch_due_at", "ix_pages_due_at"},
    ),
)


@pytest.mark.parametrize("ask, indexes", [q[1:] for q in QUERIES], ids=[q[0] for q in QUERIES])
def test_a_query_of_every_day_goes_by_its_index(
    filled: Store, ask: Callable[[Connection], object], indexes: set[str]
) -> None:
    found = [node for plan in plans(filled, ask) for node in nodes(plan)]

    used = {node["Index Name"] for node in found if "Index Name" in node}
    assert indexes <= used, f"it uses {used}"
    assert [n["Relation Name"] for n in found if n["Node Type"] == "Seq Scan"] in ([], ["epochs"])


def test_inserting_does_not_read_the_tables_either(filled: Store) -> None:
    new = [item(f"https://h.example/new/{n}") for n in range(20)]

    def poll(db: Connection) -> None:
        ids = entries.insert(db, 7, new, now=NOW)
        sightings.see(db, 7, [(ids[one.key], one) for one in new], now=NOW)
        entries.edit(db, [(ids[one.key], one) for one in new], now=NOW)

    assert [n for plan in plans(filled, poll) for n in nodes(plan) if n["Node Type"] == "Seq Scan"] == []


def test_a_turn_of_a_host_with_100000_due_entries_reads_only_the_ends_of_its_indexes(
    databases: Databases,
) -> None:
    with databases.fresh() as url, closing(Store(url)) as store:
        with store.begin() as db:
            for statement in ONE_GREEDY_HOST:
                run(db, statement)
        found = plans(store, lambda db: entries.take_due(db, [1], now=NOW, lease=LEASE, limit=32))

        read = [node for plan in found for node in nodes(plan) if node.get("Relation Name") == "entries"]
        assert {"ix_entries_host_id_due_at", "ix_entries_host_id_newest"} <= {
            node["Index Name"] for plan in found for node in nodes(plan) if "Index Name" in node
        }
        assert [node["Node Type"] for node in read if node["Node Type"] not in BY_INDEX] == []
        assert [node for plan in found for node in nodes(plan) if node["Node Type"] == "Sort"] == []
