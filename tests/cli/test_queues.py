"""Queues can be listed, paused, resumed and emptied from the command line."""

import pytest
from redis import Redis

from tests.cli.terminal import wiredesk
from tests.services.service import Service
from tests.store.rows import added_feed
from tests.store.tables import read
from worker.services.problems import problems
from worker.store import Store, signs


@pytest.fixture
def service(store: Store, database: str) -> Service:
    """A service with a feed that is due."""
    with store.begin() as db:
        added_feed(db)
    return Service(database)


def sent(service: Service) -> list[str]:
    """The stages of which a tick sends messages."""
    service.queue.messages.clear()
    service.tick()
    return [stage for stage, _ in service.queue.messages]


@pytest.mark.usefixtures("broker")
def test_ticks_hand_out_no_work_of_a_paused_queue_until_it_is_resumed(service: Service, store: Store) -> None:
    assert wiredesk("queues", "pause", "all").code == 0

    assert sent(service) == []
    (poll,) = [one for one in wiredesk("queues", "list", "--json").json if one["name"] == "poll"]
    assert poll["paused"]["by"].startswith("cli:")
    assert poll["due_seconds"] > 0
    named = problems(store, None, service.settings, now=service.now())
    assert ("paused:poll", "wiredesk queues resume poll") in [(one.key, one.command) for one in named]
    # What waits by the operator's wish does not stand still.
    with store.begin() as db:
        assert signs.pulse(db).waits["poll"] is None

    assert wiredesk("queues", "resume", "all").out == "resumed poll, fetch, extract, deliver\n"
    assert sent(service) == ["poll", "deliver"]
    with store.begin() as db:
        actions = [row["action"] for row in read(db, "audit", "action")]
    assert actions.count("queue.paused") == actions.count("queue.resumed") == 4


@pytest.mark.usefixtures("database")
def test_purging_deletes_messages_and_says_when_their_rows_are_due_again(broker: str) -> None:
    with Redis.from_url(broker) as client:
        for queue in ("poll", "fetch"):
            client.lpush(queue, "{}", "{}")

        said = wiredesk("queues", "purge", "poll")

        assert (client.llen("poll"), client.llen("fetch")) == (0, 2)
    assert said.out == "deleted 2 messages of poll; nothing is lost: their rows are due again within 3 min\n"


@pytest.mark.usefixtures("database", "broker")
def test_an_unknown_queue_is_a_user_error_that_names_the_queues() -> None:
    said = wiredesk("queues", "pause", "schedule")
    assert said.code == 2
    assert said.err == (
        "wiredesk: there is no queue schedule; choose from poll, fetch, extract, deliver, or all\n"
    )


@pytest.mark.usefixtures("database")
def test_queues_are_listed_while_redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    said = wiredesk("queues", "list")
    assert said.code == 0
    assert "extract" in said.out
