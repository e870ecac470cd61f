"""A document makes pages on a bounded number of unknown hosts due at once; the others wait, none is lost."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.store.rows import item
from worker.model import HostLane
from worker.services.engine.fan_out import NEW_HOSTS_AT_ONCE, NEXT_HOSTS_SECONDS, place_on_hosts
from worker.urls import host_key

HOME = 0


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=500))
def test_at_most_100_unknown_hosts_share_one_wait_and_known_hosts_never_wait(
    hits: list[tuple[int, bool]],
) -> None:
    lanes = {number: HostLane.ANSWERING if known else HostLane.NEW for number, known in hits}
    items = [item(f"https://h{number}.example/{at}") for at, (number, _) in enumerate(hits)]
    places = {host_key(f"https://h{number}.example/"): (number, lane) for number, lane in lanes.items()}

    placed = place_on_hosts(items, places, home=HOME)

    assert [one.key for one in placed] == [one.key for one in items]
    assert [one.host_id for one in placed] == [number for number, _ in hits]
    waits = {(one.host_id, one.wait_seconds) for one in placed}
    assert len(waits) == len(lanes)
    unknown = {pair for pair in waits if pair[0] != HOME and lanes[pair[0] or 0] is HostLane.NEW}
    assert all(wait == 0 for host, wait in waits - unknown)
    groups = Counter(wait for _, wait in unknown)
    assert all(size <= NEW_HOSTS_AT_ONCE for size in groups.values())
    assert sorted(groups) == [NEXT_HOSTS_SECONDS * number for number in range(len(groups))]


def test_items_without_a_link_have_no_host_and_no_wait() -> None:
    (placed,) = place_on_hosts([replace(item("https://h.example/1"), url=None)], {}, home=HOME)
    assert (placed.host_id, placed.wait_seconds) == (None, 0.0)
