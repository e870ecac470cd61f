"""A server that others reach starts only if somebody can identify themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.store.rows import NOW
from worker.config.settings import Settings, SettingsError
from worker.rows.access import Role
from worker.rows.api_keys import Scope
from worker.services.access import accounts as service
from worker.services.access.start import OPEN, check_entrance
from worker.services.operator.api_keys import issue
from worker.store import Store, api_keys

EVERYWHERE = "0.0.0.0"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store without accounts and keys."""
    opened = Store(database_url)
    yield opened
    opened.close()


def said(store: Store, **settings: Any) -> str | None:
    with store.begin() as db:
        return check_entrance(db, Settings(**settings))


@pytest.mark.parametrize(
    "settings, where",
    [
        ({"web_host": EVERYWHERE}, "web_host: 0.0.0.0 can be reached from other machines"),
        ({"web_published_host": "192.0.2.1"}, "web_published_host: 192.0.2.1 can be reached"),
        ({"web_keys": "required"}, "web_keys = required"),
    ],
)
def test_beyond_loopback_nothing_starts_without_an_account_or_a_key(
    store: Store, settings: dict[str, Any], where: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        said(store, **settings)
    assert str(refused.value).startswith(where)
    assert "first run `wiredesk users add NAME --role admin`, or `wiredesk keys add NAME`" in str(
        refused.value
    )
    with store.begin() as db:
        issue(db, "desk", Scope.READ, now=NOW)
    assert said(store, **settings) is None
    with store.begin() as db:
        api_keys.revoke(db, "desk", now=NOW)
        service.add(db, "anna", Role.ADMIN, now=NOW, valid=timedelta(days=1))
    assert said(store, **settings) is None


def test_open_access_is_said_until_there_is_an_account(store: Store) -> None:
    assert said(store) == OPEN
    assert said(store, web_host=EVERYWHERE, web_published_host="127.0.0.1") == OPEN
    assert "nobody can change anything" in (said(store, web_host=EVERYWHERE, web_keys="off") or "")
    with store.begin() as db:
        service.add(db, "anna", Role.VIEWER, now=NOW, valid=timedelta(days=1))
    assert said(store) is None


def test_a_provider_lets_people_in_if_its_libraries_are_installed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = {"oidc_issuer": "https://login.example.org", "oidc_client_id": "wiredesk"}
    assert said(store, web_host=EVERYWHERE, **provider) is None
    monkeypatch.setattr("worker.services.access.start.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="needs the extra oidc: pip install 'wiredesk\\[oidc\\]'"):
        said(store, **provider)
