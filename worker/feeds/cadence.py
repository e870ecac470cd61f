"""When to poll a feed next: the interval at which the delay of its entries is worth the price of a poll.

With entries that appear at random at a rate of λ a second and a poll every T seconds, the delays of the
entries of one interval sum to λT²/2, and one poll costs `price` (in the same seconds of delay). The cost per
second, λT/2 + price/T, is least at T = √(2·price/λ) (Cho and Garcia-Molina, "Effective page refresh policies
for web crawlers", 2003, derive the same square root for a shared budget).

λ is learned online: counts and time both decay with a half-life of a week, so that a feed which changes its
habits is followed, and a prior keeps a feed that is new or silent from being polled never or always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import exp, log, sqrt

HALF_LIFE = timedelta(days=7).total_seconds()
PRIOR_ENTRIES = 1.0
PRIOR_SECONDS = timedelta(hours=12).total_seconds()
"""What is believed before anything is known: an entry in half a day, with the weight of that half day."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a feed: decayed `entries` over decayed `seconds` watched, up to `at` (Unix time)."""

    entries: float
    seconds: float
    at: float

    @property
    def rate(self) -> float:
        """Entries a second, the prior included."""
        return (self.entries + PRIOR_ENTRIES) / (self.seconds + PRIOR_SECONDS)


def plan(
    state: State | None,
    *,
    now: datetime,
    seen: Sequence[datetime],
    price: float,
    floor: timedelta,
    cap: timedelta,
) -> tuple[State, datetime]:
    """After a poll at `now` that showed new entries published at `seen`: what is known, and the next poll.

    `state` is None at the first poll; then `seen` are the entries of the whole first document, which tell how
    long it reaches back. `price` is what a request costs in seconds of delay summed over entries. The next
    poll is never sooner than `floor` nor later than `cap` after `now`.
    """
    after = _begin(now, seen) if state is None else _watch(state, now, seen)
    seconds = sqrt(2 * max(price, 0.0) / after.rate)
    bounded = min(max(seconds, floor.total_seconds()), max(cap, floor).total_seconds())
    return after, now + timedelta(seconds=bounded)


def _begin(now: datetime, seen: Sequence[datetime]) -> State:
    """The first document: its entries over the time that they span."""
    reach = max(_ages(now, seen), default=0.0)
    return State(_weight(now, seen), _watched(reach), now.timestamp())


def _watch(state: State, now: datetime, seen: Sequence[datetime]) -> State:
    passed = max(0.0, now.timestamp() - state.at)
    kept = _decay(passed)
    return State(
        state.entries * kept + _weight(now, seen), state.seconds * kept + _watched(passed), now.timestamp()
    )


def _weight(now: datetime, seen: Sequence[datetime]) -> float:
    """How many entries `seen` counts for: an archive that a feed brings up again says little of its pace."""
    return sum(map(_decay, _ages(now, seen)))


def _ages(now: datetime, seen: Sequence[datetime]) -> list[float]:
    return [max(0.0, (now - instant).total_seconds()) for instant in seen]


def _decay(seconds: float) -> float:
    return exp(-log(2) * seconds / HALF_LIFE)


def _watched(seconds: float) -> float:
    """The decayed length of a time that ends now: the integral of the decay over it."""
    return HALF_LIFE / log(2) * (1 - _decay(seconds))


def to_json(state: State) -> dict[str, float]:
    """The state as plain numbers, for the store."""
    return asdict(state)


def from_json(values: Mapping[str, float]) -> State:
    """The state that `to_json` wrote."""
    return State(float(values["entries"]), float(values["seconds"]), float(values["at"]))
