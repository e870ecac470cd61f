"""A stranger who can write to the broker cannot change the store."""

import pytest

from tests.store import rows
from worker.config.settings import Settings
from worker.store import Store
from worker.tasks.app import make_app
from worker.tasks.broker import TASKS, configuration

HOSTILE = (
    [[["1; DROP TABLE entries", "x"]]],
    [[[1, "00000000-0000-0000-0000-000000000000"]]],
    [[[{"$ne": 1}, None]]],
    [[[2**70, "x" * 100_000]]],
    [["x"]],
    ["__import__('os').system('true')"],
    [],
)


def test_messages_are_json_and_no_results_are_read() -> None:
    said = configuration(Settings(redis_url="redis://127.0.0.1:1/0"))
    assert (said["accept_content"], said["task_serializer"]) == (["json"], "json")
    assert said["result_backend"] is None
    assert said["task_create_missing_queues"] is False


@pytest.mark.parametrize("stage", ["poll", "fetch", "extract"])
def test_a_message_carries_ids_and_any_other_argument_does_nothing(
    stage: str, database_url: str, redis_url: str
) -> None:
    store = Store(database_url)
    with store.begin() as db:
        feed_id = rows.added_feed(db)
        rows.discovered_entry(db, feed_id, "https://news.example/soon")
        before = rows_of(db)
    task = make_app(Settings(database_url=database_url, redis_url=redis_url)).tasks[TASKS[stage]]
    for arguments in HOSTILE:
        task.apply(args=arguments, throw=False)
    with store.begin() as db:
        assert rows_of(db) == before
    store.close()


def rows_of(db: object) -> list[object]:
    return [
        db.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").fetchall()  # type: ignore[attr-defined]
        for table in ("feeds", "hosts", "entries", "pages", "articles")
    ]
