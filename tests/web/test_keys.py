"""Beyond loopback, pages and API need a key; probes do not."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.store import rows
from tests.web.conftest import PAGE, Web
from worker.config.settings import Settings
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.store import Store, api_keys
from worker.store.api_keys import USE_NOTED
from worker.web import keys
from worker.web.parts import utc_now

CLOSED = (
    "/",
    "/articles",
    "/feeds/all.atom",
    "/events",
    "/docs",
    "/openapi.json",
    "/api",
    "/api/articles",
    "/api/v1/status",
)
OPEN = ("/healthz", "/readyz?part=web", "/metrics", "/static/live.js", "/websub/unknown")


@pytest.fixture
def guarded(serve: Any, database_url: str, redis_url: str) -> Web:
    """A server that needs keys."""
    web: Web = serve(database_url, redis_url, web_keys="required", web_rate_per_minute=0)
    return web


def issued(store: Store, name: str = "desk", scope: Scope = Scope.READ) -> str:
    with store.begin() as db:
        secret = issue(db, name, scope, now=rows.NOW)
    assert secret
    return secret


def status(web: Web, path: str, method: str = "GET", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with requests.request(
        method, web.url + path, headers=named, timeout=10, allow_redirects=False, stream=True
    ) as answer:
        return answer.status_code


def test_without_a_key_only_probes_metrics_and_hubs_are_answered(guarded: Web) -> None:
    assert {path: status(guarded, path) for path in CLOSED} == dict.fromkeys(CLOSED, 401)
    assert 401 not in [status(guarded, path) for path in OPEN]
    for method in ("HEAD", "OPTIONS", "POST"):
        assert status(guarded, "/api/v1/status", method) == 401


def test_a_refusal_says_how_to_get_a_key_and_how_to_send_it(guarded: Web) -> None:
    answer = guarded.get("/api/v1/articles")
    assert answer.json()["detail"] == (
        "a key is needed: `wiredesk keys add NAME` makes one; send it as Authorization: Bearer KEY, "
        "or as the password of HTTP Basic"
    )
    challenges = answer.headers["WWW-Authenticate"]
    assert 'Bearer realm="Wiredesk"' in challenges
    assert 'Basic realm="Wiredesk"' in challenges
    assert "a key is needed" in requests.get(guarded.url, headers=PAGE, timeout=10).text


def test_a_key_is_accepted_in_three_forms(guarded: Web) -> None:
    secret = issued(guarded.store)
    assert status(guarded, "/api/v1/articles", Authorization=f"Bearer {secret}") == 200
    assert status(guarded, "/api/v1/articles", X_API_Key=secret) == 200
    for path in ("/", "/articles", "/api/v1/articles"):
        assert requests.get(guarded.url + path, auth=("anyone", secret), timeout=10).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wdk_x",
        "bearer ä",
        "Basic !",
        "Basic eA==",
        "Basic eDo=",
        "Basic //8=",
        "Digest x",
    ],
)
def test_anything_else_is_refused(guarded: Web, header: str) -> None:
    issued(guarded.store)
    answer = requests.get(
        guarded.url + "/api/v1/articles", headers={"Authorization": header.encode("latin-1")}, timeout=10
    )
    assert answer.status_code == 401


def test_a_revoked_key_is_refused(monkeypatch: pytest.MonkeyPatch, guarded: Web) -> None:
    monkeypatch.setattr(keys, "REMEMBERED_SECONDS", 0.0)
    secret = issued(guarded.store)
    assert status(guarded, "/", X_API_Key=secret) == 200
    with guarded.store.begin() as db:
        assert api_keys.revoke(db, "desk", now=rows.NOW)
        assert not api_keys.revoke(db, "desk", now=rows.NOW)
    assert status(guarded, "/", X_API_Key=secret) == 401
    assert issued(guarded.store) != secret


def test_a_key_that_reads_may_not_change_anything(guarded: Web) -> None:
    reads, writes = issued(guarded.store), issued(guarded.store, "editor", Scope.WRITE)
    assert status(guarded, "/api/v1/articles", "POST", X_API_Key=reads) == 403
    assert status(guarded, "/api/v1/articles", "POST", X_API_Key=writes) == 405
    assert status(guarded, "/api/v1/articles", X_API_Key=writes) == 200


def test_scopes_include_those_before_them() -> None:
    assert Scope.ADMIN.includes(Scope.READ)
    assert Scope.WRITE.includes(Scope.WRITE)
    assert not Scope.READ.includes(Scope.WRITE)


def test_the_last_use_of_a_key_is_noted_to_the_minute(guarded: Web) -> None:
    secret = issued(guarded.store)
    status(guarded, "/", X_API_Key=secret)
    with guarded.store.begin() as db:
        (key,) = api_keys.listing(db)
        assert key.last_used_at
        assert utc_now() - key.last_used_at < timedelta(minutes=1)
        later = key.last_used_at + USE_NOTED
        api_keys.note_use(db, key.id, now=later - timedelta(seconds=1))
        assert api_keys.listing(db) == [key]
        api_keys.note_use(db, key.id, now=later)
        assert api_keys.listing(db)[0].last_used_at == later


def test_the_store_has_no_secret(guarded: Web) -> None:
    secret = issued(guarded.store)
    with guarded.store.begin() as db:
        stored = db.exec_driver_sql("SELECT api_keys::text FROM api_keys").scalar_one()
    assert secret[:10] in stored
    assert secret[10:] not in stored


def test_a_store_that_does_not_answer_lets_nobody_in(serve: Any, redis_url: str) -> None:
    web = serve("postgresql://nobody@127.0.0.1:1/none", redis_url, web_keys="required")
    assert status(web, "/api/v1/articles", X_API_Key="wdk_x") == 503
    assert status(web, "/healthz") == 200


@pytest.mark.parametrize(
    "settings, needed",
    [
        ({}, False),
        ({"web_host": "localhost"}, False),
        ({"web_host": "::1"}, False),
        ({"web_host": "127.0.0.9"}, False),
        ({"web_host": "0.0.0.0"}, True),
        ({"web_host": "::"}, True),
        ({"web_host": "192.168.1.5"}, True),
        ({"web_host": "desk.example"}, True),
        ({"web_host": "0.0.0.0", "web_published_host": "127.0.0.1"}, False),
        ({"web_published_host": "192.168.1.5"}, True),
        ({"web_host": "::", "web_keys": "off"}, False),
        ({"web_keys": "required"}, True),
    ],
)
def test_a_key_is_needed_unless_the_server_listens_on_loopback_only(
    settings: dict[str, Any], needed: bool
) -> None:
    made = Settings(**settings)
    assert made.web_needs_keys == needed
    assert made.web_rate == (600 if needed else 0)
    assert Settings(**settings, web_rate_per_minute=0).web_rate == 0
