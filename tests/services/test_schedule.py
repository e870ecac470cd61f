"""The tick claims and sends due work; lost messages, two ticks and an absent queue are harmless."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier

import pytest
from structlog.testing import capture_logs

from tests.services.service import ListQueue, Service
from tests.site import Site
from tests.store.racing import at_once
from tests.store.rows import item
from worker.model import FeedState
from worker.rows.feeds import FeedUpdate
from worker.services import schedule
from worker.services.queue import QueueUnavailable
from worker.store import entries, feeds

Make = Callable[..., Service]


class AwayOnSend(ListQueue):
    """A queue whose broker goes away after `depth` and before `send`."""

    def send(self, stage: str, claims: object) -> None:
        raise QueueUnavailable("gone")


class Away(ListQueue):
    """A queue that cannot be reached."""

    def depth(self, stage: str) -> int:
        raise QueueUnavailable("gone")


def tick(service: Service, queue: ListQueue) -> list[tuple[str, list[tuple[int, int]]]]:
    schedule.tick(service.store, queue, now=service.now(), policy=service.settings.schedule)
    return queue.messages


def subscribed(service: Service, count: int) -> None:
    service.subscribe(*(f"https://h{n}.example/feed" for n in range(count)))


def leases(service: Service) -> list[object]:
    return [row["lease"] for row in service.read("hosts", "lease")]


def test_due_hosts_go_into_the_queue_in_batches(make_service: Make) -> None:
    service = make_service(batch_hosts=4)
    subscribed(service, 10)
    assert [(stage, len(claims)) for stage, claims in tick(service, ListQueue())] == [
        ("poll", 4),
        ("poll", 4),
        ("poll", 2),
    ]
    assert tick(service, ListQueue()) == []


def test_two_ticks_at_once_send_each_host_once(service: Service) -> None:
    subscribed(service, 60)

    def ticker(barrier: Barrier) -> set[int]:
        queue = ListQueue()
        barrier.wait()
        tick(service, queue)
        return {host_id for _, claims in queue.messages for host_id, _ in claims}

    one, other = at_once(ticker, ticker)

    assert not one & other
    assert len(one | other) == 60


def test_work_claimed_for_a_message_that_could_not_be_sent_is_due_again_after_the_lease(
    service: Service,
) -> None:
    subscribed(service, 3)
    with pytest.raises(QueueUnavailable):
        tick(service, AwayOnSend())
    assert tick(service, ListQueue()) == []

    service.later(seconds=service.settings.claim_lease_seconds)

    ((_, claims),) = tick(service, ListQueue())
    assert len(claims) == 3


def test_without_a_queue_nothing_is_claimed(service: Service) -> None:
    subscribed(service, 3)
    with pytest.raises(QueueUnavailable):
        tick(service, Away())
    assert leases(service) == [0, 0, 0]


def test_a_full_queue_holds_its_stage_back_and_no_other(make_service: Make) -> None:
    service = make_service(queue_limit=2)
    subscribed(service, 3)
    queue = ListQueue([("poll", []), ("poll", [])])
    with capture_logs() as lines:
        tick(service, queue)

    assert leases(service) == [0, 0, 0]
    assert [(line["outcome"], line["held_back"]) for line in lines] == [("held-back", "poll")]
    queue.messages.pop()
    assert len(tick(service, queue)[-1][1]) == 3


def test_no_more_is_claimed_than_the_queue_has_room_for(make_service: Make) -> None:
    service = make_service(queue_limit=2, batch_hosts=3)
    subscribed(service, 10)
    assert sum(len(claims) for _, claims in tick(service, ListQueue())) == 6


def test_a_page_that_a_worker_died_on_goes_alone(service: Service, site: Site) -> None:
    service.subscribe(site.host().feed(articles=4).url)
    fetch_all(service)
    service.change("pages", {"due_at": service.now(), "attempts": 0})
    service.change("pages", {"attempts": 1}, id=2)

    sent = [[page_id for page_id, _ in claims] for _, claims in tick(service, ListQueue())]

    assert sorted(map(sorted, sent)) == [[1, 3, 4], [2]]


def fetch_all(service: Service) -> None:
    """Poll and fetch without extracting the pages."""
    for _ in range(2):
        service.tick()
        for stage, claims in [service.queue.messages.pop(0) for _ in service.queue.messages[:]]:
            service.do(stage, claims)
    service.queue.messages.clear()


def test_entries_without_a_link_are_read_from_their_feed_or_refused(service: Service) -> None:
    (feed_id,) = service.subscribe("https://n.example/feed")
    told = item("https://n.example/1", guid="1", content="<p>" + "What the feed itself says. " * 40)
    bare = item("https://n.example/2", guid="2")
    with service.store.begin() as db:
        entries.insert(db, feed_id, [replace(one, url=None) for one in (told, bare)], now=service.now())
        update = FeedUpdate(
            state=FeedState.ACTIVE, due_at=service.now().replace(year=2999), due_because="", errors=0, new=2
        )
        feeds.save(db, {feed_id: update}, now=service.now())

    service.queue.messages.clear()
    service.tick()
    service.do(*next(m for m in service.queue.messages if m[0] == "extract"))

    assert service.identity().stored == 1
    assert service.refusals() == {"no-link": 1}
    assert service.identity().holds


def test_bodies_are_dropped_when_their_retention_is_over(make_service: Make, site: Site) -> None:
    service = make_service(page_retention_days=1)
    service.subscribe(site.host().feed(articles=2).url)
    service.work()
    assert schedule.expire_pages(service.store, now=service.now()) == 0
    service.later(days=1, minutes=1)
    assert schedule.expire_pages(service.store, now=service.now()) == 2


def test_housekeeping_wakes_hosts_that_missed_their_due_work(service: Service) -> None:
    subscribed(service, 2)
    service.change("hosts", {"poll_due_at": None})
    assert tick(service, ListQueue()) == []
    assert schedule.wake_hosts(service.store) == 2
    assert len(tick(service, ListQueue())[0][1]) == 2


def test_housekeeping_indexes_what_workers_of_an_older_version_stored(service: Service, site: Site) -> None:
    service.subscribe(site.host().feed(articles=2).url)
    service.work()
    service.change("articles", {"search": None})
    assert schedule.index_articles(service.store) == 2
    assert schedule.index_articles(service.store) == 0
