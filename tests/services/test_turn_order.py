"""Hosts that are due for polling and fetching at once."""

from tests.services.service import ListQueue, Service
from worker.services import schedule


def test_polling_and_fetching_take_turns_at_claiming_first(service: Service) -> None:
    service.subscribe("http://127.0.0.1:1/feed.xml")
    service.change("hosts", {"poll_due_at": service.now(), "fetch_due_at": service.now()})
    policy = service.settings.schedule

    chosen = []
    for microsecond in (0, 1):
        service.later(hours=1)
        queue = ListQueue()
        schedule.tick(service.store, queue, now=service.now().replace(microsecond=microsecond), policy=policy)
        chosen += [stage for stage, _ in queue.messages]

    assert sorted(chosen) == ["fetch", "poll"]
