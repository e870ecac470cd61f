"""`wiredesk notify` tries the addresses; no command shows their secrets."""

import json

import pytest
from aiohttp import web

from tests.cli.terminal import wiredesk
from tests.servers import serve


async def take(_request: web.BaseRequest) -> web.Response:
    return web.Response()


def test_a_test_message_says_who_took_it_and_who_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(take) as base:
        urls = [f"{base}/hook", "slack+http://127.0.0.1:1/T00/s3cret-path"]
        monkeypatch.setenv("WIREDESK_NOTIFY_URLS", json.dumps(urls))
        said = wiredesk("notify", "test")
        shown = wiredesk("config", "--json")
    assert said.code == 1
    first, second = said.out.splitlines()
    assert first == "webhook to 127.0.0.1: taken"
    assert second.startswith("slack to 127.0.0.1: ")
    assert "s3cret" not in said.out + said.err + shown.out
    assert shown.json["notify_urls"]["value"][1] == "slack+http://127.0.0.1:1/***"


def test_a_wrong_address_is_one_line_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_NOTIFY_URLS", '["gopher://example.org/s3cret"]')
    said = wiredesk("notify", "test")
    assert (said.code, "s3cret" in said.err) == (2, False)
    assert said.err.startswith("wiredesk: setting notify_urls (environment): an address must begin with")


def test_without_an_address_the_setting_is_named() -> None:
    said = wiredesk("notify", "test")
    assert said.code == 2
    assert "WIREDESK_NOTIFY_URLS" in said.err
