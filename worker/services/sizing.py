"""How much room an article takes, and how long the disk lasts at the present rate."""

from dataclasses import dataclass
from datetime import datetime

from worker.store import Connection, sizes
from worker.store.sizes import Growth, IndexSize, TableSize

LEAST_DAYS = 0.5
"""Days of articles from which on a rate is stated: a first poll brings a whole document. A guess."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """The measured store; `free` is the room on its disk, None if it is unknown."""

    tables: list[TableSize]
    indexes: list[IndexSize]
    growth: Growth
    free: int | None

    @property
    def bytes(self) -> int:
        """All bytes of tables and indexes."""
        return sum(table.bytes for table in self.tables)

    @property
    def bytes_per_article(self) -> float | None:
        """Bytes of the whole store for each article; None without articles."""
        return self.bytes / self.growth.articles if self.growth.articles else None

    @property
    def articles_per_day(self) -> float | None:
        """The present rate; None while the store is too young to state one."""
        return self.growth.new_articles / self.growth.days if self.growth.days >= LEAST_DAYS else None

    @property
    def bytes_per_day(self) -> float | None:
        """By how much the store grows, if nothing is deleted; None where the rate is unknown."""
        if self.bytes_per_article is None or self.articles_per_day is None:
            return None
        return self.bytes_per_article * self.articles_per_day

    @property
    def days_left(self) -> float | None:
        """Days until the disk is full; None if that cannot be said, or the store does not grow."""
        return self.free / self.bytes_per_day if self.free is not None and self.bytes_per_day else None


def measure_store(db: Connection, *, free: int | None, now: datetime) -> Sizing:
    """Measure the store: it reads sizes, and counts articles and entries."""
    return Sizing(sizes.tables(db), sizes.indexes(db), sizes.growth(db, now=now), free)
