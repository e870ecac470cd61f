"""What the rules of sites no longer find: a row for each selector and host, while it matches nothing.

A page on which the selector matches again takes the row away; one that no page has touched for a week is
forgotten: the rule is gone, or the site.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from worker.store.db import Connection, dumps, rows, run

MANY = 50
"""Pages in a row after which it is news that a selector for what only some pages have matched nothing."""

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Watched:
    """A selector of a rule file, watched on the pages of one host."""

    file: str
    selector: str
    host: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Further `pages` on which a selector matched nothing, the last at `url`; `expected` on every page."""

    what: Watched
    expected: bool
    pages: int
    url: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A selector that has matched nothing on the last `pages` pages of the host, since the first of them."""

    file: str
    selector: str
    host: str
    pages: int
    since: datetime
    last_at: datetime
    url: str


def matched(db: Connection, found: Sequence[Watched]) -> None:
    """These selectors matched: what they missed before is over."""
    if found:
        run(
            db,
            """DELETE FROM rule_misses m USING jsonb_to_recordset(CAST(:found AS jsonb))
                AS r (file text, selector text, host text)
            WHERE (m.file, m.selector, m.host) = (r.file, r.selector, r.host)""",
            found=dumps([asdict(one) for one in sorted(found)]),
        )


def missed(db: Connection, missed: Sequence[Missed], *, now: datetime) -> dict[Watched, int]:
    """Add these, one for each selector; on how many pages in a row each has matched nothing now."""
    if not missed:
        return {}
    # In order, so that two workers who add the same ones do not wait for each other.
    records = [
        {**asdict(one.what), "expected": one.expected, "pages": one.pages, "url": one.url}
        for one in sorted(missed, key=lambda one: one.what)
    ]
    found = rows(
        db,
        """INSERT INTO rule_misses AS m (file, selector, host, expected, pages, since, last_at, url)
        SELECT file, selector, host, expected, pages, :now, :now, url
        FROM jsonb_to_recordset(CAST(:records AS jsonb))
            AS r (file text, selector text, host text, expected boolean, pages int, url text)
        ON CONFLICT (file, selector, host) DO UPDATE SET pages = m.pages + excluded.pages,
            expected = excluded.expected, last_at = excluded.last_at, url = excluded.url
        RETURNING file, selector, host, pages""",
        records=dumps(records),
        now=now,
    )
    run(db, "DELETE FROM rule_misses WHERE last_at < :before", before=now - KEPT)
    return {Watched(row["file"], row["selector"], row["host"]): int(row["pages"]) for row in found}


def stopped(db: Connection, *, now: datetime) -> list[Stopped]:
    """The selectors that have stopped matching, those with most pages first."""
    found = rows(
        db,
        """SELECT file, selector, host, pages, since, last_at, url FROM rule_misses
        WHERE (expected OR pages >= :many) AND last_at >= :since ORDER BY pages DESC, file, selector, host""",
        many=MANY,
        since=now - KEPT,
    )
    return [Stopped(**row) for row in found]
