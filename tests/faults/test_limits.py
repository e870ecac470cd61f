"""The limits of a child: one that hangs is killed, one that has grown is replaced; no page is lost by it."""

import psutil
import pytest

from tests.faults.cluster import Cluster
from tests.faults.conftest import MakeCluster
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

PARTS = ("schedule", "poll", "fetch", "beat")


def start(cluster: Cluster) -> None:
    """All parts, with an extractor that can be made to hang or to grow."""
    cluster.start(*PARTS).start("extract", module="tests.faults.hanging")


def test_a_page_on_which_the_extractor_hangs_is_refused_and_no_other_page_is_affected(
    database_url: str, make_cluster: MakeCluster, site: Site
) -> None:
    short = {"extract_soft_seconds": 1.0, "extract_hard_seconds": 2.0, "turn_lease_seconds": 3.5}
    cluster = make_cluster(database_url, attempts=2, extract_concurrency=1, watchdog_seconds=60.0, **short)
    host = site.host()
    feed = host.feed(articles=8)
    feed.add(host.article("A page to hang on", text="HANG " * 200))
    cluster.service.subscribe(feed.url)
    start(cluster)

    cluster.await_settled()

    assert cluster.service.refusals() == {"worker-died": 1}
    assert cluster.service.identity().stored == 8
    (refused,) = cluster.service.read("entries", "title", "detail", state="refused")
    assert refused["title"] == "A page to hang on"
    assert "2 workers died or were killed while they read it" in str(refused["detail"])
    assert cluster.restarts == [], "the children were killed, not the worker"


def test_a_child_beyond_its_memory_limit_is_replaced_after_it_has_saved(
    database_url: str, make_cluster: MakeCluster, site: Site
) -> None:
    cluster = make_cluster(database_url, extract_concurrency=1, child_memory_mib=250)
    host = site.host()
    feed = host.feed(articles=3)
    cluster.service.subscribe(feed.url)
    start(cluster)
    cluster.await_stored(3)
    (child,) = cluster.children("extract")

    feed.add(host.article("A page to grow on", text="GROW and more " * 100))
    cluster.await_stored(4)

    psutil.wait_procs([child], timeout=10)
    assert not child.is_running()
    feed.add(host.article("The page after that"))
    cluster.await_stored(5)
    assert cluster.restarts == [], "the worker itself goes on"
