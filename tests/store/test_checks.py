"""The database itself refuses half-made moves: a state and its columns change together or not at all."""

import pytest

from tests.store.rows import NOW, added_feed, discovered_entry, fetched_page, host_of, stored_article
from worker.rows.hub_subscriptions import NewSubscription
from worker.store import Store, gaps, hubs, walks
from worker.store.db import Unstorable, rows, run

HALF_MADE = {
    "ck_hosts_lane": "UPDATE hosts SET lane = 'fast'",
    "ck_feeds_state": "UPDATE feeds SET state = 'asleep', due_at = NULL",
    "ck_feeds_due_while_active": "UPDATE feeds SET state = 'paused'",
    "ck_feeds_reason_when_retired": "UPDATE feeds SET state = 'retired', due_at = NULL",
    "ck_entries_state": """UPDATE entries SET state = 'lost', due_at = NULL, finished_at = now()
        WHERE state = 'waiting'""",
    "ck_entries_due_while_waiting": "UPDATE entries SET due_at = NULL WHERE state = 'waiting'",
    "ck_entries_article_when_stored": "UPDATE entries SET article_id = NULL WHERE state = 'stored'",
    "ck_entries_reason_when_refused": """UPDATE entries SET state = 'refused', due_at = NULL, finished_at =
    now()
        WHERE state = 'waiting'""",
    "ck_entries_finished_at": "UPDATE entries SET finished_at = now() WHERE state = 'waiting'",
    "ck_entries_published_precision": "UPDATE entries SET published_precision = 'roughly'",
    "ck_entries_updated_precision": "UPDATE entries SET updated_precision = 'roughly'",
    "ck_entries_look": "UPDATE entries SET look = 'odd', look_since = now() WHERE state = 'stored'",
    "ck_entries_look_fields": "UPDATE entries SET look = 'refused' WHERE state = 'stored'",
    "ck_pages_state": "UPDATE pages SET state = 'half-read', due_at = NULL",
    "ck_pages_due_while_fetched": "UPDATE pages SET due_at = NULL",
    "ck_pages_body_while_fetched": "UPDATE pages SET body = NULL",
    "ck_pages_reason_when_refused": "UPDATE pages SET state = 'refused', due_at = NULL",
    "ck_articles_state": "UPDATE articles SET state = 'hidden'",
    "ck_articles_published_precision": "UPDATE articles SET published_precision = 'roughly'",
    "ck_articles_modified_precision": "UPDATE articles SET modified_precision = 'roughly'",
    "ck_articles_removed_at": "UPDATE articles SET state = 'removed'",
    "ck_gaps_fill": "UPDATE gaps SET fill = 'maybe'",
    "ck_walks_state": "UPDATE walks SET state = 'lost', due_at = NULL, reason = 'overlap'",
    "ck_walks_due_while_open": "UPDATE walks SET state = 'done', reason = 'overlap'",
    "ck_walks_reason_when_over": "UPDATE walks SET state = 'done', due_at = NULL",
    "ck_poll_price_one_row": """INSERT INTO poll_price (id, goal, control, polls, timed, waited)
        VALUES (2, 'budget 100', '{}', 0, 0, 0)""",
    "ck_hub_subscriptions_state": "UPDATE hub_subscriptions SET state = 'asleep'",
    "ck_hub_subscriptions_asked": "UPDATE hub_subscriptions SET asked = 'nicely', asked_at = now()",
    "ck_hub_subscriptions_asked_at": "UPDATE hub_subscriptions SET asked = 'subscribe'",
    "ck_hub_subscriptions_lease_while_active": "UPDATE hub_subscriptions SET state = 'active'",
    "ck_hub_subscriptions_reason_when_denied": "UPDATE hub_subscriptions SET state = 'denied'",
    "ck_changes_kind": "UPDATE changes SET kind = 'touched'",
    "ck_changes_cause": "UPDATE changes SET cause = 'weather'",
    "ck_api_keys_scope": """INSERT INTO api_keys (name, hash, prefix, scope, added_at)
        VALUES ('x', '', '', 'all', now())""",
    "ck_accounts_role": "INSERT INTO accounts (name, role, added_at) VALUES ('x', 'root', now())",
    "ck_accounts_invited_until": """INSERT INTO accounts (name, role, added_at, invitation)
        VALUES ('x', 'viewer', now(), 'x')""",
    "ck_sinks_kind": "INSERT INTO sinks (name, kind) VALUES ('x', 'pigeon')",
    "ck_sinks_mode": "INSERT INTO sinks (name, kind, mode) VALUES ('x', 'webhook', 'asleep')",
}
"""One move for each CHECK that it must refuse."""


@pytest.fixture
def filled(store: Store) -> Store:
    """A waiting entry with a fetched page, and a stored one with its article."""
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://news.example/waiting")
        fetched_page(db, entry_id)
    with store.begin() as db:
        stored_article(db)
        feed_id = added_feed(db)
        gap_id = gaps.record(db, feed_id, noticed_at=NOW, since=NOW, before=None, after=None)
        host_id = host_of(db, "https://news.example/")
        walks.begin(
            db, feed_id, host_id=host_id, kind="page", url="https://news.example/2", since=None, pages=1,
            due_at=NOW, gap_id=gap_id,
        )  # fmt: skip
        hub = NewSubscription("https://hub.example/", host_id, "https://news.example/feed.xml", "t", "s")
        hubs.name(db, feed_id, [hub], now=NOW)
    return store


@pytest.mark.parametrize("check", HALF_MADE)
def test_a_half_made_move_is_refused(filled: Store, check: str) -> None:
    with pytest.raises(Unstorable, match=check), filled.begin() as db:
        run(db, HALF_MADE[check])


def test_no_check_is_left_out(store: Store) -> None:
    with store.begin() as db:
        found = rows(db, "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck_%'")
    assert {row["conname"] for row in found} == set(HALF_MADE)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO feeds (url, host_id, state, due_at) SELECT url, host_id, state, due_at FROM feeds",
        "INSERT INTO hosts (key) SELECT key FROM hosts",
        """INSERT INTO entries (key, state, due_at, item_hash)
            SELECT key, 'waiting', now(), item_hash FROM entries""",
    ],
)
def test_nothing_is_there_twice(filled: Store, statement: str) -> None:
    with pytest.raises(Unstorable, match="uq_"), filled.begin() as db:
        run(db, statement)
