from collections.abc import Iterator

import pytest

from worker.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store(database_url)
    yield opened
    opened.close()
