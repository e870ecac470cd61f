"""The state of everything at one instant: what the live view, `status` and the demo show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis, RedisError

from worker.config.settings import Settings
from worker.monitor import queues
from worker.monitor.problems import Problem
from worker.monitor.standstill import standstill
from worker.services.problems import problems
from worker.store import Store, feed_conditions, health, reading, rule_misses, signs, stats
from worker.store.feed_conditions import Lasting
from worker.store.health import FeedHealth
from worker.store.rule_misses import Stopped
from worker.store.stats import Counts

REDIS_SECONDS = 2
"""Time for Redis to answer: the view is drawn every second, and says that Redis is away instead. A guess."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state at `at`; `queues` is None while Redis does not answer and where nothing `runs`.

    `standing` is what stands still although it should run.
    """

    at: datetime
    counts: Counts
    feeds: FeedHealth
    queues: Mapping[str, int] | None
    newest: Sequence[Mapping[str, Any]]
    runs: bool
    stopped_rules: Sequence[Stopped] = ()
    unwell: Sequence[Lasting] = ()
    standing: Sequence[str] = ()
    problems: Sequence[Problem] = ()

    @property
    def pages(self) -> int:
        """Number of pages fetched."""
        return sum(self.counts.pages.values())

    @property
    def articles(self) -> int:
        """Number of articles stored."""
        return self.counts.articles

    def as_dict(self) -> dict[str, Any]:
        """Return the snapshot for JSON."""
        health = {
            "active": self.feeds.active,
            "polled": self.feeds.polled,
            "working": self.feeds.working,
            "failing": self.feeds.failing,
        }
        return {
            "at": self.at,
            **self.counts.as_dict(),
            "feed_health": health,
            "unwell_feeds": [asdict(one) for one in self.unwell],
            "stopped_rules": [asdict(rule) for rule in self.stopped_rules],
            "standing": list(self.standing),
            "problems": [asdict(one) for one in self.problems],
            "runs": self.runs,
            "queues": None if self.queues is None else dict(self.queues),
        }


class Observer:
    """Takes snapshots of one database and one Redis."""

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url is not None
        self.store = Store(settings.database_url, pool_size=1)
        self._settings = settings
        self._standstill_limits = settings.standstill_limits
        limits = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
        self._redis = Redis.from_url(settings.redis_url, **limits) if settings.redis_url else None

    def snapshot(self) -> Snapshot:
        """Take a snapshot now. Raises `StoreUnavailable`."""
        now = datetime.now(UTC)
        with self.store.begin() as db:
            counts = stats.counts(db, now=now)
            feeds = health.feeds(db)
            newest = reading.newest(db, limit=5)
            stopped = rule_misses.stopped(db, now=now)
            unwell = feed_conditions.lasting(db)
            pulse = signs.pulse(db)
        runs = self._redis is not None
        still = standstill(pulse, self._standstill_limits) if runs else []
        found = problems(self.store, self._redis, self._settings, now=now)
        return Snapshot(now, counts, feeds, self._depths(), newest, runs, stopped, unwell, still, found)

    def _depths(self) -> dict[str, int] | None:
        if self._redis is None:
            return None
        try:
            return queues.depths(self._redis)
        except RedisError:
            return None

    def close(self) -> None:
        """Close the connections."""
        self.store.close()
        if self._redis is not None:
            self._redis.close()
