from collections.abc import Callable, Iterator

import pytest

from tests.services.hubs import HubProcess, callback, hub_process
from tests.services.pushed_world import World
from tests.services.service import Service
from tests.site import Site
from worker.config.settings import Settings
from worker.store import sinks


@pytest.fixture
def make_service(database_url: str) -> Iterator[Callable[..., Service]]:
    """Return a function that makes a service with the given settings."""
    made: list[Service] = []

    def make(**settings: object) -> Service:
        made.append(Service(database_url, **settings))
        # There is no Redis here.
        with made[-1].store.begin() as db:
            sinks.pause(db, "redis-stream")
        return made[-1]

    yield make
    for service in made:
        service.store.close()


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    """A service on an empty store."""
    return make_service()


@pytest.fixture
def looking_service(make_service: Callable[..., Service]) -> Service:
    """A service with the default ages of later looks, which polls often."""
    ages = Settings.model_fields["look_again_seconds"].get_default()
    return make_service(look_again_seconds=ages, poll_cap_seconds=600.0)


@pytest.fixture(scope="session")
def hub() -> Iterator[HubProcess]:
    """A WebSub hub in a separate process."""
    with hub_process() as running:
        yield running


@pytest.fixture
def world(
    make_service: Callable[..., Service], database_url: str, site: Site, hub: HubProcess
) -> Iterator[World]:
    """A service with its callback, the hub, and a host with a feed of one article."""
    services: list[Service] = []
    with callback(database_url, clock=lambda: services[0].now()) as address:
        services.append(make_service(websub_callback_url=address))
        host = site.host()
        yield World(services[0], hub, site, host, host.feed("/feed.xml", articles=1))
