"""What a user can mend is one line on stderr and exit code 2; a fault of the program keeps its traceback."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.terminal import Said, command, environment, run, wiredesk
from worker import __version__
from worker.cli.terminal.errors import error_line


def is_one_line(said: Said, *parts: str) -> bool:
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("wiredesk: ")
    assert all(part in said.err for part in parts), said.err
    return True


def test_the_version_is_said_and_help_costs_no_heavy_import(home: Path) -> None:
    assert wiredesk("--version").out == f"wiredesk {__version__}\n"
    assert "feeds" in wiredesk("--help").out
    imported = run("--help", cwd=home, PYTHONPROFILEIMPORTTIME="1").err
    assert "typer" in imported
    assert not any(heavy in imported for heavy in ("sqlalchemy", "celery", "trafilatura", "aiohttp"))


def test_no_command_at_all_shows_the_help() -> None:
    assert "Commands:" in wiredesk().out


@pytest.mark.parametrize(
    "arguments, parts",
    [
        (("fly",), ("No such command", "wiredesk --help")),
        (("run", "--fast"), ("No such option", "wiredesk run --help")),
        (("feeds", "show"), ("FEED", "wiredesk feeds show --help")),
        (("extract", "a.html", "--format", "pdf"), ("pdf", "markdown")),
        (
            ("--set", "poll_flor_seconds=3", "status"),
            ("poll_flor_seconds", "did you mean poll_floor_seconds?"),
        ),
        (("--set", "tick_seconds=soon", "status"), ("tick_seconds", "command line")),
        (("--set", "tick_seconds", "status"), ("KEY=VALUE",)),
        (("--set", "fetch_allow_networks=[1", "status"), ("not JSON",)),
        (("retry",), ("--id", "--reason", "--all")),
        (("reextract", "--all", "--id", "3"), ("--older-than-extractor",)),
        (("extract", "missing.html"), ("missing.html", "No such file")),
        (("worker",), ("WIREDESK_DATABASE_URL", "wiredesk run")),
        (("beat",), ("WIREDESK_REDIS_URL",)),
        (("web",), ("starts no servers",)),
        (("flower",), ("starts no servers",)),
        (("db", "current"), ("no run is alive",)),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert is_one_line(wiredesk(*arguments), *parts)


@pytest.mark.parametrize(
    "arguments", [("status",), ("feeds", "list"), ("articles", "list"), ("retry", "--all")]
)
def test_an_empty_directory_is_not_filled_by_looking(home: Path, arguments: tuple[str, ...]) -> None:
    assert is_one_line(wiredesk(*arguments), "nothing in", "wiredesk run")
    assert list(home.iterdir()) == []


def test_a_bad_variable_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_TICK_SECOND", "2")
    assert is_one_line(wiredesk("config"), "WIREDESK_TICK_SECOND", "did you mean tick_seconds?")


def test_a_configuration_file_that_is_not_there_or_not_toml(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREDESK_CONFIG", "none.toml")
    assert is_one_line(wiredesk("config"), "none.toml", "not a file")
    (home / "none.toml").write_text("tick_seconds: 3")
    assert is_one_line(wiredesk("config"), "not valid TOML")


def test_servers_that_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert is_one_line(wiredesk("status"), "PostgreSQL cannot be reached", "wiredesk doctor")
    assert is_one_line(wiredesk("db", "upgrade"), "PostgreSQL cannot be reached")


@pytest.mark.usefixtures("database", "broker")
def test_a_queue_or_pool_that_there_is_not() -> None:
    assert is_one_line(wiredesk("worker", "--queues", "poll,pull"), "pull", "schedule,poll,fetch")
    assert is_one_line(wiredesk("worker", "--pool", "eventlet"), "eventlet", "prefork")


def test_a_data_directory_that_cannot_be_used(home: Path) -> None:
    (home / "file").touch()
    assert is_one_line(wiredesk("--data-dir", "file", "run"), "data directory cannot be used")


@pytest.mark.parametrize("source", ["missing.opml", "empty.txt", "feed.xml"])
def test_feeds_that_are_no_list(home: Path, store: object, source: str) -> None:
    (home / "empty.txt").write_text("# nothing\n")
    (home / "feed.xml").write_text("<rss><channel/></rss>")
    assert is_one_line(wiredesk("feeds", "import", source), source)


def test_a_fault_of_the_program_is_not_made_small() -> None:
    assert error_line(ZeroDivisionError("division by zero")) is None


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    shell = f"{shlex.join(command('config', '--template'))} | head -n 1"
    done = subprocess.run(["bash", "-c", shell], env=environment(), cwd=home, capture_output=True, text=True)
    assert done.stdout.startswith("# The settings of Wiredesk")
    assert done.stderr == ""


def test_the_shell_completes_commands(home: Path) -> None:
    asked = {"_WIREDESK_COMPLETE": "complete_bash", "COMP_WORDS": "wiredesk feeds ch", "COMP_CWORD": "2"}
    assert run(cwd=home, **asked).out.split() == ["check"]
