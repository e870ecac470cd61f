"""Selectors of site rules that match nothing: a row for each selector and host.

The row is deleted when the selector matches again, or when no page has used it for a week: then the rule is
gone, or the site.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from worker.store import schema
from worker.store.db import Connection, dumps, rows, run
from worker.store.schema import recordset

MANY = 50
"""Pages in a row without a match after which a selector that is not expected on every page is reported. A
guess."""

KEPT = timedelta(days=7)
"""How long a miss is kept that no page repeats. A guess."""


@dataclass(frozen=True, slots=True, order=True)
class WatchedSelector:
    """A selector of a rule file, on the pages of one host."""

    file: str
    selector: str
    host: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Further pages without a match for a selector, the last at `url`; `expected` means on every page."""

    what: WatchedSelector
    expected: bool
    pages: int
    url: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A selector that has matched nothing on the last `pages` pages of a host, since `since`."""

    file: str
    selector: str
    host: str
    pages: int
    since: datetime
    last_at: datetime
    url: str


def matched(db: Connection, found: Sequence[WatchedSelector]) -> None:
    """Delete the misses of selectors that match again."""
    if found:
        run(
            db,
            f"""DELETE FROM rule_misses m USING {recordset(schema.rule_misses, "file", "selector", "host")}
            WHERE (m.file, m.selector, m.host) = (r.file, r.selector, r.host)""",
            records=dumps(sorted(found)),
        )


def missed(db: Connection, missed: Sequence[Missed], *, now: datetime) -> dict[WatchedSelector, int]:
    """Add misses, one for each selector; return on how many pages in a row each has matched nothing."""
    if not missed:
        return {}
    # In order, so that two workers which add the same misses do not wait for each other.
    records = [
        {**asdict(one.what), "expected": one.expected, "pages": one.pages, "url": one.url}
        for one in sorted(missed, key=lambda one: one.what)
    ]
    found = rows(
        db,
        f"""INSERT INTO rule_misses AS m (file, selector, host, expected, pages, since, last_at, url)
        SELECT file, selector, host, expected, pages, :now, :now, url
        FROM {recordset(schema.rule_misses, "file", "selector", "host", "expected", "pages", "url")}
        ON CONFLICT (file, selector, host) DO UPDATE SET pages = m.pages + excluded.pages,
            expected = excluded.expected, last_at = excluded.last_at, url = excluded.url
        RETURNING file, selector, host, pages""",
        records=dumps(records),
        now=now,
    )
    run(db, "DELETE FROM rule_misses WHERE last_at < :before", before=now - KEPT)
    return {WatchedSelector(row["file"], row["selector"], row["host"]): int(row["pages"]) for row in found}


def stopped(db: Connection, *, now: datetime) -> list[Stopped]:
    """Return the selectors that have stopped matching, those with most pages first."""
    found = rows(
        db,
        """SELECT file, selector, host, pages, since, last_at, url FROM rule_misses
        WHERE (expected OR pages >= :many) AND last_at >= :since ORDER BY pages DESC, file, selector, host""",
        many=MANY,
        since=now - KEPT,
    )
    return [Stopped(**row) for row in found]
