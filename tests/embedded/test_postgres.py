"""A private PostgreSQL: starts quickly, survives a kill, ends with its owner."""

import os
import re
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.embedded.processes import alive, below, guarded, python, start_and_await_line
from tests.waiting import wait_until
from worker.embedded import EmbeddedError, Postgres

START = """
import sys, time
from pathlib import Path
from worker.embedded import Postgres
server = Postgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
time.sleep(600)
"""
UNPRIVILEGED = Path(__file__).parents[2] / "worker" / "embedded" / "unprivileged.py"


def ask(url: str, question: str) -> object:
    with psycopg.connect(
        url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True
    ) as connection:
        cursor = connection.execute(question)  # type: ignore[call-overload]
        return cursor.fetchone()[0] if cursor.description else None


def test_postgres_uses_utf8_in_code_point_order_and_syncs_to_disk(own_postgres: Postgres) -> None:
    assert ask(own_postgres.url, "SHOW server_encoding") == "UTF8"
    assert ask(own_postgres.url, "SELECT lower('ÄÖÜ') || ('Z' < 'a') || ('z' < 'ä')") == "äöütruetrue"
    assert ask(own_postgres.url, "SHOW fsync") == "on"


def test_postgres_has_full_text_configurations_for_many_languages(own_postgres: Postgres) -> None:
    assert ask(own_postgres.url, "SELECT to_tsvector('german', 'Die Häuser')::text") == "'haus':2"


def test_only_its_user_can_reach_postgres(own_postgres: Postgres, tmp_path: Path) -> None:
    assert ask(own_postgres.url, "SHOW listen_addresses") == ""
    assert (tmp_path / "postgres").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill])
def test_committed_rows_survive_a_stop_and_a_crash_of_postgres(own_postgres: Postgres, end: object) -> None:
    ask(own_postgres.url, "CREATE TABLE kept AS SELECT 7 AS n")
    family = guarded(own_postgres.pid)

    end(own_postgres)  # type: ignore[operator]
    assert not alive(family)
    assert own_postgres.pid is None

    assert own_postgres.start() == own_postgres.url
    assert ask(own_postgres.url, "SELECT n FROM kept") == 7


def test_another_process_finds_the_running_server_of_a_directory(
    own_postgres: Postgres, tmp_path: Path
) -> None:
    assert Postgres.running_url(tmp_path / "postgres") == own_postgres.url
    own_postgres.kill()
    assert Postgres.running_url(tmp_path / "postgres") is None
    assert Postgres.running_url(tmp_path / "nothing") is None


def test_postgres_shuts_down_cleanly_when_its_guard_is_killed(own_postgres: Postgres, tmp_path: Path) -> None:
    postmaster = psutil.Process(own_postgres.pid)
    postmaster.parent().kill()
    wait_until(lambda: not alive([postmaster]))
    own_postgres.start()
    assert "automatic recovery" not in (tmp_path / "log" / "postgres.log").read_text()


def test_postgres_starts_although_a_stale_pid_file_names_a_living_process(own_postgres: Postgres) -> None:
    own_postgres.kill()
    pid_file = Path(str(own_postgres._cluster)) / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split()[0], str(os.getpid()), 1))

    own_postgres.start()

    assert ask(own_postgres.url, "SELECT 1") == 1


def test_postgres_shuts_down_cleanly_when_its_owner_is_killed_and_the_next_run_takes_over(
    tmp_path: Path,
) -> None:
    owner, url = start_and_await_line(python(START, str(tmp_path / "postgres")))
    ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
    family = below(owner.pid)

    owner.kill()
    owner.wait()
    next_run = Postgres(tmp_path / "postgres")
    next_run.start()

    assert not alive(family)
    assert ask(url, "SELECT n FROM kept") == 7
    next_run.stop()
    assert "automatic recovery" not in (tmp_path / "log" / "postgres.log").read_text()


def test_postgres_starts_in_a_directory_whose_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    server = Postgres(tmp_path / ("long" * 30) / "postgres", durable=False)
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_can_run_postgres(tmp_path: Path) -> None:
    as_nobody = [sys.executable, "-I", "-S", str(UNPRIVILEGED), "65534", "65534"]
    owner, url = start_and_await_line([*as_nobody, *python(START, str(tmp_path / "postgres"))])
    family = below(owner.pid)
    assert ask(url, "SELECT 1") == 1
    owner.kill()
    owner.wait()
    wait_until(lambda: not alive(family))


def test_a_first_start_of_postgres_that_was_interrupted_is_repeated(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "cluster.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = Postgres(tmp_path / "postgres", durable=False)
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


def test_a_cluster_of_a_version_that_is_not_installed_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    (tmp_path / "postgres" / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=re.escape("holds a PostgreSQL 9 database")):
        Postgres(tmp_path / "postgres").start()


def test_a_server_that_cannot_start_names_its_log(own_postgres: Postgres) -> None:
    own_postgres.stop()
    (own_postgres._cluster / "postgresql.conf").write_text("no such setting\n")
    with pytest.raises(
        EmbeddedError, match=r"^PostgreSQL exited with status 1 at its start; see .*postgres\.log$"
    ):
        own_postgres.start()
