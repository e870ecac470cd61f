"""What docs/delivery.md says is true, and its recipes run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu
import pytest

from tests.docs.test_recipes import recipes
from tests.services.receivers import Received, receiver
from tests.services.service import Service
from tests.services.test_sink_kinds import add as add_sink
from tests.services.test_webhooks import add as add_hook
from tests.services.test_webhooks import articles, work
from tests.store.rows import stored_article
from worker.deliver.message import message_of
from worker.deliver.webhook import DOWN, SAID_BYTES, TOTAL_SECONDS
from worker.services.sinks import decide
from worker.store import changes, sinks
from worker.web.api.stream import HEARTBEAT_SECONDS
from worker.web.app import MOST_FOLLOWERS

Bus: Any = kombu

PAGE = (Path(__file__).parents[2] / "docs" / "delivery.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A service without the built-in stream."""
    made = Service(database_url)
    with made.store.begin() as db:
        sinks.pause(db, "redis-stream")
    yield made
    made.store.close()


def test_the_receiver_on_the_page_verifies_signatures_and_recognises_repeated_messages(
    service: Service,
) -> None:
    seen: set[str] = set()
    handled: list[str] = []

    def seen_before(message_id: str) -> bool:
        known = message_id in seen
        seen.add(message_id)
        return known

    names: dict[str, Any] = {
        "seen_before": seen_before,
        "handle": lambda kind, data: handled.append(f"{kind} {data['id']}"),
    }
    exec(compile(recipes("delivery.md")[0], "delivery.md", "exec"), names)
    articles(service, 2)
    with receiver() as got:
        secret = add_hook(service, got.url)
        work(service)

    def answer(one: Received, secret: str) -> int:
        headers = {name.lower(): value for name, value in one.headers.items()}
        return int(names["receive"](secret, headers, one.body))

    one, two = got.taken
    assert [answer(one, secret), answer(two, secret), answer(one, secret)] == [204, 204, 204]
    assert sorted(handled) == ["article.created 1", "article.created 2"]
    assert answer(one, "whsec_" + "A" * 32) == 401


def test_the_consumer_of_an_exchange_on_the_page_gets_the_german_articles(
    service: Service, redis_url: str
) -> None:
    found: list[int] = []

    def take(body: Any, message: Any) -> None:
        found.append((body if isinstance(body, dict) else json.loads(body))["data"]["id"])
        message.ack()

    recipe = compile(recipes("delivery.md")[1], "delivery.md", "exec")
    names: dict[str, Any] = {"url": redis_url, "take": take}
    # The queue of the recipe, which is there before anything is published.
    with Bus.Connection(redis_url) as connection:
        exchange = Bus.Exchange("wiredesk", type="topic", durable=True)
        Bus.Queue("german", exchange, routing_key="*.de")(connection).declare()
    with service.store.begin() as db:
        stored_article(db, language="en")
    with service.store.begin() as db:
        stored_article(db, language="de")
    add_sink(service, redis_url, exchange="wiredesk")
    work(service)
    exec(recipe, names)
    assert found == [2]


def test_the_json_example_has_the_fields_of_a_message(service: Service) -> None:
    example = json.loads(re.findall(r"(?ms)^```json\n(.*?)^```", PAGE)[0])
    articles(service, 1)
    with service.store.begin() as db:
        (line,) = changes.after(db, 0, limit=1)
    message = json.loads(message_of([line], log="log").body)
    assert example.keys() == message.keys()
    assert example["type"] == message["type"]
    assert example["data"].keys() - {"article"} <= message["data"].keys()


def test_the_numbers_on_the_page_are_those_of_the_program() -> None:
    seconds = [round(wait.total_seconds()) for wait in decide.MESSAGE_WAITS]
    hours = [wait // 3600 for wait in seconds if wait >= 3600]
    assert "after 5 seconds, 30 seconds, 2, 10 and 30 minutes, 1, 2, 4, 8, 12, 20 and 24 hours" in WORDS
    assert seconds[:5] == [5, 30, 120, 600, 1800]
    assert hours == [1, 2, 4, 8, 12, 20, 24]
    assert f"At most {decide.PENDING_MOST:,} lines wait like this" in WORDS
    assert "after three failures in a row" in WORDS
    assert decide.IN_A_ROW == 3
    assert sorted(DOWN) == [429, 502, 503, 504]
    assert f"within {TOTAL_SECONDS:.0f} seconds" in WORDS
    assert f"first {SAID_BYTES} bytes" in WORDS
    assert f"Comments come every {HEARTBEAT_SECONDS:.0f} seconds" in WORDS
    assert f"At most {MOST_FOLLOWERS} readers" in WORDS
