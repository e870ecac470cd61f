"""Whether feeds work, in a few numbers, and what PostgreSQL says about itself."""

from dataclasses import dataclass
from datetime import datetime

from worker.store.db import Connection, rows, value


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """Numbers of active feeds: all, those polled at least once, and those that fail, by reason."""

    active: int
    polled: int
    failing: dict[str, int]

    @property
    def working(self) -> int:
        """The number of feeds whose last poll succeeded."""
        return self.polled - sum(self.failing.values())


def feeds(db: Connection) -> FeedHealth:
    """Return the health of all active feeds."""
    found = rows(
        db,
        """SELECT CASE WHEN errors > 0 THEN coalesce(reason, 'internal') END AS reason, count(*) AS n,
            count(last_polled_at) AS polled
        FROM feeds WHERE state = 'active' GROUP BY 1""",
    )
    return FeedHealth(
        active=sum(int(row["n"]) for row in found),
        polled=sum(int(row["polled"]) for row in found),
        failing={row["reason"]: int(row["n"]) for row in found if row["reason"]},
    )


def any_feed(db: Connection) -> bool:
    """Whether any feed is subscribed."""
    return bool(value(db, "SELECT EXISTS (SELECT FROM feeds)"))


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL server: its major version, its encoding, and its clock at the time of the query."""

    version: int
    encoding: str
    clock: datetime


def server(db: Connection) -> Server:
    """Return the version, encoding and clock of the server."""
    found = rows(
        db,
        """SELECT current_setting('server_version_num')::int / 10000 AS version,
            current_setting('server_encoding') AS encoding, clock_timestamp() AS clock""",
    )
    return Server(**found[0])
