"""An upgrade under load: workers of the version before and of this one work side by side."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.cli.terminal import ROOT
from tests.faults.cluster import QUICK
from tests.services.service import Service
from tests.site import Site
from tests.site.host import SiteFeed, SiteHost
from tests.waiting import wait_until
from worker.config.load import to_environment
from worker.config.settings import Settings
from worker.embedded import Redis
from worker.store import migrate

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

FIRST = "8393e57c4d77a329883eb5a5d70ea21809503e32"
"""The commit to upgrade from while there is no release: the last one with the schema 0030."""

GRACE_SECONDS = 10
"""The shortest time that a deployment gives a part to end: Docker's default."""

WAIT_SECONDS = 90


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The tree of the last release, else of `FIRST`."""
    commit = git("describe", "--tags", "--abbrev=0", "--match=v*") or FIRST
    if git("cat-file", "-t", commit) != "commit":
        pytest.skip(f"the version before ({commit[:10]}) is not in this clone: git fetch --unshallow --tags")
    tree = tmp_path / "before"
    tree.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit, "worker", "config"], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "--extract"], input=archive.stdout, cwd=tree, check=True)
    return tree


def git(*arguments: str) -> str:
    """Return what git prints; empty if it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


class Version:
    """A worker for all queues and a beat, from one tree."""

    def __init__(self, tree: Path, directory: Path, settings: Settings) -> None:
        self._tree, self._directory = tree, directory
        directory.mkdir()
        given = {name: value for name, value in to_environment(settings).items() if name in GIVEN}
        self._env = {**os.environ, **given, "PYTHONPATH": str(tree), "WIREDESK_DATA_DIR": str(directory)}
        self._parts: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: str) -> None:
        """Run a command to its end."""
        subprocess.run(self._command(*arguments), env=self._env, cwd=self._directory, check=True)

    def start(self) -> "Version":
        """Start the worker and the beat."""
        worker = ("worker", "--name", self._directory.name, "--pool", "prefork", "--concurrency", "2")
        for arguments in (worker, ("beat",)):
            with (self._directory / f"{arguments[0]}.log").open("wb") as log:
                self._parts[arguments[0]] = subprocess.Popen(
                    self._command(*arguments), env=self._env, cwd=self._directory, stdout=log, stderr=log
                )
        return self

    def stop(self) -> dict[str, int]:
        """Send SIGTERM to all, and return their exit codes; a part that takes too long fails the test."""
        for part in self._parts.values():
            part.terminate()
        return {name: part.wait(GRACE_SECONDS) for name, part in self._parts.items()}

    def kill(self) -> None:
        for part in self._parts.values():
            part.kill()
            part.wait()

    def extracted(self) -> int:
        """Return how many pages the worker has extracted."""
        return sum(line.get("event") == "page extracted" for line in self.lines())

    def lines(self) -> list[dict[str, object]]:
        """Return what both have logged; a line that is not JSON, such as of a traceback, is an error."""
        text = "".join(path.read_text(errors="replace") for path in self._directory.glob("*.log"))
        return [parsed(line) for line in text.splitlines() if line.strip()]

    def trouble(self) -> list[dict[str, object]]:
        """Return the lines that report an error, or a server that does not answer."""
        return [line for line in self.lines() if line["level"] in ("error", "critical") or "error" in line]

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "worker.cli", *arguments]


GIVEN = {f"WIREDESK_{name.upper()}" for name in (*QUICK, "database_url", "redis_url")} - {
    "WIREDESK_FEW_PROCESSES"
}
"""The settings that both versions know."""


def parsed(line: str) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(line)
    except ValueError:
        # The banner of Celery is plain text.
        return {"level": "error" if "Traceback" in line or "Error" in line else "info", "event": line}
    return {"level": "info", **found}


@pytest.fixture
def load_(site: Site) -> "Load":
    """A feed that publishes as long as the test wants."""
    host = site.host()
    feed = host.feed(articles=3)
    # Nothing scrolls off while the versions start: that would be a gap, and no fault of the upgrade.
    feed.window = 10_000
    return Load(host, feed)


class Load:
    """Publishes an article every second until it is stopped."""

    def __init__(self, host: SiteHost, feed: SiteFeed) -> None:
        self.feed, self.published = feed, 3
        self._host, self._stopping = host, Event()

    def __call__(self) -> None:
        while not self._stopping.wait(1.0):
            self.published += 1
            self.feed.add(self._host.article(title=f"Report number {self.published}"))

    def stop(self) -> None:
        self._stopping.set()


@pytest.fixture
def versions(
    before: Path, tmp_path: Path, own_redis: Redis, fresh_database: object
) -> Iterator[tuple[Version, Version, Service]]:
    """The version before and this one on an empty database, and the test's own view of the store."""
    with fresh_database(migrated=False) as url:  # type: ignore[operator]
        settings = Settings(**(QUICK | {"database_url": url, "redis_url": own_redis.url}))  # type: ignore[arg-type]
        old = Version(before, tmp_path / "old", settings)
        new = Version(ROOT, tmp_path / "new", settings)
        service = Service(**settings.model_dump())
        yield old, new, service
        service.store.close()
        old.kill()
        new.kill()


def test_both_versions_work_side_by_side_over_the_migrations_and_nothing_is_lost(
    versions: tuple[Version, Version, Service], load_: Load
) -> None:
    old, new, service = versions
    database = str(service.settings.database_url)
    old.run("db", "upgrade")
    old.run("feeds", "add", load_.feed.url)
    old.start()
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(load_)
        try:
            wait_until(lambda: old.extracted() >= 3, WAIT_SECONDS, pause=0.2)
            migrate.upgrade(database)
            migrated = old.extracted()
            new.start()
            wait_until(lambda: new.extracted() >= 2, WAIT_SECONDS, pause=0.2)
            wait_until(lambda: old.extracted() > migrated, WAIT_SECONDS, pause=0.2)
            assert old.stop() == {"worker": 0, "beat": 0}
        finally:
            load_.stop()
        publishing.result()
    wait_until(lambda: service.identity().discovered == load_.published, WAIT_SECONDS, pause=0.5)
    wait_until(lambda: service.identity().waiting == 0, WAIT_SECONDS, pause=0.5)
    assert new.stop() == {"worker": 0, "beat": 0}
    identity = service.identity()
    assert identity.holds
    assert identity.stored == load_.published, (identity, service.refusals())
    assert old.trouble() + new.trouble() == []
    assert migrate.current(database) == migrate.head()
