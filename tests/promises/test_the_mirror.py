"""A copy that is kept by the change log equals the store in every field while writers are killed.

Eight writers create, edit, refresh, move, remove, restore, join and purge articles, and are killed at random.
Readers follow the log from 0 with random limits, some with a filter, and go back to an earlier checkpoint at
random. A trigger
keeps every committed version of every article, so that each version that a reader was given can be looked up.
`WIREDESK_MIRROR_KILLS` makes it longer.
"""

import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
import requests

from tests.store.rows import article_record
from tests.waiting import wait_until
from tests.web.conftest import Web, serve, web
from worker.model import Cause, ChangeKind
from worker.rows.articles import ArticleRecord, ArticleRevision
from worker.store import Connection, Store, articles, changes
from worker.store.changes import Change
from worker.store.db import first, rows, run, value
from worker.urls import key_of

__all__ = ["serve", "web"]

WRITERS = 8
KILLS = int(os.environ.get("WIREDESK_MIRROR_KILLS", "10"))
BETWEEN_KILLS = 12
"""Versions that are committed between two kills."""

HISTORY = """
CREATE TABLE mirror_history (article_id bigint, version jsonb);
CREATE FUNCTION mirror_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO mirror_history VALUES (NEW.id, to_jsonb(NEW)); RETURN NEW; END $$;
CREATE TRIGGER mirror_keep AFTER INSERT OR UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION mirror_keep();
"""
FORGET = "DROP TRIGGER mirror_keep ON articles; DROP FUNCTION mirror_keep; DROP TABLE mirror_history"

SAID = ("url", "state", "story_id", "revision", "title", "text", "authors", "section")
"""The fields by which a version that a reader was given is looked up."""


@pytest.fixture
def history(web: Web) -> Iterator[None]:
    with web.store.begin() as db:
        db.connection.cursor().execute(HISTORY)
    yield
    with web.store.begin() as db:
        db.connection.cursor().execute(FORGET)


# Writers


def write(database_url: str, seed: int) -> None:
    """Change articles at random until killed."""
    chosen, store = random.Random(seed), Store(database_url, pool_size=1)
    while True:
        with store.begin() as db:
            lines = act(db, chosen)
            changes.append(db, lines, now=datetime.now(UTC))


def act(db: Connection, chosen: random.Random) -> list[Change]:
    found = first(
        db,
        """SELECT id, key, url, state, revision, title, text, section FROM articles
        OFFSET floor(random() * (SELECT count(*) FROM articles)) LIMIT 1 FOR UPDATE SKIP LOCKED""",
    )
    if found is None or chosen.random() < 0.25:
        number = chosen.getrandbits(60)
        record = version(f"https://news.example/{number}", title=f"Title {number}", text=f"Text {number}.")
        return [Change(made, ChangeKind.CREATED, 1) for made in articles.create(db, [record]).values()]
    if found["state"] == "removed":
        return chosen.choice((restore, move, purge))(db, chosen, found)
    return chosen.choice((edit, edit, refresh, remove, move, join, purge))(db, chosen, found)


Row = dict[str, Any]


def version(url: str, **said: Any) -> ArticleRecord:
    return replace(article_record(url, now=datetime.now(UTC), **said))


def edit(db: Connection, chosen: random.Random, found: Row) -> list[Change]:
    record = version(found["url"], title=f"Edited {chosen.getrandbits(40)}", text=f"{found['text']} More.")
    articles.revise(db, [ArticleRevision(found["id"], record, ("title", "text"))])
    return [Change(found["id"], ChangeKind.REVISED, found["revision"] + 1, ("title", "text"))]


def refresh(db: Connection, chosen: random.Random, found: Row) -> list[Change]:
    said = {"title": found["title"], "text": found["text"], "section": f"Section {chosen.randrange(99)}"}
    articles.refresh(db, {found["id"]: version(found["url"], **said)})
    return [Change(found["id"], ChangeKind.REFRESHED, found["revision"], ("section",), Cause.EXTRACTOR)]


def remove(db: Connection, _: random.Random, found: Row) -> list[Change]:
    articles.remove(db, found["id"], now=datetime.now(UTC))
    return [Change(found["id"], ChangeKind.REMOVED, found["revision"], ("state",))]


def restore(db: Connection, _: random.Random, found: Row) -> list[Change]:
    articles.restore(db, {found["id"]: version(found["url"], title=found["title"], text=found["text"])})
    return [Change(found["id"], ChangeKind.RESTORED, found["revision"], ("state", "section"))]


def move(db: Connection, chosen: random.Random, found: Row) -> list[Change]:
    url = f"https://news.example/moved/{chosen.getrandbits(60)}"
    articles.move(db, found["id"], key=key_of(url), url=url)
    return [Change(found["id"], ChangeKind.REFRESHED, found["revision"], ("url",))]


def join(db: Connection, _: random.Random, found: Row) -> list[Change]:
    story = value(db, "INSERT INTO stories (begun_at) VALUES (now()) RETURNING id")
    run(db, "UPDATE articles SET story_id = :story WHERE id = :id", story=story, id=found["id"])
    return [Change(found["id"], ChangeKind.STORY, found["revision"], ("story_id",), Cause.STORY)]


def purge(db: Connection, _: random.Random, found: Row) -> list[Change]:
    run(db, "DELETE FROM articles WHERE id = :id", id=found["id"])
    return [Change(found["id"], ChangeKind.PURGED, found["revision"], (), Cause.OPERATOR)]


@contextmanager
def writers(database_url: str) -> Iterator[list[BaseProcess]]:
    processes = [begin(database_url, number) for number in range(WRITERS)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join(10)


def begin(database_url: str, seed: int) -> BaseProcess:
    process = get_context("fork").Process(target=write, args=(database_url, seed), daemon=True)
    process.start()
    return process


# Readers


class Reader:
    """A consumer of whole articles, with its copy and a checkpoint to go back to."""

    def __init__(self, url: str, seed: int, store: Store, **filtered: str) -> None:
        self.url, self.store, self.chosen, self.filtered = url, store, random.Random(seed), filtered
        self.copy: dict[int, Row] = {}
        self.cursor = 0
        self.checkpoint: tuple[dict[int, Row], int] = ({}, 0)
        self.restarts = 0

    def read(self) -> bool:
        """Read one page; return whether there is more."""
        answer = requests.get(
            f"{self.url}/api/v1/articles",
            params={"after": self.cursor, "limit": self.chosen.choice((1, 2, 7, 30, 200)), "text": "blocks"}
            | self.filtered,
            timeout=20,
        )
        page = answer.json()
        assert page["next"] >= self.cursor
        for article in page["articles"]:
            assert page["next"] >= article["cursor"] > self.cursor
            is_new = article["id"] not in self.copy
            assert self.filtered or not is_new or article["change"] == "created", article
            self.copy[article["id"]] = without_line(article)
        for gone in page["gone"]:
            self.copy.pop(gone["id"], None)
        self.check(page["articles"])
        self.cursor = page["next"]
        if self.chosen.random() < 0.1:
            self.checkpoint = (dict(self.copy), self.cursor)
        elif self.chosen.random() < 0.05:
            self.copy, self.cursor = dict(self.checkpoint[0]), self.checkpoint[1]
            self.restarts += 1
        return bool(page["more"])

    def check(self, found: list[Row]) -> None:
        """Assert that each version was the article's at some time."""
        with self.store.begin() as db:
            for article in found:
                said = [one["version"] for one in versions(db, article["id"])]
                assert {name: article[name] for name in SAID} in [
                    {name: one[name] for name in SAID} for one in said
                ], article

    def follow(self, is_over: Any) -> None:
        while self.read() or not is_over():
            pass


def versions(db: Connection, article_id: int) -> list[Row]:
    return rows(db, "SELECT version FROM mirror_history WHERE article_id = :id", id=article_id)


def without_line(article: Row) -> Row:
    line = ("cursor", "change", "changed", "cause", "words_added", "words_removed")
    return {name: said for name, said in article.items() if name not in line}


def wanted(truth: dict[int, Row], filtered: dict[str, str]) -> dict[int, Row]:
    """Return the articles that a reader with a filter should have."""
    state, word = filtered.get("state"), filtered.get("q", "")
    return {
        article_id: article
        for article_id, article in truth.items()
        if state in (None, article["state"]) and word in article["text"]
    }


def replayed(lines: list[Row]) -> dict[int, tuple[str, int]]:
    """Return state and revision of each article by the lines alone; raise where a line cannot follow."""
    found: dict[int, tuple[str, int]] = {}
    for line in lines:
        kind, number, before = line["kind"], line["revision"], found.get(line["article_id"])
        if kind == ChangeKind.CREATED:
            assert before is None
            found[line["article_id"]] = ("live", number)
            continue
        assert before is not None, line
        assert number == before[1] + (kind == ChangeKind.REVISED), line
        state = {ChangeKind.REMOVED: "removed", ChangeKind.RESTORED: "live", ChangeKind.REVISED: "live"}
        found[line["article_id"]] = (state.get(kind, before[0]), number)
        if kind == ChangeKind.PURGED:
            del found[line["article_id"]]
    return found


@pytest.mark.slow
def test_a_copy_kept_by_the_log_equals_the_store_and_was_true_at_every_step(
    web: Web, database_url: str, history: None
) -> None:
    chosen, over = random.Random(1), [False]
    readers = [Reader(web.url, seed, web.store) for seed in range(2)]
    readers.append(Reader(web.url, 2, web.store, state="live"))
    readers.append(Reader(web.url, 3, web.store, q="More"))

    def committed() -> int:
        with web.store.begin() as db:
            return int(value(db, "SELECT count(*) FROM mirror_history"))

    with ThreadPoolExecutor(len(readers)) as pool:
        following = [pool.submit(reader.follow, lambda: over[0]) for reader in readers]
        try:
            with writers(database_url) as processes:
                for kill in range(KILLS):
                    least = committed() + chosen.randrange(1, 2 * BETWEEN_KILLS)
                    wait_until(lambda least=least: committed() >= least, seconds=60)
                    at = chosen.randrange(WRITERS)
                    assert processes[at].exitcode is None
                    processes[at].kill()
                    processes[at].join(10)
                    assert processes[at].exitcode == -signal.SIGKILL
                    processes[at] = begin(database_url, WRITERS + kill)
        finally:
            over[0] = True
        for future in following:
            future.result(60)

    late = Reader(web.url, 99, web.store)
    late.follow(lambda: True)
    with web.store.begin() as db:
        newest = changes.newest(db)
        stored = rows(db, "SELECT id, state, revision FROM articles ORDER BY id")
    truth = {row["id"]: web.get(f"/api/v1/articles/{row['id']}", text="blocks").json() for row in stored}
    for reader in (*readers, late):
        # A restart on the last page leaves the copy behind.
        while reader.read() or reader.cursor < newest:
            pass
        assert reader.copy.keys() == wanted(truth, reader.filtered).keys()
        for article_id, article in reader.copy.items():
            assert article == {name: truth[article_id][name] for name in article}
    with web.store.begin() as db:
        lines = changes.after(db, 0, limit=1_000_000)
    assert replayed(lines) == {row["id"]: (row["state"], row["revision"]) for row in stored}
    often = {ChangeKind.CREATED, ChangeKind.REVISED, ChangeKind.REFRESHED, ChangeKind.PURGED}
    assert often <= {line["kind"] for line in lines}
