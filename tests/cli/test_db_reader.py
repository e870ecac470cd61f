"""`wiredesk db reader` and `wiredesk urls`: how other programs reach the data."""

import json
from pathlib import Path

import pandas
import psycopg
import pytest
import redis

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.cli.running.directory import servers_file
from worker.cli.running.servers import plain_url
from worker.config.settings import Settings
from worker.store import Store
from worker.store.db import run

SQL_PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")


def test_a_reader_is_printed_with_a_password_and_a_url_that_works(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="Rain")
    said = wiredesk("db", "reader", "--name", "cli_reader", "--json").json
    assert len(said["password"]) >= 32
    assert said["new"]
    with psycopg.connect(said["url"]) as db:
        assert db.execute("SELECT title FROM articles").fetchall() == [("Rain",)]
    again = wiredesk("db", "reader", "--name", "cli_reader")
    assert "changed the login cli_reader" in again.out
    assert said["password"] not in again.out


def test_recount_names_the_counts_that_differ_and_repairs_them_when_told_to(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="Rain")
        run(
            db,
            "INSERT INTO count_deltas (subject, day, state, reason, amount) VALUES (:s, :d, '', '', 2)",
            s="stories",
            d="1970-01-01",
        )
    said = wiredesk("db", "recount")
    assert (said.code, said.out) == (1, "stories of 1970-01-01: 2 kept, 0 counted\n1 counts differ\n")
    assert wiredesk("db", "recount", "--repair").code == 0
    assert wiredesk("db", "recount").out == "0 counts differ\n"


@pytest.mark.usefixtures("database")
def test_a_password_from_the_environment_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADA_PASSWORD", "correct horse")
    said = wiredesk("db", "reader", "--name", "ada", "--password-from", "env:ADA_PASSWORD")
    assert said.code == 0
    assert "correct" not in said.out
    assert "postgresql://ada@" in said.out


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--name", "Ada; DROP"), "write lower-case letters"),
        (("--name", "pg_ada"), "not beginning with pg_"),
        (("--name", "wiredesk"), "more than a reader: choose another --name"),
        (("--password-from", "env:NOWHERE"), "the variable NOWHERE is not set"),
        (("--password-from", "PATH"), "No such file or directory; for a variable write env:PATH"),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    said = wiredesk("db", "reader", *arguments)
    assert said.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1


def test_the_urls_of_a_run_are_those_that_other_programs_take(
    home: Path, store: Store, database_url: str, redis_url: str
) -> None:
    with store.begin() as db:
        stored_article(db, title="Rain")
    file = servers_file(Settings().data_dir)
    file.parent.mkdir(parents=True)
    said = {"database_url": database_url, "redis_url": redis_url, "status_page": "http://127.0.0.1:8600"}
    file.write_text(json.dumps(said))
    urls = wiredesk("urls", "--json").json
    assert urls["web"] == "http://127.0.0.1:8600"
    assert urls["redis"].startswith("redis://default:")
    with redis.Redis.from_url(urls["redis"]) as client:
        assert client.ping()
    assert "postgres  postgresql://wiredesk@" in wiredesk("urls").out
    # The snippet of docs/sql.md.
    snippet = SQL_PAGE.split("```python\n")[1].split("```")[0]
    names = {"url": urls["postgres"]}
    exec(snippet, names)
    found = names["articles"]
    assert isinstance(found, pandas.DataFrame)
    assert list(found["title"]) == ["Rain"]


def test_without_a_run_or_a_set_server_urls_says_what_to_do() -> None:
    said = wiredesk("urls")
    assert said.code == 2
    assert "start `wiredesk run`" in said.err


@pytest.mark.parametrize(
    "url, plain",
    [
        ("postgresql+psycopg://w@/w?host=%2Fx", "postgresql://w@/w?host=%2Fx"),
        ("postgres://w:p@db.example:5432/w", "postgresql://w:p@db.example:5432/w"),
    ],
)
def test_a_database_url_loses_its_driver(url: str, plain: str) -> None:
    assert plain_url(url) == plain


def test_a_database_url_can_name_another_user() -> None:
    assert plain_url("postgresql://w:p@db/w", user="ada", password="a/b") == "postgresql://ada:a%2Fb@db/w"
