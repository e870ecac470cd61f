"""The state machines: which events each state takes, and which it refuses."""

from itertools import product
from typing import Any

import pytest

from tests.tools.states import MACHINES, PAGE, page
from worker.model import (
    ENTRY_MOVES,
    ArticleEvent,
    ArticleState,
    ChangeKind,
    EntryEvent,
    EntryState,
    FeedEvent,
    FeedState,
    ForbiddenMove,
    HostLane,
    LookEvent,
    LookState,
    PageEvent,
    PageState,
    SubscriptionEvent,
    SubscriptionState,
    WalkEvent,
    WalkState,
    move,
    sources,
)

EVENTS = {
    FeedState: FeedEvent,
    EntryState: EntryEvent,
    LookState: LookEvent,
    PageState: PageEvent,
    ArticleState: ArticleEvent,
    SubscriptionState: SubscriptionEvent,
    WalkState: WalkEvent,
}
all_machines = pytest.mark.parametrize(
    "moves, start", [m[1:3] for m in MACHINES], ids=[m[0] for m in MACHINES]
)


@all_machines
def test_every_pair_of_state_and_event_moves_or_is_forbidden(moves: Any, start: Any) -> None:
    for state, event in product(type(start), EVENTS[type(start)]):
        if (state, event) in moves:
            assert move(moves, state, event) in type(start)
            assert state in sources(moves, event)
        else:
            with pytest.raises(ForbiddenMove, match=f"{state} does not take the event {event}"):
                move(moves, state, event)
            assert state not in sources(moves, event)


@all_machines
def test_every_state_can_be_reached_and_every_event_can_happen(moves: Any, start: Any) -> None:
    reached, frontier = {start}, [start]
    while frontier:
        state = frontier.pop()
        following = {after for (before, _), after in moves.items() if before is state}
        frontier += following - reached
        reached |= following

    assert reached == set(type(start))
    assert {event for _, event in moves} == set(EVENTS[type(start)])


def test_a_final_entry_waits_again_only_when_an_operator_requeues_it_or_its_link_is_corrected() -> None:
    waiting = {EntryState.WAITING, EntryState.FETCHED}
    for (before, event), after in ENTRY_MOVES.items():
        if before not in waiting and after in waiting:
            requeued = (before, event) == (EntryState.REFUSED, EntryEvent.REQUEUED)
            assert requeued or event is EntryEvent.READDRESSED


def test_a_stored_entry_stays_stored_until_the_operator_purges_it() -> None:
    for (before, event), after in ENTRY_MOVES.items():
        if before is EntryState.STORED:
            assert after is (EntryState.REFUSED if event is EntryEvent.PURGED else EntryState.STORED)


def test_every_event_of_an_article_is_a_kind_of_change() -> None:
    assert {event.value for event in ArticleEvent} < {kind.value for kind in ChangeKind}


def test_the_drawings_in_the_docs_are_made_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.tools.states"


@pytest.mark.parametrize(
    ("lane", "answered", "fell_silent", "after"),
    [
        *((lane, True, False, HostLane.ANSWERING) for lane in HostLane),
        *((lane, True, True, HostLane.FALTERING) for lane in HostLane),
        *((lane, False, False, lane) for lane in HostLane),
        (HostLane.ANSWERING, False, True, HostLane.FALTERING),
        (HostLane.FALTERING, False, True, HostLane.SILENT),
        (HostLane.NEW, False, True, HostLane.SILENT),
        (HostLane.SILENT, False, True, HostLane.SILENT),
    ],
)
def test_a_host_waits_in_the_lane_that_its_last_turn_earned(
    lane: HostLane, answered: bool, fell_silent: bool, after: HostLane
) -> None:
    assert lane.after(answered=answered, fell_silent=fell_silent) is after
