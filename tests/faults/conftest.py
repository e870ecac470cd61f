from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from worker.embedded import Redis

MakeCluster = Callable[..., Cluster]

MADE = pytest.StashKey[list[Cluster]]()
"""The clusters of a test."""


@pytest.fixture
def make_cluster(request: pytest.FixtureRequest, tmp_path: Path, own_redis: Redis) -> Iterator[MakeCluster]:
    """Make clusters on a dedicated Redis and the given database; they are stopped at the end."""
    made = request.node.stash.setdefault(MADE, [])

    def make(database_url: str, **settings: object) -> Cluster:
        directory = tmp_path / f"cluster{len(made)}"
        made.append(Cluster(directory, database_url=database_url, broker=own_redis, **settings))
        return made[-1]

    yield make
    for cluster in made:
        cluster.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the logs of the clusters below a failure."""
    report = yield
    if report.failed:
        shared = [value for value in item.funcargs.values() if isinstance(value, Cluster)]
        for cluster in {*shared, *item.stash.get(MADE, [])}:
            report.sections.append(("cluster", cluster.logs()))
    return report
