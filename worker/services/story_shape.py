"""How alike the members of a story are, and where each lies on its time line: for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.extract.fingerprints import similarity
from worker.extract.story_links import StoryText

COMPARED = 12
"""Members that are compared with each other, the first published ones: 12 columns fit a laptop."""


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """An article on a time line: `share` is 0 at the earliest and 1 at the latest one."""

    id: int
    at: datetime
    share: float


def likeness(texts: Sequence[StoryText]) -> list[list[float | None]]:
    """Return for each pair of texts the estimated share of common word groups, 0 to 1.

    None for an article with itself, and where one text is too short to compare.
    """
    return [
        [
            similarity(one.signature, other.signature)
            if one.id != other.id and one.signature and other.signature
            else None
            for other in texts
        ]
        for one in texts
    ]


def timeline(times: Sequence[tuple[int, datetime]]) -> list[TimelinePoint]:
    """Return the points of articles, which are given with the times at which they were published."""
    if not times:
        return []
    first, last = min(at for _, at in times), max(at for _, at in times)
    span = (last - first).total_seconds() or 1.0
    return [TimelinePoint(id_, at, (at - first).total_seconds() / span) for id_, at in times]
