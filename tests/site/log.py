"""Every request that a test site answered, with its times, so that politeness can be asserted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Hit:
    """One request: `began` and `ended` in monotonic seconds, `target` the path with its query."""

    home: str
    target: str
    status: int
    began: float
    ended: float
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        """The full URL of the request."""
        return self.home + self.target


def pauses(hits: Sequence[Hit]) -> list[float]:
    """The seconds from the end of each request to the beginning of the next, in order of beginning.

    Negative where two requests overlapped.
    """
    ordered = sorted(hits, key=lambda hit: hit.began)
    return [later.began - earlier.ended for earlier, later in pairwise(ordered)]


def most_at_once(hits: Sequence[Hit]) -> int:
    """How many requests were under way at the same moment at most."""
    moments = sorted([(hit.began, 1) for hit in hits] + [(hit.ended, -1) for hit in hits])
    running = highest = 0
    for _, step in moments:
        running += step
        highest = max(highest, running)
    return highest
