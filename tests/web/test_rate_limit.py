"""One reader cannot keep the others from being answered."""

from typing import Any

import pytest
import requests

from tests.store import rows
from tests.web.conftest import Web
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.web.rate_limit import reader_of


@pytest.fixture
def limited(serve: Any, database_url: str, redis_url: str) -> Web:
    """A server that answers three requests a minute."""
    web: Web = serve(database_url, redis_url, web_rate_per_minute=3)
    return web


def test_a_reader_gets_as_many_answers_a_minute_as_the_setting_says(limited: Web) -> None:
    answers = [limited.get("/api/v1/feeds") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=60'}
    left = [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers]
    assert left == ['"default";r=2', '"default";r=1', '"default";r=0', '"default";r=0']
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["detail"].startswith("more than 3 requests in a minute")


def test_probes_metrics_and_static_files_are_not_counted(limited: Web) -> None:
    for _ in range(5):
        for path in ("/healthz", "/readyz?part=web", "/metrics", "/static/live.js"):
            answer = limited.get(path)
            assert answer.status_code == 200
            assert "RateLimit" not in answer.headers


def test_every_key_has_its_own_count(serve: Any, database_url: str, redis_url: str) -> None:
    web = serve(database_url, redis_url, web_keys="required", web_rate_per_minute=1)
    with web.store.begin() as db:
        secrets = [issue(db, name, Scope.READ, now=rows.NOW) for name in ("one", "two")]
    for secret in secrets:
        found = [
            requests.get(web.url, headers={"X-API-Key": str(secret)}, timeout=10).status_code for _ in "12"
        ]
        assert found == [200, 429]


def test_nobody_is_refused_while_redis_is_away(serve: Any, database_url: str) -> None:
    web = serve(database_url, "redis://127.0.0.1:1/0", web_rate_per_minute=1)
    assert [web.get("/api/v1/feeds").status_code for _ in "123"] == [200, 200, 200]


def test_on_loopback_there_is_no_limit_unless_it_is_set(web: Web) -> None:
    assert "RateLimit" not in web.get("/api/v1/feeds").headers


@pytest.mark.parametrize(
    "client, reader",
    [
        (("192.0.2.1", 80), "address:192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 80), "address:2001:db8:1:2::"),
        (None, "address:"),
        (("socket", 0), "address:socket"),
    ],
    ids=["an IPv4 address", "a network of IPv6", "unknown", "a local socket"],
)
def test_readers_without_a_key_are_distinguished_by_their_addresses(client: Any, reader: str) -> None:
    assert reader_of({"client": client}) == reader
