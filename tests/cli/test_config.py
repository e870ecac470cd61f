"""`wiredesk config`: the effective settings, and the file that lists all of them."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from worker.config.load import load
from worker.config.masking import mask_setting
from worker.config.template import EXAMPLES, defaults, template


def test_each_setting_is_shown_with_its_origin(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "wiredesk.toml").write_text("tick_seconds = 2.0\nturn_pages = 5\n")
    monkeypatch.setenv("WIREDESK_TURN_PAGES", "6")

    shown = wiredesk("--set", "turn_feeds=7", "config", "--json").json

    assert shown["tick_seconds"] == {"value": 2.0, "origin": str(home / "wiredesk.toml")}
    assert shown["turn_pages"] == {"value": 6, "origin": "environment"}
    assert shown["turn_feeds"] == {"value": 7, "origin": "command line"}
    assert shown["web_port"]["origin"] == "default"
    assert "turn_pages" in wiredesk("config").out


def test_passwords_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", "postgresql://desk:hunter2@db.example/wire")
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://:hunter2@broker.example:6379/0")
    for said in (wiredesk("config"), wiredesk("config", "--json")):
        assert "hunter2" not in said.out
        assert "postgresql://desk:***@db.example/wire" in said.out


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("redis_url", "redis://h:6379/0?password=x&db=1", "redis://h:6379/0?password=***&db=1"),
        ("database_url", "postgresql://desk:x@h/wire", "postgresql://desk:***@h/wire"),
        ("contact", "https://token@example.org/about", "https://***@example.org/about"),
        ("contact", "https://example.org/about", "https://example.org/about"),
        ("contact", "desk@example.org", "desk@example.org"),
        ("client_secret", "hunter2", "***"),
        ("alert_webhook_urls", ["https://hooks.example/T0/B1"], ["https://hooks.example/***"]),
        ("database_url", "postgresql://[::1/x", "***"),
        ("web_port", 3, 3),
        ("web_keys", "auto", "auto"),
    ],
)
def test_a_setting_is_shown_without_its_secrets(name: str, value: object, shown: object) -> None:
    assert mask_setting(name, value) == shown


def test_the_template_with_every_line_uncommented_equals_the_defaults(home: Path) -> None:
    printed = wiredesk("config", "--template").out
    assert printed == template()
    assert tomllib.loads(printed) == {}

    # A budget or a delay: both are refused.
    in_effect = re.sub(r"^# (?!poll_delay_seconds)(\w+ = )", r"\1", printed, flags=re.M)
    (home / "wiredesk.toml").write_text(in_effect)

    settings = load(environ={}, cwd=home).settings.model_dump(mode="json")
    masked = {"oidc_client_secret": "**********"}
    assert settings == defaults() | EXAMPLES | masked | {"poll_delay_seconds": None}


def test_the_hosts_file_is_shown_by_name_without_its_secrets(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "hosts.toml").write_text('["example.org"]\ntoken = { env = "EXAMPLE_TOKEN" }\n')
    monkeypatch.setenv("EXAMPLE_TOKEN", "hunter2")
    monkeypatch.setenv("WIREDESK_HOSTS_FILE", str(home / "hosts.toml"))
    for said in (wiredesk("config"), wiredesk("config", "--json"), wiredesk("doctor")):
        assert "hunter2" not in said.out
        assert "hosts.toml" in said.out.replace("\n", "")


@pytest.mark.usefixtures("database", "broker")
@pytest.mark.parametrize(
    "command",
    [("run", "--plain"), ("worker", "--queues", "fetch"), ("feeds", "check", "http://127.0.0.1:1/")],
)
def test_an_error_in_the_hosts_file_is_one_line_and_nothing_is_started(
    home: Path, command: tuple[str, ...]
) -> None:
    (home / "config").mkdir()
    (home / "config" / "hosts.toml").write_text('["example.org"]\ntoken = { env = "NOWHERE" }\n')
    said = wiredesk(*command)
    assert said.code == 2
    assert said.err.splitlines()[-1].endswith("[example.org] the environment variable NOWHERE is not set")
    assert "Traceback" not in said.err
