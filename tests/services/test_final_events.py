"""Every unit of work emits one final event, so the sums of the log agree with the store."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from structlog.testing import capture_logs

from tests.services.service import Service
from worker.demo import DemoWeb


def test_each_poll_fetch_and_extraction_of_the_demo_emits_one_final_event(service: Service) -> None:
    began = datetime.now(UTC)
    with capture_logs() as lines, DemoWeb(clock=service.now, began=began) as demo:
        service.subscribe(*demo.feeds)
        service.work()

    told = [(str(line["event"]), line) for line in lines]
    polled = [line for name, line in told if name == "feed polled"]
    fetched = [line for name, line in told if name == "page fetched"]
    read = [line for name, line in told if name == "page extracted"]

    pages = service.read("pages", "url")
    assert len(polled) == sum(feed["polls"] for feed in service.read("feeds", "polls"))
    assert sum(line["new"] for line in polled) == service.identity().discovered
    assert sum(line["outcome"] in ("fetched", "fallback") for line in fetched) == len(
        [page for page in pages if page["url"]]
    )
    assert once(fetched, "entry_id")
    assert len(read) == len(pages)
    assert once(read, "page_id")
    assert sum(line["outcome"] == "created" for line in read) == service.count("changes", kind="created")
    assert Counter(refusals(fetched) + refusals(read)) == Counter(service.refusals())
    assert all(line["seconds"] >= 0 for line in polled + fetched + read)


def once(lines: list[Any], key: str) -> bool:
    """Return whether no two lines are about the same unit: nothing is retried in the demo's first minute."""
    return max(Counter(line[key] for line in lines).values()) == 1


def refusals(lines: list[Any]) -> list[str]:
    return [line["reason"] for line in lines if line["outcome"] == "refused"]
