"""The fixture `site`; the root conftest registers it by `pytest_plugins = ["tests.site.plugin"]`."""

from collections.abc import Iterator

import pytest

from tests.site.web import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty web on loopback, served until the test ends."""
    web = Site()
    web.start()
    yield web
    web.stop()
