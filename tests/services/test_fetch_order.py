"""The order of the pages in a host's turn."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.model import EntryState, LookState
from worker.rows.entries import Entry
from worker.services.fetch.decide import turn_order

ENTRY = Entry(
    id=1,
    host_id=1,
    url="https://h.example/",
    state=EntryState.WAITING,
    attempts=0,
    errors=0,
    looks=0,
    look=LookState.GOOD,
    look_times=0,
    article_id=None,
    etag=None,
    last_modified=None,
    body_hash=None,
    has_content=False,
    has_text=False,
    text_from_feed=False,
    hop_url=None,
    hops=0,
    home_host_id=None,
)


def due(errors: list[int]) -> list[Entry]:
    """Return due entries as the store returns them: fewest errors first, numbered from the newest."""
    return [replace(ENTRY, id=number, errors=count) for number, count in enumerate(sorted(errors))]


@pytest.mark.parametrize(
    ("host_errors", "order"),
    [(0, [0, 1, 2, 3, 4, 5]), (1, [3, 0, 2, 1, 4, 5]), (2, [0, 3, 1, 2, 4, 5])],
    ids=["no trouble", "trouble once", "trouble twice"],
)
def test_first_tries_come_from_both_ends_after_trouble_and_retries_last(
    host_errors: int, order: list[int]
) -> None:
    assert [entry.id for entry in turn_order(due([0, 0, 0, 0, 1, 2]), host_errors=host_errors)] == order


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 9))
def test_every_due_entry_is_in_the_turn_once_and_none_comes_before_one_with_fewer_errors(
    errors: list[int], host_errors: int
) -> None:
    order = turn_order(due(errors), host_errors=host_errors)
    assert sorted(entry.id for entry in order) == list(range(len(errors)))
    assert [entry.errors > 0 for entry in order] == sorted(entry.errors > 0 for entry in order)
