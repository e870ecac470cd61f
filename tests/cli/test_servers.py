"""Commands use the database that is set, that of a run, or the directory's own."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.terminal import command, environment, wiredesk
from worker.cli.running.directory import living, servers_file
from worker.cli.running.servers import announce, attached
from worker.cli.terminal.errors import UserError
from worker.config.settings import Settings
from worker.embedded import Postgres
from worker.store import migrate

FEED = "https://news.example/feed"


def test_without_a_run_each_command_starts_and_stops_the_embedded_database(home: Path) -> None:
    assert wiredesk("feeds", "add", FEED).out == "1 feed subscribed\n"

    asked = [
        subprocess.Popen(
            command("feeds", "list", "--json"), cwd=home, env=environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]

    for each in asked:
        out, _ = each.communicate(timeout=60)
        assert [feed["url"] for feed in json.loads(out)] == [FEED], "each waits until the other is done"
    assert not (home / "data" / "postgres" / "cluster" / "postmaster.pid").exists()
    assert "nothing runs here now" in wiredesk("status").out


def test_the_servers_file_is_readable_by_its_user_only(home: Path) -> None:
    settings = Settings(
        data_dir=home, database_url="postgresql://a@/b", redis_url="redis://:secret@127.0.0.1:1/0"
    )
    announce(settings, "http://127.0.0.1:8600/")
    assert servers_file(home).stat().st_mode & 0o777 == 0o600
    assert living(Settings(data_dir=home)) == settings


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_an_unreadable_servers_file_is_ignored(home: Path, text: str) -> None:
    servers_file(home).parent.mkdir()
    servers_file(home).write_text(text)
    assert living(Settings(data_dir=home)) is None


def test_the_servers_file_of_a_killed_run_is_ignored_and_deleted(home: Path) -> None:
    assert wiredesk("feeds", "add", FEED).code == 0
    announce(
        Settings(
            data_dir=home / "data",
            database_url="postgresql://gone@127.0.0.1:1/x",
            redis_url="redis://127.0.0.1:1/0",
        ),
        "",
    )
    assert wiredesk("feeds", "list", "--json").json[0]["url"] == FEED
    assert not servers_file(home / "data").exists()


def test_status_of_a_configured_database_uses_the_broker_of_the_run_on_it(
    home: Path, database: str, redis_url: str
) -> None:
    announce(Settings(data_dir=home / "data", database_url=database, redis_url=redis_url), "")
    assert wiredesk("status", "--json").json["runs"]


def test_a_command_that_only_looks_does_not_migrate_a_stopped_store(
    home: Path, own_postgres: Postgres
) -> None:
    migrate.upgrade(own_postgres.url)
    migrate.downgrade(own_postgres.url, "-1")
    before = migrate.current(own_postgres.url)
    own_postgres.stop()
    settings = Settings(data_dir=own_postgres.directory.parent)

    with (
        pytest.raises(UserError, match=f"has the schema {before}, .* run `wiredesk db upgrade`"),
        attached(settings),
    ):
        pass

    with attached(settings, create=True) as found:
        assert found.database_url is not None
        assert migrate.current(found.database_url) == migrate.head()
