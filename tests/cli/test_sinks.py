"""`sinks`: receivers of the change log."""

import io
import re
from base64 import b64encode
from pathlib import Path

import pytest

from tests.cli.terminal import Said, wiredesk
from tests.services.receivers import receiver
from tests.store.rows import stored_article
from worker.store import Store, sinks

TOKEN = "T0KEN-in-the-address"
HOOK = f"https://hooks.example/services/{TOKEN}?key={TOKEN}"


def add(*more: str, name: str = "hook", url: str = HOOK) -> Said:
    said = wiredesk("sinks", "add", name, url, *more)
    assert said.code == 0, said.err
    return said


@pytest.mark.usefixtures("database")
def test_the_built_in_stream_is_a_sink_that_can_be_paused_but_not_removed() -> None:
    (row,) = wiredesk("sinks", "list", "--json").json
    assert (row["name"], row["kind"], row["mode"]) == ("redis-stream", "redis-stream", "active")
    assert wiredesk("sinks", "pause", "redis-stream").code == 0
    for command in (("remove", "redis-stream"), ("replay", "redis-stream", "--from", "1")):
        said = wiredesk("sinks", *command)
        assert (said.code, said.err.count("\n")) == (2, 1)


@pytest.mark.usefixtures("database")
def test_the_secret_is_printed_once_and_the_address_never() -> None:
    secret = re.search(r"secret: (whsec_\S+)", add().out)
    assert secret
    for command in (("list",), ("list", "--json"), ("show", "hook"), ("show", "hook", "--json")):
        said = wiredesk("sinks", *command)
        assert said.code == 0
        assert "hooks.example" in said.out
        assert TOKEN not in said.out
        assert secret[1] not in said.out


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("source", ["file", "-", "env:GIVEN"])
def test_a_secret_and_an_address_come_from_a_file_from_stdin_or_from_a_variable(
    source: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option, value, more in (
        ("--secret-from", f"whsec_{b64encode(b'x' * 32).decode()}", (HOOK,)),
        ("--url-from", HOOK, ()),
    ):
        (home / "file").write_text(f"{value}\n")
        monkeypatch.setenv("GIVEN", value)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{value}\n"))
        name = option.strip("-")
        said = wiredesk("sinks", "add", name, *more, option, source)
        assert said.code == 0, said.err
        assert ("secret: " in said.out) is (option == "--url-from")
        assert wiredesk("sinks", "show", name, "--json").json["url"] == "https://hooks.example/***"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "arguments, words",
    [
        ((HOOK, "--secret", "whsec_x"), "(ps): use --secret-from FILE"),
        (("redis://:hunter2@127.0.0.1/0",), "(ps): use --url-from FILE"),
        ((HOOK, "--url-from", "env:NOWHERE"), "name the address once"),
        ((), "name the address once"),
        (("--url-from", "env:NOWHERE"), "the variable NOWHERE is not set"),
        ((HOOK, "--secret-from", "missing"), "missing: No such file"),
        ((HOOK, "--secret-from", "."), "Is a directory"),
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_never_repeated(
    arguments: tuple[str, ...], words: str
) -> None:
    said = wiredesk("sinks", "add", "a", *arguments)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert words in said.err
    assert "whsec_x" not in said.err
    assert "hunter2" not in said.err


@pytest.mark.usefixtures("database")
def test_rotate_prints_another_secret_and_until_when_the_old_one_is_valid() -> None:
    first = re.search(r"whsec_\S+", add().out)
    said = wiredesk("sinks", "rotate", "hook", "--hours", "2")
    second = re.search(r"whsec_\S+", said.out)
    assert first
    assert second
    assert first[0] != second[0]
    assert "the old one is valid until" in said.out
    add("--preset", "slack", name="slack")
    refused = wiredesk("sinks", "rotate", "slack")
    assert (refused.code, "only webhooks without a preset are signed" in refused.err) == (2, True)


def test_a_new_sink_begins_with_the_next_change_unless_from_says_otherwise(store: Store) -> None:
    for _ in range(3):
        with store.begin() as db:
            stored_article(db)
    add()
    add("--from", "2", name="second")
    add("--from", "0", name="all")
    found = {row["name"]: row["lag_lines"] for row in wiredesk("sinks", "list", "--json").json}
    assert (found["hook"], found["second"], found["all"]) == (0, 2, 3)


def test_test_sends_a_signed_ping_and_its_answer_is_among_the_tries(store: Store) -> None:
    with receiver() as got:
        secret = re.search(r"whsec_\S+", add("--allow-private", url=got.url).out)
        assert secret
        said = wiredesk("sinks", "test", "hook")
        assert (said.code, said.out.startswith("delivered, status 200")) == (0, True)
        got.seen[0].verify(secret[0])
        assert b'"type":"ping"' in got.seen[0].body
        got.decide = lambda one: 403
        assert wiredesk("sinks", "test", "hook").code == 1
    tries = wiredesk("sinks", "show", "hook", "--json").json["tries"]
    assert [(one["outcome"], one["status"], one["first_id"]) for one in tries] == [
        ("refused", 403, None),
        ("delivered", 200, None),
    ]


def test_pause_resume_replay_and_remove(store: Store) -> None:
    add("--from", "0")
    assert "is paused" in wiredesk("sinks", "pause", "hook").out
    assert wiredesk("sinks", "pause", "hook").err == "wiredesk: hook is paused already\n"
    assert wiredesk("sinks", "resume", "hook").out == "hook is active\n"
    assert "hook does not wait at a reset" in wiredesk("sinks", "resume", "hook", "--skip-reset").err
    with store.begin() as db:
        db.exec_driver_sql("UPDATE sinks SET cursor = 9 WHERE name = 'hook'")
    assert wiredesk("sinks", "replay", "hook", "--from", "5").code == 0
    assert wiredesk("sinks", "replay", "hook", "--dead").out == "0 dead letters of hook are sent again\n"
    assert wiredesk("sinks", "replay", "hook").code == 2
    with store.begin() as db:
        found = sinks.get(db, "hook")
    assert found is not None
    assert found.cursor == 4
    assert wiredesk("sinks", "remove", "hook").out == "hook is removed\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["show", "test", "pause", "resume", "rotate", "remove"])
def test_an_unknown_sink_is_one_line(command: str) -> None:
    said = wiredesk("sinks", command, "nobody")
    assert (said.code, said.err) == (
        2,
        "wiredesk: there is no sink nobody; `wiredesk sinks list` shows the sinks\n",
    )


@pytest.mark.usefixtures("database")
def test_a_name_that_is_taken_and_a_mistake_are_one_line() -> None:
    add()
    for arguments in (
        ("hook", HOOK),
        ("Böse", HOOK),
        ("a", "https://127.0.0.1/"),
        ("a", HOOK, "--batch", "0"),
    ):
        said = wiredesk("sinks", "add", *arguments)
        assert (said.code, said.err.count("\n")) == (2, 1), said
    assert "--batch must be from 1 to 500" in said.err


def test_doctor_reports_a_sink_in_trouble_and_the_command_that_helps(store: Store, broker: str) -> None:
    assert "up to date or paused" not in wiredesk("doctor").out
    add()
    assert "1 are up to date or paused" in wiredesk("doctor").out
    with store.begin() as db:
        db.exec_driver_sql(
            "UPDATE sinks SET mode = 'dead', reason = 'http-500', detail = 'status 500' WHERE name = 'hook'"
        )
    said = wiredesk("doctor").out
    assert "hook has taken nothing for three days: status 500" in said
    assert "wiredesk sinks resume hook" in said


def test_a_filter_is_kept_in_its_canonical_form_and_a_saved_search_by_its_name(store: Store) -> None:
    assert wiredesk("searches", "add", "german", "language=de").code == 0
    add("--where", "publisher=-x.example  search=german")
    assert wiredesk("sinks", "show", "hook", "--json").json["filter"] == (
        "search=german and publisher=-x.example"
    )
    refused = wiredesk("searches", "remove", "german")
    assert (refused.code, "german is followed by the sinks hook: remove" in refused.err) == (2, True)
    said = wiredesk("sinks", "add", "other", HOOK, "--where", "langauge=de")
    assert (said.code, said.err.count("\n"), "langauge" in said.err) == (2, 1, True)
