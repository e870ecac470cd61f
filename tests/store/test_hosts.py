"""Whose turn it is: hosts are claimed, so that a greedy one cannot hold back the others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import text

from tests.store.racing import at_once, begun
from tests.store.rows import added_feed, discovered_entry, item, refused_entry
from worker.model import FeedEvent
from worker.outcome import Reason
from worker.rows.hosts import Host, HostClaim, TurnEnd
from worker.store import Connection, Store, entries, feeds, hosts
from worker.store.db import rows, run, value

NOW = datetime(2100, 1, 1, tzinfo=UTC)
"""A new host is free from now on: the tests' time is after it."""
LEASE = timedelta(minutes=3)


def made(db: Connection, count: int) -> list[int]:
    """Hosts with one due feed each, due one second after the other."""
    return [
        value(db, "SELECT host_id FROM feeds WHERE id = :id", id=feed)
        for number in range(count)
        for feed in [
            added_feed(db, f"https://h{number}.example/feed.xml", now=NOW - timedelta(seconds=count - number))
        ]
    ]


def claim(
    store: Store, *, stage: hosts.TurnStage = "poll", after: timedelta = timedelta(0), limit: int = 100
) -> list[HostClaim]:
    with store.begin() as db:
        return hosts.claim(db, stage, now=NOW + after, lease=LEASE, limit=limit)


def take(store: Store, claims: Sequence[HostClaim]) -> list[Host]:
    with store.begin() as db:
        return hosts.take(db, claims, now=NOW, lease=LEASE)


def end(
    host_id: int, lease: int, *, free: timedelta = timedelta(seconds=1), rest: timedelta | None = None
) -> TurnEnd:
    until = NOW + rest if rest else None
    return TurnEnd(host_id, lease, until or NOW + free, until, 0, None, None, requests=1)


def due(db: Connection, host_id: int) -> tuple[object, object]:
    row = rows(db, "SELECT poll_due_at, fetch_due_at FROM hosts WHERE id = :id", id=host_id)[0]
    return row["poll_due_at"], row["fetch_due_at"]


def test_the_longest_due_hosts_are_claimed_first_up_to_the_limit(store: Store) -> None:
    with store.begin() as db:
        ids = made(db, 5)
    assert {c.id for c in claim(store, limit=2)} == set(ids[:2])
    assert {c.id for c in claim(store, limit=9)} == set(ids[2:])


def test_a_greedy_host_with_thousands_of_due_entries_does_not_hold_back_the_others(store: Store) -> None:
    with store.begin() as db:
        feed = added_feed(db)
        greedy = value(db, "SELECT host_id FROM feeds WHERE id = :id", id=feed)
        many = [item(f"https://news.example/{n}", host_id=greedy) for n in range(5000)]
        entries.insert(db, feed, many, now=NOW - timedelta(hours=9))
        others = {
            value(db, "SELECT host_id FROM entries WHERE id = :id", id=discovered_entry(db, feed, url))
            for url in (f"https://quiet{n}.example/a" for n in range(20))
        }
        hosts.wake(db, [greedy, *others])

    assert {c.id for c in claim(store, stage="fetch", limit=21)} == {greedy, *others}

    with store.begin() as db:
        assert len(entries.take_due(db, [greedy], now=NOW, lease=LEASE, limit=32)) == 32


def test_two_claimers_at_once_never_get_the_same_host(store: Store) -> None:
    with store.begin() as db:
        ids = made(db, 40)

    def claimer(barrier: Barrier) -> list[int]:
        with store.begin() as db:
            barrier.wait()
            got = hosts.claim(db, "poll", now=NOW, lease=LEASE, limit=20)
            # Both hold what they got until both have asked.
            barrier.wait()
            return [c.id for c in got]

    one, other = at_once(claimer, claimer)

    assert not set(one) & set(other)
    assert set(one) | set(other) == set(ids)


def test_a_lost_claim_is_due_again_when_its_lease_is_over(store: Store) -> None:
    with store.begin() as db:
        made(db, 1)
    (lost,) = claim(store)
    assert claim(store, after=LEASE - timedelta(seconds=1)) == []
    (again,) = claim(store, after=LEASE)
    assert (again.id, again.lease > lost.lease) == (lost.id, True)


def test_a_claim_can_be_taken_once_and_not_after_another_claim(store: Store) -> None:
    with store.begin() as db:
        made(db, 2)
    first, second = claim(store)
    assert [h.id for h in take(store, [first])] == [first.id]
    assert take(store, [first]) == []

    claim(store, after=LEASE)
    assert take(store, [second]) == []


def take_answering(store: Store, *, stage: hosts.TurnStage = "poll", limit: int = 100) -> list[Host]:
    with store.begin() as db:
        return hosts.take_answering(db, stage, now=NOW, lease=LEASE, limit=limit)


def answering(db: Connection, ids: Sequence[int]) -> None:
    run(db, "UPDATE hosts SET lane = 'answering' WHERE id = ANY(:ids)", ids=list(ids))


def test_hosts_that_answer_are_taken_into_free_places_the_longest_due_first(store: Store) -> None:
    with store.begin() as db:
        ids = made(db, 5)
        answering(db, ids[1:])
    assert {host.id for host in take_answering(store, limit=2)} == set(ids[1:3])


def test_hosts_that_wait_in_the_queue_are_taken_and_their_message_finds_nothing(store: Store) -> None:
    with store.begin() as db:
        answering(db, made(db, 3))
    claims = claim(store)
    assert {host.id for host in take_answering(store)} == {each.id for each in claims}
    assert take(store, claims) == []


def test_hosts_in_a_turn_or_claimed_for_another_stage_are_not_taken(store: Store) -> None:
    with store.begin() as db:
        answering(db, made(db, 3))
    claims = claim(store)
    assert take_answering(store, stage="fetch") == []
    take(store, claims)
    assert take_answering(store) == []


def test_two_takers_of_one_message_are_one_too_many(store: Store) -> None:
    with store.begin() as db:
        made(db, 8)
    claims = claim(store)

    def taker(barrier: Barrier) -> int:
        barrier.wait()
        return len(take(store, claims))

    assert sum(at_once(taker, taker)) == 8


def test_a_turn_ends_with_the_hosts_delay_and_its_next_work(store: Store) -> None:
    with store.begin() as db:
        (host_id,) = made(db, 1)
    (host,) = take(store, claim(store))
    with store.begin() as db:
        run(db, "UPDATE feeds SET due_at = :due", due=NOW + timedelta(hours=1))
        assert hosts.release(db, [end(host_id, host.lease)], now=NOW)
        assert due(db, host_id) == (NOW + timedelta(hours=1), None)
        free = value(db, "SELECT free_at FROM hosts")
    assert free == NOW + timedelta(seconds=1)
    assert claim(store, after=timedelta(minutes=59)) == []
    assert len(claim(store, after=timedelta(hours=1))) == 1


def test_a_turn_whose_lease_is_anothers_changes_nothing(store: Store) -> None:
    with store.begin() as db:
        (host_id,) = made(db, 1)
    (host,) = take(store, claim(store))
    claim(store, after=LEASE)
    with store.begin() as db:
        before = rows(db, "SELECT * FROM hosts")
        assert not hosts.release(db, [end(host_id, host.lease)], now=NOW)
        assert not hosts.save_robots(db, host_id, host.lease, body=b"", status=200, expires_at=NOW)
        assert rows(db, "SELECT * FROM hosts") == before


def test_a_turn_can_be_ended_once(store: Store) -> None:
    with store.begin() as db:
        (host_id,) = made(db, 1)
    (host,) = take(store, claim(store))
    with store.begin() as db:
        assert hosts.release(db, [end(host_id, host.lease)], now=NOW)
        assert not hosts.release(db, [end(host_id, host.lease)], now=NOW)


def test_a_host_that_rests_is_not_due_before_its_rest_is_over(store: Store) -> None:
    with store.begin() as db:
        (host_id,) = made(db, 1)
    (host,) = take(store, claim(store))
    with store.begin() as db:
        assert hosts.release(db, [end(host_id, host.lease, rest=timedelta(hours=2))], now=NOW)
        hosts.wake(db, [host_id])
        assert due(db, host_id)[0] == NOW + timedelta(hours=2)
    assert claim(store, after=timedelta(hours=1)) == []
    assert len(claim(store, after=timedelta(hours=2))) == 1


def test_work_that_arrives_while_a_turn_ends_is_not_forgotten(store: Store) -> None:
    """The one who brings work commits it while the turn's end waits for the lock: the end sees the work."""
    with store.begin() as db:
        (host_id,) = made(db, 1)
        feed_id = value(db, "SELECT id FROM feeds")
        run(db, "UPDATE feeds SET due_at = :due", due=NOW + timedelta(hours=1))
    (host,) = take(store, claim(store))

    def release() -> bool:
        with store.begin() as db:
            return hosts.release(db, [end(host_id, host.lease)], now=NOW)

    with store.begin() as bringer:
        hosts.lock(bringer, [host_id])
        entries.insert(bringer, feed_id, [item("https://h0.example/new", host_id=host_id)], now=NOW)
        with begun(release, store) as ending:
            hosts.wake(bringer, [host_id])
            bringer.commit()
            assert ending.result(10)

    with store.begin() as db:
        assert due(db, host_id) == (NOW + timedelta(hours=1), NOW)


def test_work_that_arrives_after_a_turn_looked_is_not_forgotten_either(store: Store) -> None:
    """The other order: the turn's end holds the lock, and new work waits and looks again."""
    with store.begin() as db:
        (host_id,) = made(db, 1)
        feed_id = value(db, "SELECT id FROM feeds")
    (host,) = take(store, claim(store))

    def bring() -> None:
        with store.begin() as db:
            entries.insert(db, feed_id, [item("https://h0.example/new", host_id=host_id)], now=NOW)
            hosts.wake(db, [host_id])

    with store.begin() as ending:
        assert hosts.release(ending, [end(host_id, host.lease)], now=NOW)
        assert due(ending, host_id)[1] is None
        with begun(bring, store) as bringing:
            ending.commit()
            bringing.result(10)

    with store.begin() as db:
        assert due(db, host_id)[1] == NOW


def test_of_two_who_bring_work_at_once_the_earlier_work_counts(store: Store) -> None:
    """The second waits for the first and then looks at everything, not only at what it saw before."""
    with store.begin() as db:
        (host_id,) = made(db, 1)
        feed_id = value(db, "SELECT id FROM feeds")

    def bring(db: Connection, name: str, due_at: datetime) -> None:
        entries.insert(db, feed_id, [item(f"https://h0.example/{name}", host_id=host_id)], now=due_at)
        hosts.wake(db, [host_id])

    def second() -> None:
        with store.begin() as db:
            bring(db, "late", NOW + timedelta(hours=1))

    with store.begin() as first:
        bring(first, "early", NOW)
        with begun(second, store) as waiting:
            first.commit()
            waiting.result(10)

    with store.begin() as db:
        assert due(db, host_id)[1] == NOW


def test_a_host_that_does_not_know_of_its_work_is_found(store: Store) -> None:
    with store.begin() as db:
        entry_id = discovered_entry(db, added_feed(db), "https://elsewhere.example/a", now=NOW)
        host_id = value(db, "SELECT host_id FROM entries WHERE id = :id", id=entry_id)
        assert due(db, host_id)[1] is None
        assert hosts.wake_forgotten(db) == 1
        assert due(db, host_id)[1] == NOW
        assert hosts.wake_forgotten(db) == 0


def test_putting_an_entry_back_wakes_its_host(store: Store) -> None:
    with store.begin() as db:
        entry_id = refused_entry(db, added_feed(db), "https://elsewhere.example/a", Reason.TIMEOUT)
        host_id = value(db, "SELECT host_id FROM entries WHERE id = :id", id=entry_id)
        assert entries.requeue(db, now=NOW, reason="too-short") == 0
        assert entries.requeue(db, now=NOW, reason="timeout") == 1
        assert due(db, host_id)[1] == NOW


def test_a_paused_feed_makes_no_host_due(store: Store) -> None:
    with store.begin() as db:
        (host_id,) = made(db, 1)
        feed_id = value(db, "SELECT id FROM feeds")
        feeds.turn(db, feed_id, FeedEvent.PAUSE, now=NOW)
        assert due(db, host_id) == (None, None)
        feeds.turn(db, feed_id, FeedEvent.RESUME, now=NOW)
        assert due(db, host_id) == (NOW, None)


def test_a_host_is_made_once_by_two_who_need_it_at_the_same_moment(store: Store) -> None:
    def maker(barrier: Barrier) -> int:
        with store.begin() as db:
            db.execute(text("SELECT 1"))
            barrier.wait()
            return hosts.ensure(db, ["https://new.example:443"])["https://new.example:443"]

    one, other = at_once(maker, maker)
    assert one == other
