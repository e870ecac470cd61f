"""The queue of the services, on Celery and Redis."""

import redis

from worker.config.settings import Settings
from worker.tasks.app import make_app
from worker.tasks.context import Context
from worker.tasks.queue import CeleryQueue


def test_pushes_are_sent_to_the_queue_of_polls(redis_url: str) -> None:
    settings = Settings(redis_url=redis_url, database_url="postgresql://127.0.0.1:1/none")  # type: ignore[call-arg]
    app = make_app(settings)
    queue = CeleryQueue(app, Context(settings))

    queue.send("push", [(7, 1)])

    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("poll") == 1
        assert b"wiredesk.push" in client.lindex("poll", 0)  # type: ignore[operator]
    assert queue.depth("push") == queue.depth("poll") == 1
    assert "wiredesk.push" in app.tasks
