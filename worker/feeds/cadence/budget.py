"""The price of a request, common to all feeds, at which polls spend the operator's budget, or entries are
found as soon as the operator wants. Pure.

At a price p a feed of rate λ is polled about √(λ/2p) times a second, so all feeds together Σ√(λ/2) / √p
times; the *pull* Σ√(λ/2) is known from the learned rates. How many polls there really are for that forecast
is learned for each hour of the week. The price is set so that the next half week spends its budget less what
was overspent before. So a quiet night or a weekend hardly moves the price, a wrong forecast is paid back
within days, and new feeds count at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from worker.feeds.cadence.estimates import DAY, HOUR, decay, decayed_length

WEEK_HOURS = 168
SPAN = 84
"""Hours ahead over which a debt is paid back: half a week."""
KEPT = 0.5
"""What a week's observation of an hour still weighs a week later."""
PRIOR = 0.3
"""How firmly an hour of the week is believed to be like all others, as a share of an hour's forecast."""
LATELY = 1.5 * DAY
"""Half-life of how many polls there are for each that its hours suggest."""
FORGIVEN = 14 * DAY
"""Half-life of a debt."""
MOST_DEBT = 0.5
"""In days' budgets. More is not paid back: it comes from a pause or from the first documents of many
feeds."""
SWING = 1.6
"""Debts and savings are paid back at most at this many times the budget, or its inverse."""
LEAST_PRICE, MOST_PRICE = 0.01, 1e9
"""Bounds against overflow and standstill; no real price comes near them."""
FIRM = 20.0
"""Entries at which a measurement counts as much as the formula."""
FIRM_POLLS = 10.0
"""The same for polls. Like the other figures here chosen with `make bench-cadence` or guessed."""
TINY = 1e-12
"""Guards divisions; no real rate or pull is so small."""


@dataclass(frozen=True, slots=True)
class Control:
    """The `price` in seconds of delay, as of `at` (Unix time), and what it was learned from.

    Learning began at `since`. `polls` and `forecast` are decayed sums by hour of the week. `debt` is the
    number of polls above the budget that have not been paid back. `lately` has the decayed polls of the last
    days and what the hours of the week suggested; with a wanted delay instead of a budget, seconds waited.
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
        """Polls a day in the last days."""
        days = decayed_length(self.at - self.since, LATELY) / DAY
        return self.lately[0] / days if days else 0.0

    @property
    def waited(self) -> float:
        """What entries waited in the last days, over what the rates alone suggest."""
        return self.lately[0] / self.lately[1] if self.lately[1] else 1.0


def begin(*, now: float, pull: float, budget: float) -> Control:
    """Return the price before anything was spent: the forecast then spends `budget` polls a day."""
    return Control(price=_bounded((pull * DAY / budget) ** 2), at=now, since=now)


def steer(control: Control, *, now: float, polls: int, pull: float, budget: float) -> Control:
    """Return the price from now on, after `polls` more since `control.at`. Call it several times an hour."""
    seen = _observe(control, now, polls, pull, budget)
    ratios = _ratios(seen)
    hours = sum(ratios[(int(now // HOUR) + hour) % WEEK_HOURS] for hour in range(SPAN))
    ahead = hours * pull * HOUR * _level(seen)
    fair = budget * SPAN * HOUR / DAY
    left = min(max(fair - seen.debt, fair / SWING), fair * SWING)
    return replace(seen, price=_bounded((ahead / left) ** 2))


def begin_for_delay(*, now: float, pull: float, rate: float, delay: float) -> Control:
    """Return the price before anything was measured: entries should then be found `delay` seconds late."""
    return Control(price=_price_of(delay, pull, rate), at=now, since=now)


def steer_to_delay(
    control: Control, *, now: float, entries: int, waited: float, pull: float, rate: float, delay: float
) -> Control:
    """Return the price from now on, after `entries` more that waited `waited` seconds in all.

    At a price p entries wait √p · pull/rate on average where only rates are known; how much they really wait
    for each second of that (less, since the hours of the week are known) is measured.
    """
    kept = decay(max(0.0, now - control.at), LATELY)
    predicted = entries * sqrt(control.price) * pull / max(rate, TINY)
    lately = (control.lately[0] * kept + waited, control.lately[1] * kept + predicted)
    firm = FIRM * delay
    part = (lately[0] + firm) / (lately[1] + firm)
    price = _price_of(delay / part, pull, rate)
    return replace(control, price=price, at=max(now, control.at), lately=lately)


def _price_of(delay: float, pull: float, rate: float) -> float:
    return _bounded((delay * rate / max(pull, TINY)) ** 2)


def _observe(control: Control, now: float, polls: int, pull: float, budget: float) -> Control:
    passed = max(0.0, now - control.at)
    hour, before = int(now // HOUR), int(control.at // HOUR)
    # All polls since the last call count for the hour in which most of that time lies.
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
    """Polls for each that was forecast, by hour of the week."""
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
    """Polls of the last days for each that their hours suggest, drawn towards one."""
    return (control.lately[0] + FIRM_POLLS) / (control.lately[1] + FIRM_POLLS)


def _bounded(price: float) -> float:
    return min(max(price, LEAST_PRICE), MOST_PRICE)


def to_json(control: Control) -> dict[str, Any]:
    """Return the control as plain numbers for the store."""
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
    """Return the control that `to_json` wrote."""
    return Control(
        price=float(values["price"]),
        at=float(values["at"]),
        since=float(values["since"]),
        polls=tuple(map(float, values["polls"])),
        forecast=tuple(map(float, values["forecast"])),
        debt=float(values["debt"]),
        lately=(float(values["lately"][0]), float(values["lately"][1])),
    )
