"""Whatever is killed in the middle of the work, every entry ends stored, and exactly once."""

import pytest
import redis

from tests.corpus import needs_corpus
from tests.faults.cluster import Cluster
from tests.faults.conftest import MakeCluster
from tests.site import Site
from tests.site.corpus import replayed
from tests.waiting import wait_until
from worker.embedded import Postgres
from worker.outcome import Owner, Reason

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

HOSTS, PAGES = 12, 20


@pytest.fixture
def cluster(make_cluster: MakeCluster, own_postgres: Postgres) -> Cluster:
    """A cluster on a dedicated PostgreSQL; the delay of the hosts makes the run last."""
    from worker.store import migrate

    migrate.upgrade(own_postgres.url)
    return make_cluster(own_postgres.url, fetch_delay_seconds=0.3)


def test_nothing_is_lost_and_nothing_is_done_twice(
    cluster: Cluster, own_postgres: Postgres, site: Site
) -> None:
    for number in range(HOSTS):
        site.host(f"Outlet {number}").feed(window=PAGES, articles=PAGES)
    cluster.service.subscribe(*site.feeds)
    cluster.start()

    break_everything(cluster, own_postgres, every=HOSTS * PAGES // 8)

    cluster.await_settled()
    identity = cluster.service.identity()
    assert identity.stored == identity.discovered == HOSTS * PAGES
    assert_each_once(cluster)


@needs_corpus
def test_nothing_is_lost_or_doubled_on_published_pages_either(
    cluster: Cluster, own_postgres: Postgres
) -> None:
    with replayed(hosts=HOSTS) as feeds:
        cluster.service.subscribe(*feeds)
        cluster.start()
        break_everything(cluster, own_postgres, every=25)
        cluster.await_settled()

    assert all(Reason.of(slug).owner is Owner.PUBLISHER for slug in cluster.service.refusals())
    assert_each_once(cluster)


def break_everything(cluster: Cluster, postgres: Postgres, *, every: int) -> None:
    """One fault after the other, each when `every` more entries have been stored."""
    cluster.await_stored(every)
    cluster.kill_child("extract")
    cluster.kill_child("fetch")
    cluster.await_stored(2 * every)
    for worker in ("poll", "fetch", "extract", "schedule"):
        cluster.kill(worker)
    cluster.await_stored(3 * every)
    with redis.Redis.from_url(cluster.redis.url) as client:
        client.flushall()
    cluster.await_stored(4 * every)
    cluster.redis.stop()
    cluster.redis.start()
    cluster.await_stored(5 * every)
    postgres.kill()
    # So the next one finds no store at its first connection.
    known = cluster.log("schedule")
    cluster.kill("schedule")
    wait_until(lambda: "server away" in cluster.log("schedule").removeprefix(known), 30)
    postgres.start()


def assert_each_once(cluster: Cluster) -> None:
    """Each stored entry has one article, each article one revision and one change."""
    ask = cluster.service.ask
    assert cluster.service.identity().holds
    assert cluster.service.identity().waiting == 0
    stored = cluster.service.identity().stored
    assert ask("SELECT count(*) AS n FROM articles") == [{"n": stored}]
    changes = ask("SELECT kind, count(*) AS n, count(DISTINCT article_id) AS m FROM changes GROUP BY kind")
    # Published pages can have copies, which join one story.
    assert [line for line in changes if line["kind"] != "story"] == [
        {"kind": "created", "n": stored, "m": stored}
    ]
    assert all(line["n"] == line["m"] for line in changes)
    assert ask("SELECT DISTINCT state FROM pages WHERE state = 'fetched'") == []
