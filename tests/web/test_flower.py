"""Flower is open on loopback, and beyond it for admins: by the session of the pages, or by a key."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.cli.terminal import environment, wiredesk
from tests.waiting import wait_until
from worker.config.settings import Settings
from worker.rows.access import Role
from worker.rows.api_keys import Scope
from worker.services.access import accounts
from worker.services.access.login import begin_session
from worker.services.operator.api_keys import issue
from worker.store import Store
from worker.web.cookies import COOKIE

START_SECONDS = 60.0


@pytest.fixture
def keys(database_url: str) -> dict[Scope, str]:
    """A key of each scope."""
    store = Store(database_url, pool_size=1)
    with store.begin() as db:
        made = {scope: issue(db, f"key-{scope}", scope, now=datetime.now(UTC)) for scope in Scope}
    store.close()
    return {scope: secret for scope, secret in made.items() if secret}


@pytest.fixture
def sessions(database_url: str) -> list[str]:
    """The tokens of an admin and of an editor who are signed in to the pages."""
    store, now = Store(database_url, pool_size=1), datetime.now(UTC)
    tokens = []
    with store.begin() as db:
        for role in (Role.ADMIN, Role.EDITOR):
            account, _ = accounts.add(db, f"some-{role}", role, now=now, valid=timedelta(days=1))
            lifetimes = Settings().session_lifetimes
            tokens.append(begin_session(db, account, agent="", how="test", now=now, lifetimes=lifetimes))
    store.close()
    return tokens


@pytest.fixture
def flower(database_url: str, redis_url: str) -> Iterator[str]:
    """The address of a Flower that other machines are taken to reach."""
    port = free_port()
    variables = environment(
        {
            "WIREDESK_DATABASE_URL": database_url,
            "WIREDESK_REDIS_URL": redis_url,
            "WIREDESK_FLOWER_PORT": str(port),
            "WIREDESK_WEB_PUBLISHED_HOST": "192.0.2.1",
        }
    )
    process = subprocess.Popen([sys.executable, "-m", "worker.cli", "flower"], env=variables)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answers(url: str, password: str | None = None, *, session: str | None = None) -> int:
    """The status for the page of the workers with this login; 0 without an answer."""
    try:
        login = None if password is None else ("anybody", password)
        cookies = {COOKIE: session} if session else {}
        return requests.get(f"{url}/workers", auth=login, cookies=cookies, timeout=5).status_code
    except requests.ConnectionError:
        return 0


def test_flower_beyond_loopback_is_opened_by_keys_and_sessions_of_admins_only(
    keys: dict[Scope, str], sessions: list[str], flower: str
) -> None:
    assert wait_until(lambda: answers(flower), START_SECONDS) == 401
    assert answers(flower, keys[Scope.ADMIN]) == 200
    assert answers(flower, keys[Scope.WRITE]) == 401
    assert answers(flower, "guessed") == 401
    assert [answers(flower, session=session) for session in sessions] == [200, 401]
    stop = f"{flower}/api/worker/shutdown/any"
    admin = ("anybody", keys[Scope.ADMIN])
    foreign = requests.post(stop, auth=admin, headers={"Sec-Fetch-Site": "cross-site"}, timeout=5)
    assert foreign.status_code == 403
    assert requests.post(stop, timeout=5).status_code == 401


def test_flower_without_a_key_does_not_listen_beyond_loopback(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    monkeypatch.setenv("WIREDESK_WEB_HOST", "192.0.2.1")
    said = wiredesk("flower")
    assert said.code == 2
    assert "`wiredesk users add NAME --role admin`" in said.err
