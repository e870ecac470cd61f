"""Each filter over many articles: `make bench-filters`, or with more of them `ARGS='--articles 1000000'`.

Three years of generated articles in the order of storing: publishers and feeds of very different size, some
with old articles only, rare and common values of each condition. For each filter the table has the time of
the newest 50 articles that match, and of a page of the change log with the filter, the slower of the first
and of one in the middle: the median of five runs after one to warm up, in milliseconds.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from tests.bench.generated import TEMPORARY, Place, filled_store, timed
from worker.filters import parse_text
from worker.store import Store, changes, following, reading
from worker.store.db import run

DEFAULT_ARTICLES = 20_000
MOST_MILLISECONDS = 100
"""What each may take over 1,000,000 articles, warm."""
LIMIT = 50
"""Articles on a page of the list."""

FILTERS = (
    *("", "language=de", "language=is", "language=cy", "language=de-AT", "language=de language=fr"),
    *("language=-en", "language=und", "publisher=site0.example", "publisher=site900.example"),
    *("publisher=old.example", "publisher=-site0.example", "publisher=site1.example publisher=old.example"),
    *("feed=1", "feed=1500", "feed=2900", "feed=-1", "label=sea", "label=national", "label=-national"),
    *("kind=article", "kind=video", "kind=-article", "state=removed", "state=live", "story=77", "story=none"),
    *("wire=true", "wire=false", "wire=unknown", "wire=-true"),
    *("rights=noindex", "rights=noarchive", "rights=noai", "rights=tdm_reserved", "rights=denied"),
    *("rights=licence", "rights=paywalled", "rights=-tdm_reserved", "rights=noai rights=noindex"),
    *("published_from=2026-04-01", "published_to=2020-01-01"),
    *(
        "published_from=2024-01-01 published_to=2024-01-31",
        "published_from=2023-06-01 published_to=2024-06-01",
    ),
    *("stored_from=2026-04-29", "stored_to=2023-06-01", "stored_from=2024-01-01 stored_to=2024-01-07"),
    *("q=w7", "q=w777", "q=w777 language=cy", "q=w7 publisher=old.example", "q='w7 w9' language=de"),
    *("changed=title", "changed=images", "cause=operator", "min_words=9"),
    "language=fr publisher=old.example",
    "language=is kind=video",
    "publisher=site0.example language=cy",
    "publisher=old.example stored_from=2026-01-01",
    "label=national language=de kind=video wire=true",
    "state=removed rights=denied",
)
"""Common, rare and old values of each condition, and combinations that match little or nothing."""

TABLES = """
CREATE TEMP TABLE numbers AS
SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6,
    timestamptz '2026-05-01' - (:articles - n) * (interval '3 years' / :articles) AS at
FROM generate_series(1, :articles) AS n
"""

ARTICLES = """
INSERT INTO articles (key, url, state, publisher_id, story_id, revision, title, authors, published,
    published_precision, language, text, word_count, kind, paywalled, blocks, images, rights, provenance,
    extractor, content_hash, stored_at, removed_at, wire, search)
SELECT gen_random_uuid(), 'https://x.example/' || n, CASE WHEN r1 < 0.005 THEN 'removed' ELSE 'live' END,
    CASE WHEN n < :articles * 0.05 AND r2 < 0.4 THEN 2001 ELSE 1 + floor(2000 * r3 ^ 3) END,
    CASE WHEN r4 < 0.2 THEN (n + 9) / 10 END,
    1, 'Title ' || n, ARRAY['Ada Writer'],
    CASE WHEN r5 < 0.03 THEN NULL WHEN r5 < 0.08 THEN at - r1 * interval '10 years'
        ELSE at - r1 * interval '2 h' END,
    'instant',
    CASE WHEN n < :articles * 0.01 AND r6 < 0.5 THEN 'cy' WHEN r6 < 0.02 THEN NULL WHEN r6 < 0.021 THEN 'is'
        WHEN r6 < 0.3 THEN 'de' WHEN r6 < 0.33 THEN 'de-AT' WHEN r6 < 0.43 THEN 'fr' WHEN r6 < 0.85 THEN 'en'
        ELSE 'es' END,
    words, 60,
    CASE WHEN r2 < 0.95 THEN 'article' WHEN r2 < 0.97 THEN 'video' WHEN r2 < 0.99 THEN 'gallery'
        ELSE 'audio' END,
    CASE WHEN r3 < 0.08 THEN true WHEN r3 < 0.7 THEN false END, '[]', '[]',
    jsonb_build_object('robots', '[]'::jsonb, 'noindex', r4 < 0.002, 'noarchive', r4 BETWEEN 0.5 AND 0.51,
        'noai', r5 BETWEEN 0.5 AND 0.505, 'tdm_reserved', r6 < 0.05,
        'licence', CASE WHEN r1 BETWEEN 0.5 AND 0.503 THEN 'https://l.example/' END,
        'agents_denied', CASE WHEN r2 < 0.03 THEN '["bot"]'::jsonb ELSE '[]'::jsonb END),
    '{}', '6', '', at, CASE WHEN r1 < 0.005 THEN at END,
    CASE WHEN r3 < 0.1 THEN true WHEN r3 < 0.8 THEN false END, to_tsvector('simple', words)
FROM numbers, LATERAL (
    SELECT string_agg('w' || floor(5000 * random() ^ 3), ' ') AS words FROM generate_series(n, n + 59)
) AS w ORDER BY n
"""

OTHERS = (
    "INSERT INTO hosts (key) VALUES ('https://x.example:443')",
    "INSERT INTO publishers (site) SELECT 'site' || n || '.example' FROM generate_series(0, 1999) AS n",
    "INSERT INTO publishers (site, labels) VALUES ('old.example', '{past}')",
    """INSERT INTO feeds (url, host_id, state, due_at, labels)
    SELECT 'https://x.example/feed/' || n, 1, 'active', now(),
        CASE WHEN n % 600 = 7 THEN '{sea}'::text[] WHEN n % 3 = 0 THEN '{national}' ELSE '{}' END
    FROM generate_series(1, 3000) AS n""",
    "INSERT INTO stories (size) SELECT 2 FROM generate_series(1, :stories)",
)

ENTRIES = """
INSERT INTO entries (key, feed_id, host_id, url, state, article_id, item_hash, finished_at)
SELECT gen_random_uuid(), 1, 1, 'https://x.example/' || n, 'stored', n, gen_random_uuid(), at FROM numbers
ORDER BY n
"""

SIGHTINGS = """
INSERT INTO sightings (feed_id, entry_id, position, first_seen_at, last_seen_at)
SELECT CASE WHEN n < :articles * 0.05 AND r1 < 0.4 THEN 2900 ELSE 1 + floor(2800 * r2 ^ 3) END, n, 0, at, at
FROM numbers UNION SELECT 1 + floor(2800 * r3), n, 3, at, at FROM numbers WHERE r4 < 0.3
ON CONFLICT DO NOTHING
"""

LINES = """
INSERT INTO changes (article_id, kind, revision, at, changed)
SELECT n, kind, revision, at, changed FROM (
    SELECT n, at, 'created' AS kind, 1 AS revision, '{}'::text[] AS changed FROM numbers
    UNION ALL SELECT n, at + interval '1 h', 'revised', 2,
        CASE WHEN r4 < 0.2 THEN '{title}'::text[] ELSE '{text}' END FROM numbers WHERE r5 < 0.2) AS l
ORDER BY at
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of the newest articles that match a filter (`found` of them), and of following."""

    filter_: str
    found: int
    newest: float
    follow: float


def fill(store: Store, articles: int) -> None:
    """Generate articles with their feeds, publishers, stories and lines of the change log."""
    values = {"articles": articles, "stories": articles // 10 + 1}
    with store.begin() as db:
        # No checks of foreign keys: the rows are right, and there are millions.
        run(db, "SET LOCAL session_replication_role = replica")
        run(db, "SELECT setseed(0.5)")
        for statement in (*OTHERS, TABLES, ARTICLES, ENTRIES, SIGHTINGS, LINES):
            for name, number in values.items():
                statement = statement.replace(f":{name}", str(number))
            run(db, statement)
        run(db, "DROP TABLE numbers")


def measure(store: Store, texts: Sequence[str] = FILTERS) -> Iterator[Figures]:
    """Measure each filter."""
    with store.begin() as db:
        middle = changes.newest(db) // 2
    for text in texts:
        filter_ = parse_text(text)
        found, listing = timed(store, partial(reading.newest, limit=LIMIT, filter_=filter_))
        _, begins = timed(store, partial(following.scan, cursor=0, limit=LIMIT, filter_=filter_))
        _, follows = timed(store, partial(following.scan, cursor=middle, limit=LIMIT, filter_=filter_))
        yield Figures(text or "(all)", len(found), listing, max(begins, follows))


def filled(articles: int, place: Place = TEMPORARY) -> AbstractContextManager[Store]:
    """A store with generated articles."""
    return filled_store(f"bench-filters-{articles}", partial(fill, articles=articles), place)


def main() -> int:
    """Print the figures; return 1 if a filter takes longer than `MOST_MILLISECONDS`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=DEFAULT_ARTICLES)
    parser.add_argument("--filter", action="append", help="measure this one; may be repeated")
    Place.add_options(parser)
    arguments = parser.parse_args()
    place = Place.of(parser, arguments)
    slow = 0
    with filled(arguments.articles, place) as store:
        if place.only_build:
            return 0
        print(f"{arguments.articles:,} articles, milliseconds")
        print(f"{'newest':>8} {'follow':>8} {'found':>5}  filter")
        for one in measure(store, arguments.filter or FILTERS):
            print(f"{one.newest:8.1f} {one.follow:8.1f} {one.found:5d}  {one.filter_}", flush=True)
            slow += max(one.newest, one.follow) > MOST_MILLISECONDS
    print(f"{slow} of them take more than {MOST_MILLISECONDS} ms")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
