"""A user error is one line on stderr and exit code 2; a bug keeps its traceback."""

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


def test_version_and_help_import_no_heavy_library(home: Path) -> None:
    assert wiredesk("--version").out == f"wiredesk {__version__}\n"
    assert "feeds" in wiredesk("--help").out
    imported = run("--help", cwd=home, PYTHONPROFILEIMPORTTIME="1").err
    assert "typer" in imported
    assert not any(heavy in imported for heavy in ("sqlalchemy", "celery", "trafilatura", "aiohttp"))


def test_without_a_command_the_help_is_printed() -> None:
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
    ids=" ".join,
)
def test_a_user_error_is_one_helpful_line(arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert is_one_line(wiredesk(*arguments), *parts)


@pytest.mark.parametrize(
    "arguments", [("status",), ("feeds", "list"), ("articles", "list"), ("retry", "--all")]
)
def test_commands_that_only_read_create_no_database(home: Path, arguments: tuple[str, ...]) -> None:
    assert is_one_line(wiredesk(*arguments), "nothing in", "wiredesk run")
    assert list(home.iterdir()) == []


def test_an_unknown_variable_is_named_with_the_nearest_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_TICK_SECOND", "2")
    assert is_one_line(wiredesk("config"), "WIREDESK_TICK_SECOND", "did you mean tick_seconds?")


def test_a_missing_or_invalid_configuration_file_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREDESK_CONFIG", "none.toml")
    assert is_one_line(wiredesk("config"), "none.toml", "not a file")
    (home / "none.toml").write_text("tick_seconds: 3")
    assert is_one_line(wiredesk("config"), "not valid TOML")


def test_an_unreachable_database_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert is_one_line(wiredesk("status"), "PostgreSQL cannot be reached", "wiredesk doctor")
    assert is_one_line(wiredesk("db", "upgrade"), "PostgreSQL cannot be reached")


@pytest.mark.usefixtures("database", "broker")
def test_an_unknown_queue_or_pool_is_named_with_the_known_ones() -> None:
    assert is_one_line(wiredesk("worker", "--queues", "poll,pull"), "pull", "schedule,poll,fetch")
    assert is_one_line(wiredesk("worker", "--pool", "eventlet"), "eventlet", "prefork")


def test_a_data_directory_that_is_a_file_is_one_line(home: Path) -> None:
    (home / "file").touch()
    assert is_one_line(wiredesk("--data-dir", "file", "run"), "cannot be made: Not a directory")


@pytest.mark.parametrize("source", ["missing.opml", "empty.txt", "feed.xml"])
def test_a_missing_empty_or_foreign_list_of_feeds_is_one_line(home: Path, store: object, source: str) -> None:
    (home / "empty.txt").write_text("# nothing\n")
    (home / "feed.xml").write_text("<rss><channel/></rss>")
    assert is_one_line(wiredesk("feeds", "import", source), source)


def test_a_bug_is_not_turned_into_a_line() -> None:
    assert error_line(ZeroDivisionError("division by zero")) is None


def test_a_closed_pipe_is_not_reported_as_an_error(home: Path) -> None:
    shell = f"{shlex.join(command('config', '--template'))} | head -n 1"
    done = subprocess.run(["bash", "-c", shell], env=environment(), cwd=home, capture_output=True, text=True)
    assert done.stdout.startswith("# The settings of Wiredesk")
    assert done.stderr == ""


def test_the_shell_completes_command_names(home: Path) -> None:
    asked = {"_WIREDESK_COMPLETE": "complete_bash", "COMP_WORDS": "wiredesk feeds ch", "COMP_CWORD": "2"}
    assert run(cwd=home, **asked).out.split() == ["check"]
