"""The price of a poll, adjusted so that polls meet the operator's budget, or find entries in time.

    add up the polls since the last adjustment, over the rows of the feeds
    decide which price meets the goal from now on                   (budget: pure)
    save both for the next adjustment

Each poll uses the current price. Without a goal the price is a setting.
"""

from dataclasses import replace
from datetime import datetime

from worker.config.groups import PollPolicy, PriceGoal
from worker.feeds.cadence import budget
from worker.feeds.cadence.budget import Control
from worker.monitor.events import PollsPriced, emit
from worker.outcome import PriceOutcome
from worker.store import Store, poll_price
from worker.store.poll_price import Kept, Tally


def steer(store: Store, goal: PriceGoal | None, *, now: datetime) -> None:
    """Adjust the price once. Raises `StoreUnavailable`."""
    with store.begin() as db:
        before = poll_price.kept(db, lock=True)
        if goal is None:
            if before is not None:
                poll_price.forget(db)
            return
        tally = poll_price.tally(db)
        if not tally.pull:
            return
        control = _control(before, tally, goal, now.timestamp())
        kept = Kept(goal.name, budget.to_json(control), tally.polls, tally.timed, tally.waited)
        poll_price.keep(db, kept)
    emit(
        PollsPriced(
            outcome=PriceOutcome.BEGUN if before is None else PriceOutcome.STEERED,
            goal=goal.name,
            price=control.price,
            polls=tally.polls - before.polls if before else 0,
        )
    )


def _control(before: Kept | None, tally: Tally, goal: PriceGoal, now: float) -> Control:
    pull, rate, wanted = tally.pull, tally.rate, goal.wanted
    if before is None or before.goal.split()[0] != goal.kind:
        if goal.kind == "budget":
            return budget.begin(now=now, pull=pull, budget=wanted)
        return budget.begin_for_delay(now=now, pull=pull, rate=rate, delay=wanted)
    control = budget.from_json(before.control)
    # Sums go down when feeds are unsubscribed.
    if goal.kind == "budget":
        polls = max(0, tally.polls - before.polls)
        return budget.steer(control, now=now, polls=polls, pull=pull, budget=wanted)
    return budget.steer_to_delay(
        control,
        now=now,
        entries=max(0, tally.timed - before.timed),
        waited=max(0.0, tally.waited - before.waited),
        pull=pull,
        rate=rate,
        delay=wanted,
    )


def at_current_price(store: Store, policy: PollPolicy, goal: PriceGoal | None) -> PollPolicy:
    """Return `policy` with the price that was last found for `goal`. Raises `StoreUnavailable`."""
    if goal is None:
        return policy
    with store.begin() as db:
        kept = poll_price.kept(db)
    return replace(policy, price=float(kept.control["price"])) if kept else policy
