"""The price of a request, common to all feeds, at which polls spend the operator's budget, or entries are
found as soon as the operator wants. Pure.

At a price p a feed of rate λ is polled about √(λ/2p) times a second, so all together Σ√(λ/2) / √p times; the
*pull* Σ√(λ/2) is known from the learned rates. How many polls there really are for that forecast is learned
for each hour of the week, and the price is set so that the next half week spends its budget less what was
spent above it before. So a quiet night or a weekend hardly moves the price, a wrong forecast is paid back
within days, and new feeds count at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from worker.feeds.cadence.decay import decay, watched

HOUR, DAY = 3600.0, 86400.0
WEEK_HOURS = 168
SPAN = 84
"""Hours ahead in which a debt is paid back."""
KEPT = 0.5
"""What a week's observation of an hour still weighs a week later."""
PRIOR = 0.3
"""Of an hour's forecast: how firmly an hour of the week is believed to be like all others."""
LATELY = 1.5 * DAY
"""Half-life of how polls go against what their hours let expect."""
FORGIVEN = 14 * DAY
"""Half-life of a debt."""
MOST_DEBT = 0.5
"""In days' budgets: no more is paid back, as after a pause or the first documents of many feeds."""
SWING = 1.6
"""What was over- or underspent is not paid back at more than this many times the budget, or its inverse."""
LEAST_PRICE, MOST_PRICE = 0.01, 1e9
FIRM = 20.0
"""Entries at which what is measured counts as much as the formula."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Control:
    """The `price` in seconds of delay, as of `at` (Unix time), and what it was learned from.

    It began `since`. `polls` and `forecast` are decayed sums by hour of the week. `debt` are the polls above
    the budget, as it was at the time, that were not paid back yet. `lately` are the polls of the last days
    and what the hours of the week let expect of them, decayed; for a wanted delay, seconds waited instead.
    """

    price: float
    at: float
    since: float
    polls: tuple[float, ...] = (0.0,) * WEEK_HOURS
    forecast: tuple[float, ...] = (0.0,) * WEEK_HOURS
    debt: float = 0.0
    lately: tuple[float, float] = (0.0, 0.0)

    @property
    def spent(self) -> float:
        """Polls a day, lately."""
        days = watched(self.at - self.since, LATELY) / DAY
        return self.lately[0] / days if days else 0.0

    @property
    def waited(self) -> float:
        """What entries waited lately, over what the rates alone let expect."""
        return self.lately[0] / self.lately[1] if self.lately[1] else 1.0


def begin(*, now: float, pull: float, budget: float) -> Control:
    """Before anything was spent: the price at which the forecast spends `budget` polls a day."""
    return Control(price=_bounded((pull * DAY / budget) ** 2), at=now, since=now)


def steer(control: Control, *, now: float, polls: int, pull: float, budget: float) -> Control:
    """After `polls` more since `control.at`: the price from now on. To be called several times an hour."""
    seen = _observe(control, now, polls, pull, budget)
    ratios = _ratios(seen)
    hours = sum(ratios[(int(now // HOUR) + hour) % WEEK_HOURS] for hour in range(SPAN))
    ahead = hours * pull * HOUR * _level(seen)
    fair = budget * SPAN * HOUR / DAY
    left = min(max(fair - seen.debt, fair / SWING), fair * SWING)
    return replace(seen, price=_bounded((ahead / left) ** 2))


def begin_for_delay(*, now: float, pull: float, rate: float, delay: float) -> Control:
    """Before anything was measured: the price at which entries should be found `delay` seconds late."""
    return Control(price=_price_of(delay, pull, rate), at=now, since=now)


def steer_to_delay(
    control: Control, *, now: float, entries: int, waited: float, pull: float, rate: float, delay: float
) -> Control:
    """After so many more `entries` that `waited` so many seconds in all: the price from now on.

    At a price p entries wait √p · pull/rate in the mean, where nothing is known but rates; what they really
    wait for each second of that (less, since the hours of the week are known) is measured.
    """
    kept = decay(max(0.0, now - control.at), LATELY)
    told = entries * sqrt(control.price) * pull / max(rate, TINY)
    lately = (control.lately[0] * kept + waited, control.lately[1] * kept + told)
    firm = FIRM * delay
    part = (lately[0] + firm) / (lately[1] + firm)
    price = _price_of(delay / part, pull, rate)
    return replace(control, price=price, at=max(now, control.at), lately=lately)


def _price_of(delay: float, pull: float, rate: float) -> float:
    return _bounded((delay * rate / max(pull, TINY)) ** 2)


def _observe(control: Control, now: float, polls: int, pull: float, budget: float) -> Control:
    passed = max(0.0, now - control.at)
    hour, before = int(now // HOUR), int(control.at // HOUR)
    # What came since the last look belongs to the hour in which most of it lay; looks come often enough.
    place = int((control.at + passed / 2) // HOUR) % WEEK_HOURS
    counted, expected = list(control.polls), list(control.forecast)
    if hour != before:
        for newer in range(before + 1, min(hour, before + WEEK_HOURS) + 1):
            counted[newer % WEEK_HOURS] *= KEPT
            expected[newer % WEEK_HOURS] *= KEPT
    lately = control.lately
    if passed < 2 * HOUR:
        forecast = pull * passed / sqrt(control.price)
        kept = decay(passed, LATELY)
        lately = (lately[0] * kept + polls, lately[1] * kept + forecast * _ratios(control)[place])
        counted[place] += polls
        expected[place] += forecast
    most = MOST_DEBT * budget
    debt = control.debt * decay(passed, FORGIVEN) + polls - budget * passed / DAY
    return replace(
        control,
        at=max(now, control.at),
        polls=tuple(counted),
        forecast=tuple(expected),
        debt=min(max(debt, -most), most),
        lately=lately,
    )


def _ratios(control: Control) -> list[float]:
    """Polls for each that is forecast, by hour of the week."""
    expected = sum(control.forecast)
    if not expected:
        return [1.0] * WEEK_HOURS
    prior = PRIOR * expected / WEEK_HOURS
    believed = PRIOR * sum(control.polls) / WEEK_HOURS
    return [
        (polls + believed) / (forecast + prior)
        for polls, forecast in zip(control.polls, control.forecast, strict=True)
    ]


def _level(control: Control) -> float:
    """Polls of late for each that their hours let expect, shrunk towards one as if by ten polls."""
    return (control.lately[0] + 10.0) / (control.lately[1] + 10.0)


def _bounded(price: float) -> float:
    return min(max(price, LEAST_PRICE), MOST_PRICE)


def to_json(control: Control) -> dict[str, Any]:
    """The control as plain numbers, for the store."""
    return {
        "price": control.price,
        "at": control.at,
        "since": control.since,
        "polls": [round(polls, 2) for polls in control.polls],
        "forecast": [round(polls, 2) for polls in control.forecast],
        "debt": control.debt,
        "lately": list(control.lately),
    }


def from_json(values: Mapping[str, Any]) -> Control:
    """What `to_json` wrote."""
    waited, told = values["lately"]
    return Control(
        price=float(values["price"]),
        at=float(values["at"]),
        since=float(values["since"]),
        polls=tuple(map(float, values["polls"])),
        forecast=tuple(map(float, values["forecast"])),
        debt=float(values["debt"]),
        lately=(float(waited), float(told)),
    )
