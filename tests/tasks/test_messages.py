"""Messages say in which form they are, so that two versions can run side by side."""

import json
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from worker.config.settings import Settings
from worker.tasks.app import make_app
from worker.tasks.base import FORMAT, register
from worker.tasks.context import Context
from worker.tasks.queue import CeleryQueue


def test_a_message_carries_its_form_and_only_ids(redis_url: str) -> None:
    settings = Settings(redis_url=redis_url, database_url="postgresql://127.0.0.1:1/none")  # type: ignore[call-arg]
    app = make_app(settings)
    CeleryQueue(app, Context(settings)).send("fetch", [(7, 1), (8, 3)])
    with redis.Redis.from_url(redis_url) as client:
        message: Any = json.loads(client.lindex("fetch", 0))  # type: ignore[arg-type]
    assert message["headers"]["format"] == FORMAT
    assert message["headers"]["argsrepr"] == "[[[7, 1], [8, 3]]]"


@pytest.mark.parametrize(
    ("headers", "done"),
    [({}, True), ({"format": FORMAT}, True), ({"format": FORMAT + 1}, False), ({"format": "x"}, False)],
    ids=["of a release without forms", "of this form", "of a later form", "of no known form"],
)
def test_a_message_of_another_form_is_dropped_and_counted(
    redis_url: str, headers: dict[str, Any], done: bool
) -> None:
    settings = Settings(redis_url=redis_url, database_url="postgresql://127.0.0.1:1/none")  # type: ignore[call-arg]
    app, taken = make_app(settings), []
    register(app, Context(settings), "probe", lambda _context, _queue, claims: taken.extend(claims))
    with capture_logs() as lines:
        app.tasks["probe"].apply(([[7, 1], [8, 3]],), headers=headers)
    assert bool(taken) is done
    dropped = [(line["outcome"], line["count"]) for line in lines if line["event"] == "work dropped"]
    assert dropped == ([] if done else [("unknown-format", 2)])
