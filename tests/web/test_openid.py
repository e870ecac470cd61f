"""Signing in through an OpenID provider, a real one on loopback, and what an attacker tries on the way."""

import socket
from collections.abc import Iterator
from time import time
from typing import Any

import pytest
import requests
from joserfc.jwk import OctKey, RSAKey

from tests.fixtures.databases import Databases
from tests.web.conftest import PAGE, Web, serving
from tests.web.openid_provider import CLIENT, SECRET, OpenIdServer, openid_server
from worker.rows.access import Role
from worker.services.access import accounts as service
from worker.services.access.openid_accounts import role_of
from worker.store import accounts, audit
from worker.web.parts import utc_now


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdServer]:
    """The provider."""
    with openid_server() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdServer) -> OpenIdServer:
    """The provider, unchanged since its start."""
    fresh = OpenIdServer(key=running.key)
    running.algorithm, running.forged = fresh.algorithm, None
    running.claims, running.person = {}, fresh.person
    return running


@pytest.fixture
def web(databases: Databases, provider: OpenIdServer, redis_url: str) -> Iterator[Web]:
    """A server that knows the provider; the provider sends browsers back to its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with databases.fresh() as url, opened(url, redis_url, provider, port) as served:
        yield served


def opened(database_url: str, redis_url: str, provider: OpenIdServer, port: int, **settings: Any) -> Any:
    known = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return serving(database_url, redis_url, port=port, **known, **settings)


def browser() -> requests.Session:
    made = requests.Session()
    made.headers.update(PAGE)
    return made


def came_in(web: Web, path: str = "/oidc/login?next=/account") -> requests.Response:
    with browser() as person:
        return person.get(web.url + path, timeout=20)


def test_a_person_signs_in_through_the_provider_and_gets_an_account_with_the_default_role(web: Web) -> None:
    with browser() as person:
        assert "/oidc/login?next=/account" in person.get(f"{web.url}/account", timeout=20).text
        arrived = person.get(f"{web.url}/oidc/login?next=/account", timeout=20)
        assert arrived.url == f"{web.url}/account"
        assert "Your role is viewer." in arrived.text
        assert "Change the password" not in arrived.text
    came_in(web)
    with web.store.begin() as db:
        (account,) = accounts.listing(db)
        actions = [line.action for line in audit.listing(db, limit=9)]
    assert (account.name, account.has_password) == ("anna", False)
    assert actions == ["account.signed_in", "account.signed_in", "account.added"]


@pytest.mark.parametrize(
    "claims, words",
    [
        ({"nonce": "another"}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"aud": [CLIENT, "another"]}, "another service"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"exp": int(time()) - 3600}, "expired"),
        ({"sub": ""}, "sub"),
    ],
)
def test_an_id_token_for_others_or_of_others_is_refused(
    web: Web, provider: OpenIdServer, claims: dict[str, Any], words: str
) -> None:
    provider.claims = claims
    refused = came_in(web)
    assert refused.url == f"{web.url}/login"
    assert words in refused.text.lower()


def test_an_id_token_that_the_providers_key_has_not_signed_is_refused(
    web: Web, provider: OpenIdServer
) -> None:
    forged = RSAKey.generate_key(2048, {"kid": provider.key.kid})
    for provider.forged, provider.algorithm in ((forged, "RS256"), (OctKey.generate_key(256), "HS256")):
        assert "ID token is not valid" in came_in(web).text


def test_keys_that_the_provider_has_exchanged_are_fetched_again(web: Web, provider: OpenIdServer) -> None:
    assert came_in(web).url == f"{web.url}/account"
    before, provider.key = provider.key, RSAKey.generate_key(2048, {"kid": "second"})
    try:
        assert came_in(web).url == f"{web.url}/account"
    finally:
        provider.key = before


def test_a_login_that_began_in_another_browser_is_refused(web: Web) -> None:
    with browser() as attacker, browser() as victim:
        away = attacker.get(f"{web.url}/oidc/login", allow_redirects=False, timeout=20).headers["Location"]
        back = attacker.get(away, allow_redirects=False, timeout=20).headers["Location"]
        assert "was not begun in this browser" in victim.get(back, timeout=20).text
        victim.get(f"{web.url}/oidc/login", allow_redirects=False, timeout=20)
        assert "was not begun in this browser" in victim.get(back, timeout=20).text
        assert attacker.get(back, timeout=20).url == f"{web.url}/"
        assert "was not begun" in attacker.get(back, timeout=20).text


def test_a_name_of_another_account_leads_to_a_new_account_and_never_to_that_one(
    web: Web, provider: OpenIdServer
) -> None:
    with web.store.begin() as db:
        accounts.add(db, "anna", Role.ADMIN, now=utc_now())
    assert "Your role is viewer." in came_in(web).text
    provider.person = {"sub": "2", "preferred_username": "local"}
    assert "Your role is viewer." in came_in(web).text
    with web.store.begin() as db:
        found = [(account.name[:7], account.role) for account in accounts.listing(db)]
    assert found == [("anna", "admin"), ("anna-" + found[1][0][5:], "viewer"), ("openid-", "viewer")]


def test_a_disabled_account_does_not_come_in(web: Web) -> None:
    came_in(web)
    with web.store.begin() as db:
        service.disable(db, "anna", now=utc_now())
    assert "your account here is disabled" in came_in(web).text


def test_the_claim_sets_the_role_at_each_login(
    databases: Databases, provider: OpenIdServer, redis_url: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    claimed = {"oidc_role_claim": "realm_access.roles", "oidc_default_role": "none"}
    with databases.fresh() as url, opened(url, redis_url, provider, port, **claimed) as web:
        assert "the provider gives you no role here" in came_in(web).text
        for role in ("admin", "editor"):
            provider.person["realm_access"] = {"roles": ["other", f"wiredesk-{role}", "viewer"]}
            assert f"Your role is {role}." in came_in(web).text


def test_a_provider_that_does_not_answer_is_a_message_on_the_login_page(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url, oidc_issuer="http://127.0.0.1:1", oidc_client_id="x")
    assert "127.0.0.1 does not answer" in came_in(web).text
    assert web.get("/oidc/return").status_code == 200


@pytest.mark.parametrize(
    "claims, path, role",
    [
        ({"roles": ["admin", "viewer"]}, "roles", Role.ADMIN),
        ({"role": "wiredesk-editor"}, "role", Role.EDITOR),
        ({"a": {"b": ["viewer"]}}, "a.b", Role.VIEWER),
        ({"roles": ["Administrator"]}, "roles", None),
        ({"roles": ["admin"]}, None, None),
        ({"roles": "admin"}, "roles.name", None),
    ],
)
def test_the_highest_role_that_a_claim_names_is_taken(
    claims: dict[str, Any], path: str | None, role: Role | None
) -> None:
    assert role_of(claims, path, usual=None) is role
