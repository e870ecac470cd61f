"""The few numbers in which the feeds, the server and a known web are judged."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.store.rows import added_feed, polled, revised_article, stored_article
from worker.model import FeedState
from worker.outcome import Reason
from worker.store import Store, census, health


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url, pool_size=1)
    yield store
    store.close()


def test_feeds_are_counted_by_how_they_fare(store: Store) -> None:
    with store.begin() as db:
        assert not health.any_feed(db)
        added_feed(db, "https://new.example/")
        polled(db, added_feed(db, "https://well.example/"), new=0)
        polled(db, added_feed(db, "https://ill.example/"), new=0, errors=2, reason=Reason.TIMEOUT)
        polled(
            db, added_feed(db, "https://gone.example/"), new=0, state=FeedState.RETIRED, due_at=None,
            errors=1, reason=Reason.HTTP_GONE,
        )  # fmt: skip

        found = health.feeds(db)

        assert (found.active, found.polled, found.working) == (3, 2, 1)
        assert found.failing == {"timeout": 1}
        assert health.any_feed(db)


def test_the_server_tells_its_version_and_time(store: Store) -> None:
    with store.begin() as db:
        server = health.server(db)
    assert server.version >= 15
    assert server.encoding == "UTF8"
    assert abs((datetime.now(UTC) - server.clock).total_seconds()) < 5


def test_texts_are_counted_once_and_edits_by_article(store: Store) -> None:
    with store.begin() as db:
        article = stored_article(db, url="https://news.example/a")
    with store.begin() as db:
        stored_article(db, url="https://news.example/b", title="Another")
    with store.begin() as db:
        revised_article(db, article, url="https://news.example/a", title="Edited", text="Other words.")
    with store.begin() as db:
        assert census.take(db) == census.Census(sightings=2, stories=2, revised=1)
