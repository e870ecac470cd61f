"""Workers are restarted from afar: they finish their work and end, and the supervisor starts them again."""

import psutil
import pytest
import requests

from tests.cli.terminal import wiredesk
from tests.faults.conftest import MakeCluster
from tests.store.tables import read
from tests.waiting import wait_until
from tests.web.conftest import PAGE, serving

BOUND_SECONDS = 60.0


@pytest.mark.slow
def test_a_worker_restarted_by_command_or_page_drains_and_is_back_under_the_same_name(
    database_url: str, make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = make_cluster(database_url).start("schedule")
    report = wait_until(lambda: cluster.report("schedule"), BOUND_SECONDS)
    monkeypatch.setenv("WIREDESK_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREDESK_REDIS_URL", cluster.redis.url)
    before = psutil.Process(cluster.pid("schedule"))
    (listed,) = wiredesk("workers", "list", "--json").json
    assert (listed["name"], listed["active"], listed["stuck"]) == (report.name, 0, False)
    assert listed["rss"] > 1 << 20

    said = wiredesk("workers", "restart", "schedule")

    assert said.code == 0, said.out + said.err
    assert f"{report.name} stops" in said.out
    assert not before.is_running()
    assert len(cluster.restarts) == 1

    back = wait_until(lambda: cluster.report("schedule"), BOUND_SECONDS)
    with serving(database_url, cluster.redis.url) as web:
        pressed = requests.post(f"{web.url}/workers/{back.name}/restart", headers=PAGE, timeout=20)
        assert f"{back.name} finishes its work and ends" in pressed.text
        wait_until(lambda: len(cluster.restarts) == 2, BOUND_SECONDS)
        with web.store.begin() as db:
            lines = [line for line in read(db, "audit") if line["action"] == "worker.restarted"]
    assert [line["actor"].partition(":")[0] for line in lines] == ["cli", "local"]
    assert "Traceback" not in cluster.logs()


def test_an_unknown_worker_is_a_user_error(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    said = wiredesk("workers", "restart", "fetch")
    assert (said.code, said.err) == (
        2,
        "wiredesk: there is no worker fetch; `wiredesk workers list` shows them\n",
    )
