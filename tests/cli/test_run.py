"""`wiredesk run`: one command starts everything, continues the work of earlier runs, and ends it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import QUICK, Running, nobody_left
from tests.cli.terminal import run, wiredesk
from tests.site import Site
from tests.site.host import SiteFeed, SiteHost
from tests.waiting import wait_until
from worker.cli.running.processes import parts
from worker.config.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
Start = Callable[..., Running]
PART_NAMES = {part.name for part in parts(Settings(few_processes=True))} | {"beat"}
IMPATIENT = {
    "WIREDESK_TURN_SECONDS": "1",
    "WIREDESK_FETCH_TOTAL_SECONDS": "1",
    "WIREDESK_WATCHDOG_SECONDS": "3",
}


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start a run; all are ended after the test."""
    begun: list[Running] = []

    def begin(*arguments: str, tty: bool = False, **variables: str) -> Running:
        begun.append(Running(home, *arguments, tty=tty, variables=variables))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


@pytest.fixture
def host(site: Site) -> SiteHost:
    """A host with a feed of three articles."""
    host = site.host("The Test Times")
    host.feed("/feed.xml", articles=3)
    return host


@pytest.fixture
def feed(host: SiteHost) -> SiteFeed:
    """Its feed."""
    return host.feeds[0]


def test_a_run_ingests_and_other_commands_find_it_and_ctrl_c_ends_all_of_it(
    start: Start, feed: SiteFeed, home: Path
) -> None:
    running = start("run", "--plain", "--feeds", feed.url)
    running.await_stored(3)
    processes = running.everything()

    assert len(wiredesk("articles", "list", "--json").json) == 3
    wait_until(lambda: wiredesk("doctor").code == 0)
    assert (home / "data" / "run" / "servers.json").stat().st_mode & 0o777 == 0o600
    health = home / "data" / "health"
    wait_until(lambda: {path.name for path in health.iterdir()} == PART_NAMES, 60)
    second = run("run", "--plain", cwd=home, **QUICK)
    assert (second.code, second.out) == (2, "")
    assert second.err.count("\n") == 1
    assert f"in use by another wiredesk run (process {running.process.pid})" in second.err

    seconds = running.interrupt()

    assert running.process.returncode == 0, running.output
    assert seconds < 10
    nobody_left(processes, 1.0)
    lines = running.output.splitlines()
    assert lines[-1] == "stopped with 3 articles stored; nothing waits"
    assert any(line.startswith("status page: http://127.0.0.1:") for line in lines)
    assert not (home / "data" / "run" / "servers.json").exists()
    assert len(wiredesk("articles", "list", "--json").json) == 3


def test_no_process_survives_a_killed_run_and_the_next_run_continues(
    start: Start, host: SiteHost, feed: SiteFeed
) -> None:
    killed = start("run", "--feeds", feed.url, tty=True)
    killed.await_stored(3)
    wait_until(lambda: "3 stored" in killed.output)
    assert "Status page: " in killed.output
    processes = killed.everything()

    killed.process.kill()

    nobody_left(processes, 10.0)
    feed.add(host.article("Written meanwhile"))

    continued = start("run", "--plain")
    continued.await_stored(4)
    assert wiredesk("status", "--json").json["identity"]["holds"]
    assert continued.interrupt() < 10
    assert "feeds subscribed" not in continued.output


def test_a_suspended_worker_is_replaced_and_its_work_is_done(
    start: Start, host: SiteHost, feed: SiteFeed
) -> None:
    running = start("run", "--plain", "--feeds", feed.url, **IMPATIENT)
    running.await_stored(3)

    running.worker("visit").suspend()
    feed.add(host.article("Written meanwhile"))

    running.await_stored(4)
    assert "visit has finished nothing for " in running.output
    assert "it is started again" in running.output
    assert running.interrupt() < 10


def test_configured_servers_are_used_and_no_embedded_one_is_started(
    start: Start, feed: SiteFeed, home: Path, database: str, broker: str
) -> None:
    (home / "list.txt").write_text(f"# mine\n{feed.url}\n")

    running = start(
        "run", "--plain", "--feeds", "list.txt", WIREDESK_DATABASE_URL=database, WIREDESK_REDIS_URL=broker
    )
    running.await_stored(3)

    assert running.interrupt() < 10
    assert not (home / "data" / "postgres").exists()
    assert not (home / "data" / "redis").exists()
    assert len(wiredesk("articles", "list", "--json").json) == 3


def test_a_run_with_a_chosen_port_that_is_taken_is_a_user_error(start: Start, site: Site, home: Path) -> None:
    port = site.host().home.rpartition(":")[2]
    said = run(
        "run",
        "--plain",
        "--feeds",
        f"{site.hosts[0].home}/feed",
        cwd=home,
        **QUICK | {"WIREDESK_WEB_PORT": port},
    )
    assert said.code == 2
    assert (
        said.err
        == f"wiredesk: port {port} of 127.0.0.1 is taken: set WIREDESK_WEB_PORT to another, 0 for any\n"
    )
    assert not (home / "data" / "run" / "servers.json").exists()


def test_a_run_ends_and_says_why_when_a_part_cannot_live(
    home: Path, taken: int, database: str, broker: str
) -> None:
    said = run(
        "run",
        "--plain",
        "--feeds",
        "http://127.0.0.1:9/feed",
        cwd=home,
        **QUICK
        | {
            "WIREDESK_METRICS_PORT": str(taken),
            "WIREDESK_DATABASE_URL": database,
            "WIREDESK_REDIS_URL": broker,
        },
    )
    assert said.code == 1
    (line,) = said.err.splitlines()
    assert re.fullmatch(
        r"wiredesk: \w+ cannot run, it failed at \d starts in a row: "
        r"OSError: \[Errno 98\] Address already in use \(see \S+\.log\)",
        line,
    )


@pytest.mark.parametrize("name", ["log", "run"])
def test_a_run_whose_directories_cannot_be_made_is_a_user_error(home: Path, name: str) -> None:
    (home / "data").mkdir()
    (home / "data" / name).write_text("a plain file")
    said = wiredesk("run", "--plain", "--feeds", "http://127.0.0.1:9/feed")
    assert said.code == 2
    assert f"{name} cannot be made: File exists" in said.err
