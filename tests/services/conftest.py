from collections.abc import Callable, Iterator

import pytest

from tests.services.service import Service


@pytest.fixture
def make_service(database_url: str) -> Iterator[Callable[..., Service]]:
    """A service with settings of the test's own."""
    made: list[Service] = []

    def make(**settings: object) -> Service:
        made.append(Service(database_url, **settings))
        return made[-1]

    yield make
    for service in made:
        service.store.close()


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    """A service on an empty store."""
    return make_service()
