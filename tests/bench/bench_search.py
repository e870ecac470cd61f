"""Times of searches, the size of the index and the cost of an insert.

`python -m tests.bench.bench_search [--articles 20000] [--distinct 5000] [--runs 5] [--data DIR]`.
The articles are made up (`tests.bench.search_articles`). Of more than `--distinct`, copies are stored, each
block later than the one before. A search is for the newest 50 matches with their snippets, on a warm cache;
its time is the median of the runs.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from statistics import median

from tests.bench.generated import TEMPORARY, Place, filled_store, rolled_back
from tests.bench.search_articles import BEGIN, contents, phrase, word
from worker.filters import parse_pairs
from worker.rows.articles import ArticleRecord
from worker.store import Connection, Store, articles, schema, search
from worker.store.db import run, value
from worker.store.search_results import most_relevant_found, newest_found
from worker.urls import key_of

BATCH = 16
"""Articles stored in one transaction, as extraction stores them."""
INSERTED = 320

OLD_INDEX = """CREATE INDEX ix_articles_search_old ON articles
    USING gin (to_tsvector('simple'::regconfig, ((COALESCE(title, ''::text) || ' '::text) || text)))"""
NEW_INDEX = "CREATE INDEX ix_articles_search ON articles USING gin (search)"

QUERIES = {
    "in nearly all articles": word(10),
    "in 30 %": word(100),
    "in 3 %": word(1000),
    "in 1 %": word(3000),
    "in 0.3 %": word(10_000),
    "rare": word(150_000),
    "unknown": "zzzzzz",
    "two common words": f"{word(50)} {word(60)}",
    "one common, one not": f"{word(50)} {word(3000)}",
    "common without common": f"{word(100)} -{word(120)}",
    "either of two": f"{word(1000)} OR {word(2000)}",
    "phrase in 5 %": f'"{phrase(20)}"',
    "phrase in 0.5 %": f'"{phrase(200)}"',
    "phrase of common words": f'"{word(20)} {word(30)}"',
    "phrase that never occurs": f'"{word(1000)} {word(1001)}"',
    "title": f"title:{word(50)}",
    "rare title": f"title:{word(3000)}",
    "author": f"author:{word(77)}",
    "beginning of words": f"{word(500)[:4]}*",
}


@dataclass
class Measured:
    """Milliseconds of queries and of storing an article; sizes in bytes."""

    articles: int = 0
    newest: dict[str, float] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    relevant: dict[str, float] = field(default_factory=dict)
    index_bytes: int = 0
    old_index_bytes: int = 0
    table_bytes: int = 0
    words_ms: float = 0
    insert_ms: float = 0
    old_insert_ms: float = 0


def filled(count: int, distinct: int, place: Place = TEMPORARY) -> AbstractContextManager[Store]:
    """A store with articles of which at most `distinct` differ."""
    fill = partial(_fill, count=count, distinct=distinct)
    return filled_store(f"bench-search-{count}-{distinct}", fill, place)


def measure(store: Store, count: int, runs: int) -> Measured:
    """Measure searches and inserts in a filled store, whose rows stay unchanged."""
    measured = Measured(count)
    for name, query in QUERIES.items():
        filter_ = parse_pairs([("q", query)])
        measured.newest[name] = _time(store, runs, partial(newest_found, filter_=filter_, limit=50))
        measured.relevant[name] = _time(store, runs, partial(most_relevant_found, filter_=filter_, limit=50))
        with store.begin() as db:
            measured.found[name] = len(newest_found(db, filter_, limit=50).articles)
    with store.begin() as db:
        measured.table_bytes = value(db, "SELECT pg_table_size('articles')")
        measured.index_bytes = value(db, "SELECT pg_relation_size('ix_articles_search')")
    inserted = list(contents(INSERTED, seed=2))
    started = time.perf_counter()
    for start in range(0, INSERTED, BATCH):
        with store.begin() as db:
            search.vectors(db, inserted[start : start + BATCH])
    measured.words_ms = (time.perf_counter() - started) * 1000 / INSERTED
    with rolled_back(store) as db:
        measured.insert_ms = _insert(db, "search")
    with rolled_back(store) as db:
        run(db, "DROP INDEX ix_articles_search")
        run(db, OLD_INDEX)
        measured.old_index_bytes = value(db, "SELECT pg_relation_size('ix_articles_search_old')")
        measured.old_insert_ms = _insert(db, "NULL::tsvector")
    return measured


def _time(store: Store, runs: int, look: Callable[[Connection], object]) -> float:
    """Return the median time of a search in milliseconds, after one that warms the cache."""
    times = []
    for _ in range(runs + 1):
        with store.begin() as db:
            started = time.perf_counter()
            look(db)
            times.append((time.perf_counter() - started) * 1000)
    return median(times[1:])


def _fill(store: Store, count: int, distinct: int) -> None:
    distinct = min(count, distinct)
    made = contents(distinct)
    with store.begin() as db:
        run(db, "DROP INDEX ix_articles_search")
    number = 0
    while batch := list(islice(made, 500)):
        records = []
        for content in batch:
            number += 1
            url = f"https://news.example/{number}"
            at = BEGIN + timedelta(minutes=number)
            records.append(
                ArticleRecord(
                    key=key_of(url),
                    url=url,
                    publisher_id=None,
                    page_id=None,
                    seen_at=at,
                    content=content,
                    content_hash=b"x" * 16,
                )
            )
        with store.begin() as db:
            articles.create(db, records)
    for block in range(1, -(-count // distinct)):
        later = timedelta(minutes=block * distinct)
        with store.begin() as db:
            _copy(db, f"copy {block}", min(distinct, count - block * distinct), later=later)
    with store.begin() as db:
        run(db, "SET LOCAL maintenance_work_mem = '512MB'")
        run(db, NEW_INDEX)


def _copy(
    db: Connection,
    name: str,
    count: int,
    *,
    skip: int = 0,
    later: timedelta = timedelta(),
    vector: str = "search",
) -> None:
    """Store copies of the first articles, after `skip` of them, under the addresses of `name`."""
    names = [
        column.name for column in schema.articles.c if column.name not in ("id", "key", "stored_at", "search")
    ]
    run(
        db,
        f"""INSERT INTO articles (key, stored_at, search, {", ".join(names)})
        SELECT md5(:name || ' ' || id)::uuid, stored_at + :later, {vector}, {", ".join(names)}
        FROM articles WHERE id > :skip AND id <= :last ORDER BY id""",
        name=name,
        later=later,
        skip=skip,
        last=skip + count,
    )


def _insert(db: Connection, vector: str) -> float:
    """Return milliseconds of PostgreSQL for an article that is stored in a batch."""
    started = time.perf_counter()
    for skip in range(0, INSERTED, BATCH):
        _copy(db, f"inserted {vector}", BATCH, skip=skip, vector=vector)
    return (time.perf_counter() - started) * 1000 / INSERTED


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--distinct", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    Place.add_options(parser)
    given = parser.parse_args()
    place = Place.of(parser, given)
    with filled(given.articles, given.distinct, place) as store:
        if place.only_build:
            return
        found = measure(store, given.articles, given.runs)
    print(f"{found.articles:,} articles; the newest 50 matches with snippets, median of {given.runs} runs\n")
    print(f"{'query':26} {'found':>5} {'newest':>10} {'relevance':>10}")
    for name, milliseconds in found.newest.items():
        print(f"{name:26} {found.found[name]:5} {milliseconds:7.1f} ms {found.relevant[name]:7.1f} ms")
    share = found.index_bytes / found.table_bytes
    print(f"\nindex {found.index_bytes / 2**20:,.0f} MiB, {share:.0%} of the table with its texts;", end=" ")
    print(f"the index of exact words only {found.old_index_bytes / 2**20:,.0f} MiB")
    print(
        f"insert {found.insert_ms:.2f} ms an article in PostgreSQL, and {found.words_ms:.2f} ms for its",
        end=" ",
    )
    print(f"words; with the index of exact words only {found.old_insert_ms:.2f} ms")


if __name__ == "__main__":
    main()
