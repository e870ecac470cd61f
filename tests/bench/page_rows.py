"""Rows for the bench of the pages: feeds, hosts, entries in every state, articles, gaps and conditions.

Half of the entries are stored, a fifth are refused for reasons of very different frequency, and the newest of
each feed come last, as they would in a service that has run for three months.
"""

from tests.bench.page_rows_sinks import SINK_STATEMENTS, STORY_STATEMENTS
from worker.store import Store
from worker.store.db import run

HOSTS_SHARE = 5
"""Feeds on one host."""
ENTRIES_SHARE = 2
"""Entries for each article."""

STATEMENTS = (
    """INSERT INTO hosts (key, lane, rest_until, errors, reason, poll_due_at, robots_status, requests)
    SELECT 'https://host' || n || '.example:443', CASE WHEN n % 50 = 0 THEN 'silent' ELSE 'answering' END,
        CASE WHEN n % 200 = 0 THEN now() + interval '10 minutes' END,
        CASE WHEN n % 50 = 0 THEN 3 ELSE 0 END, CASE WHEN n % 50 = 0 THEN 'timeout' END,
        now() + random() * interval '1 hour', 200, (1000 * random())::bigint
    FROM generate_series(1, :hosts) AS n""",
    """INSERT INTO publishers (site, name, labels) SELECT 'host' || n || '.example', 'Paper ' || n,
        CASE WHEN n % 3 = 0 THEN '{national}'::text[] ELSE '{}' END
    FROM generate_series(1, :hosts) AS n""",
    """INSERT INTO feeds (url, host_id, publisher_id, state, due_at, errors, reason, title, labels, polls,
        discovered, last_polled_at, last_ok_at, last_new_at)
    SELECT 'https://host' || 1 + n % :hosts || '.example/feed/' || n, 1 + n % :hosts, 1 + n % :hosts,
        CASE WHEN n % 40 = 0 THEN 'paused' WHEN n % 90 = 0 THEN 'retired' ELSE 'active' END,
        CASE WHEN n % 40 > 0 AND n % 90 > 0 THEN now() + random() * interval '1 hour' END,
        CASE WHEN n % 30 = 0 THEN 4 ELSE 0 END,
        CASE WHEN n % 30 = 0 THEN 'timeout' WHEN n % 90 = 0 THEN 'gone' END,
        'Feed number ' || n, CASE WHEN n % 7 = 0 THEN '{sport}'::text[] ELSE '{}' END,
        1000, :entries / :feeds, now() - random() * interval '1 hour', now() - random() * interval '1 hour',
        now() - random() * interval '1 day'
    FROM generate_series(1, :feeds) AS n""",
    *STORY_STATEMENTS,
    """INSERT INTO articles (key, url, state, publisher_id, revision, title, published, published_precision,
        language, text, word_count, kind, blocks, images, rights, provenance, extractor, content_hash,
        stored_at, search, story_id)
    SELECT gen_random_uuid(), 'https://host' || 1 + n % :hosts || '.example/' || n, 'live', 1 + n % :hosts, 1,
        title, at - random() * interval '1 hour', 'instant', CASE WHEN n % 1000 = 7 THEN 'de' ELSE 'en' END,
        title, 9, 'article', '[]', '[]', '{}', '{}', '6', '', at, to_tsvector('simple', title),
        CASE WHEN n % 10 < 5 THEN 1 + n / 10 END
    FROM generate_series(1, :articles) AS n, LATERAL (
        SELECT 'w' || n % 5000 || ' story ' || n AS title,
            now() - (:articles - n) * (interval '90 days' / :articles) AS at
    ) AS t""",
    """INSERT INTO entries (key, feed_id, host_id, url, title, state, reason, due_at, article_id, item_hash,
        discovered_at, finished_at, published)
    SELECT gen_random_uuid(), 1 + n % :feeds, 1 + n % :hosts,
        'https://host' || 1 + n % :hosts || '.example/' || n, 'Entry ' || n, state,
        CASE WHEN state = 'refused' THEN
            (ARRAY['consent-wall', 'timeout', 'http-error', 'too-short'])[1 + floor(4 * random() ^ 2)] END,
        CASE WHEN state = 'waiting' THEN at END,
        CASE WHEN state IN ('stored', 'duplicate') THEN 1 + n / 2 % :articles END, gen_random_uuid(), at,
        CASE WHEN state <> 'waiting' THEN at END, at
    FROM generate_series(1, :entries) AS n, LATERAL (
        SELECT now() - (:entries - n) * (interval '90 days' / :entries) AS at,
            CASE WHEN n % 2 = 0 THEN 'stored' WHEN n % 10 IN (1, 3) THEN 'refused'
                WHEN n > :entries * 0.999 THEN 'waiting' ELSE 'duplicate' END AS state
    ) AS e""",
    """INSERT INTO sightings (feed_id, entry_id, position, first_seen_at, last_seen_at)
    SELECT feed_id, id, 0, discovered_at, discovered_at FROM entries""",
    """INSERT INTO changes (article_id, kind, revision, at)
    SELECT id, 'created', 1, stored_at FROM articles ORDER BY id""",
    """INSERT INTO gaps (feed_id, noticed_at, since, before, after)
    SELECT n, now() - n * interval '1 minute', now() - (n + 60) * interval '1 minute', 'One', 'Two'
    FROM generate_series(1, :feeds, 20) AS n""",
    """INSERT INTO feed_conditions (feed_id, condition, since, reason)
    SELECT id, 'failing', now() - interval '2 h', reason FROM feeds WHERE errors > 0 AND state = 'active'""",
    """INSERT INTO pages (entry_id, state, reason, url, status, content_type, body, size, fetched_at,
        expires_at)
    SELECT id, CASE state WHEN 'refused' THEN 'refused' ELSE 'extracted' END, reason, url, 200, 'text/html',
        '<title>Please agree</title><p>We value your privacy', 60, finished_at,
        finished_at + interval '9 days'
    FROM entries WHERE state IN ('refused', 'stored') AND id > :entries * 0.8""",
    *SINK_STATEMENTS,
)


def fill(store: Store, *, feeds: int, entries: int) -> None:
    """Generate the rows; the numbers of the others follow from these two."""
    values = {
        "feeds": feeds,
        "entries": entries,
        "hosts": max(1, feeds // HOSTS_SHARE),
        "articles": max(1, entries // ENTRIES_SHARE),
    }
    with store.begin() as db:
        run(db, "SELECT setseed(0.5)")
        for statement in STATEMENTS:
            for name, number in values.items():
                statement = statement.replace(f":{name}", str(number))
            run(db, statement)
    with store.begin() as db:
        run(db, "ANALYZE")
