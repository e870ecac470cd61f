"""Every test of the command line starts in an empty directory, without foreign settings."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.store import Store


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the commands."""
    for name in os.environ:
        if name.startswith("WIREDESK_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database that the commands use."""
    monkeypatch.setenv("WIREDESK_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def broker(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Redis that the commands use."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    return redis_url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """The store that the commands see."""
    store = Store(database, pool_size=1)
    yield store
    store.close()


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands fetch from this machine without pauses."""
    monkeypatch.setenv("WIREDESK_FETCH_ALLOW_NETWORKS", '["127.0.0.0/8"]')
    monkeypatch.setenv("WIREDESK_FETCH_DELAY_SECONDS", "0")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
