"""Exporting many articles: `python -m tests.bench.bench_export [--articles 1000000]`, `make bench-export`.

Generated articles of about 400 words, over 100 days (`--days`), each listed by one feed. The export runs in a
separate process, whose memory is sampled; it is then repeated after one edit. The table has the rate, the CPU
time of the process, its memory, and the size on disk. The exit code is 1 when the memory exceeds the bound.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection as PipeEnd
from pathlib import Path

from tests.bench.generated import Place, filled_server
from tests.bench.measure import Meter, Usage
from worker.model import ChangeKind
from worker.services.files.directory import ExportDirectory
from worker.services.files.export import run_export
from worker.services.files.plan import ExportOptions
from worker.store import Connection, Store, changes
from worker.store.changes import Change
from worker.store.db import run
from worker.store.where import Where

DEFAULT_ARTICLES = 20_000
LINES_AT_ONCE = 10_000
MIB_MOST = 700
"""Memory that an export may use, however many articles there are: about 300 MiB of it are pyarrow's own."""

STATEMENTS = (
    # The text index is no part of an export, and most of the cost of an insert.
    "DROP INDEX IF EXISTS ix_articles_search",
    "INSERT INTO hosts (key) VALUES ('https://x.example:443')",
    "INSERT INTO publishers (site) SELECT 'site' || n || '.example' FROM generate_series(1, 500) AS n",
    """INSERT INTO feeds (url, host_id, publisher_id, state, labels)
    SELECT 'https://x.example/feed' || n, h.id, n, 'paused', '{national}'
    FROM hosts h, generate_series(1, 500) AS n""",
    """INSERT INTO articles (key, url, state, publisher_id, revision, title, authors, published,
        published_precision, language, text, word_count, kind, blocks, images, rights, provenance, extractor,
        content_hash, stored_at)
    SELECT gen_random_uuid(), 'https://x.example/' || n, 'live', 1 + n % 500, 1, 'Title ' || n,
        ARRAY['Ada Writer'], at, 'instant', 'en', body.text, 400, 'article',
        jsonb_build_array(jsonb_build_object('kind', 'paragraph', 'text', body.text)), '[]', '{}',
        '{"title": "json-ld"}', '6', '', at
    FROM generate_series(1, :articles) AS n
    CROSS JOIN LATERAL (
        SELECT timestamptz '2026-08-01' + n * (:days * interval '1 day' / :articles) AS at
    ) AS clock
    CROSS JOIN LATERAL (
        SELECT string_agg('w' || floor(20000 * random() ^ 3 + 0 * (n + g)), ' ') AS text
        FROM generate_series(1, 400) AS g
    ) AS body ORDER BY n""",
    """INSERT INTO revisions (article_id, number, seen_at, content_hash, extractor)
    SELECT id, 1, stored_at, '', '6' FROM articles""",
    """INSERT INTO entries (key, feed_id, url, state, article_id, finished_at, item_hash)
    SELECT key, publisher_id, url, 'stored', id, stored_at, key FROM articles ORDER BY id""",
    """INSERT INTO sightings (feed_id, entry_id, position, first_seen_at, last_seen_at)
    SELECT feed_id, id, 0, finished_at, finished_at FROM entries ORDER BY id""",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """An export: seconds, also of CPU; MiB of the process and the files; seconds of a run after an edit."""

    format: str
    articles: int
    seconds: float
    cpu: float
    memory: float
    size: float
    again: float


def _fill(store: Store, articles: int, days: int) -> None:
    for statement in STATEMENTS:
        with store.begin() as db:
            _execute(db, statement, articles=articles, days=days)
    for start in range(1, articles + 1, LINES_AT_ONCE):
        ids = range(start, min(start + LINES_AT_ONCE, articles + 1))
        with store.begin() as db:
            created = [Change(one, ChangeKind.CREATED, 1) for one in ids]
            changes.append(db, created, now=datetime.now(UTC))


def _execute(db: Connection, statement: str, **values: int) -> None:
    run(db, statement, **{name: value for name, value in values.items() if f":{name}" in statement})


def measure(url: str, format: str, articles: int) -> Exported:
    """Export in a child process, edit one article, and export again."""
    store = Store(url)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export"
        seconds, usage = _in_child(url, path, format)
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 2**20
        with store.begin() as db:
            run(db, "UPDATE articles SET title = 'Another' WHERE id = 1")
            changes.append(db, [Change(1, ChangeKind.REVISED, 1)], now=datetime.now(UTC))
        again, _ = _in_child(url, path, format)
    store.close()
    return Exported(format, articles, seconds, usage.cpu, usage.largest, size, again)


def _in_child(url: str, path: Path, format: str) -> tuple[float, Usage]:
    """Export in a new interpreter: a fork would begin with the memory of this process."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_export, args=(url, path, format, sending))
    child.start()
    assert child.pid is not None
    with Meter({"export": child.pid}) as meter:
        child.join()
    assert child.exitcode == 0
    seconds: float = receiving.recv()
    return seconds, meter.usage["export"]


def _export(url: str, path: Path, format: str, sending: PipeEnd) -> None:
    """Export, and send the seconds that it took."""
    began = time.perf_counter()
    own, directory = Store(url), ExportDirectory(path)
    with directory.held():
        run_export(own, directory, ExportOptions(format, "", False), Where("true"))
    sending.send(time.perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table; return 1 when an export needs more memory than the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=DEFAULT_ARTICLES)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--formats", nargs="+", default=["parquet", "jsonl", "csv"])
    Place.add_options(parser)
    options = parser.parse_args(arguments)
    place = Place.of(parser, options)
    worst = 0.0
    fill = partial(_fill, articles=options.articles, days=options.days)
    with filled_server(f"bench-export-{options.articles}-{options.days}", fill, place) as url:
        if place.only_build:
            return 0
        print(
            f"{options.articles:,} articles\n"
            f"{'':<10}{'rows/s':>8}{'seconds':>9}{'of CPU':>8}{'MiB':>6}{'on disk':>9}{'again':>8}"
        )
        for format in options.formats:
            one = measure(url, format, options.articles)
            rate = one.articles / one.seconds
            print(
                f"{format:<10}{rate:>8,.0f}{one.seconds:>9.1f}{one.cpu:>8.1f}{one.memory:>6.0f}{one.size:>9.0f}{one.again:>8.2f}",
                flush=True,
            )
            worst = max(worst, one.memory)
    return int(worst > MIB_MOST)


if __name__ == "__main__":
    sys.exit(main())
