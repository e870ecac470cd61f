"""`follow`: each change at least once, whatever happens to the consumer, the service or its database."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from wiredesk_client import AsyncClient, Change, Client, CursorError, Position
from wiredesk_client.filters import pairs_of

from tests.clients.conftest import SOON, Newsroom
from tests.promises.test_a_restore_loses_no_change import Dump, dump
from tests.store import rows
from tests.waiting import wait_until
from worker.filters import parse_pairs, parse_text
from worker.store import Store, articles, changes

__all__ = ["dump"]

CLIENTS = Path(__file__).parents[2] / "clients" / "python"


def all_now(client: Client, *given: Any, **options: Any) -> list[Change]:
    """Everything up to the end of the log."""
    return list(client.follow(*given, live=False, **options))


def ids(found: list[Change]) -> list[int | None]:
    return [change.article_id for change in found]


def test_a_consumer_that_starts_at_zero_gets_every_article_in_order(
    newsroom: Newsroom, client: Client
) -> None:
    published = newsroom.publish(7)
    found = all_now(client, limit=3)
    assert ids(found) == published
    assert [change.kind for change in found] == ["created"] * 7
    assert found[0].article is not None
    assert found[0].article.title == "Title 1"
    assert found[0].article.published == rows.NOW


def test_a_consumer_that_comes_back_with_its_file_gets_only_what_is_new(
    newsroom: Newsroom, client: Client, tmp_path: Path
) -> None:
    cursor = tmp_path / "cursor.json"
    newsroom.publish(3)
    assert len(all_now(client, cursor=cursor)) == 3
    assert all_now(client, cursor=cursor) == []
    new = newsroom.publish(2)
    assert ids(all_now(client, cursor=cursor)) == new
    assert [path.name for path in tmp_path.iterdir()] == ["cursor.json"]


def test_a_consumer_that_stops_within_a_page_gets_again_only_what_it_had_not_finished(
    newsroom: Newsroom, client: Client, tmp_path: Path
) -> None:
    cursor = tmp_path / "cursor.json"
    published = newsroom.publish(5)
    with closing(client.follow(cursor=cursor)) as changes_:
        assert ids(list(islice(changes_, 3))) == published[:3]
    # It came back twice, so two were finished.
    assert ids(all_now(client, cursor=cursor)) == published[2:]


def test_a_consumer_that_fails_on_an_article_gets_it_again(
    newsroom: Newsroom, client: Client, tmp_path: Path
) -> None:
    published = newsroom.publish(3)

    def consume() -> None:
        for change in client.follow(cursor=tmp_path / "c", live=False):
            if change.article_id == published[1]:
                raise ValueError("the consumer's own mistake")

    with pytest.raises(ValueError, match="own mistake"):
        consume()
    assert ids(all_now(client, cursor=tmp_path / "c")) == published[1:]


def test_batches_are_saved_when_the_consumer_comes_back_for_the_next(
    newsroom: Newsroom, client: Client, tmp_path: Path
) -> None:
    published = newsroom.publish(5)
    with closing(client.follow_batches(cursor=tmp_path / "c", limit=2)) as batches:
        assert [ids(list(batch)) for batch in islice(batches, 2)] == [published[:2], published[2:4]]
    assert ids(all_now(client, cursor=tmp_path / "c")) == published[2:]


KILLED = """
import os, sys
from wiredesk_client import Client
for change in Client(sys.argv[1]).follow(cursor=sys.argv[2], limit=4):
    print(change.article_id, flush=True)
    if len(sys.argv) > 3 and change.article_id == int(sys.argv[3]):
        os._exit(9)
"""


def test_a_consumer_that_is_killed_loses_nothing(newsroom: Newsroom, client: Client, tmp_path: Path) -> None:
    published = newsroom.publish(10)
    cursor = tmp_path / "cursor.json"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, newsroom.url, cursor, str(published[6])],
        env={"PYTHONPATH": str(CLIENTS)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert killed.returncode == 9, killed.stderr
    seen = [int(line) for line in killed.stdout.split()]
    assert seen == published[:7]
    # The page of four in which it died comes again as a whole.
    assert ids(all_now(client, cursor=cursor)) == published[4:]


@pytest.mark.parametrize("wait", [30, 0], ids=["long-poll", "no-long-poll"])
def test_articles_published_during_a_restart_of_the_service_arrive(
    newsroom: Newsroom, client: Client, tmp_path: Path, wait: int
) -> None:
    first = newsroom.publish(2)
    found: list[Change] = []

    def consume() -> None:
        options = {"wait": wait, "pause": 0.05, "retry": SOON}
        for change in client.follow(cursor=tmp_path / "c", **options):  # type: ignore[arg-type]
            found.append(change)
            if len(found) == 6:
                return

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(consume)
        wait_until(lambda: len(found) == 2)
        newsroom.stop()
        second = newsroom.publish(2)
        newsroom.start()
        wait_until(lambda: len(found) == 4)
        newsroom.stop()
        newsroom.start()
        third = newsroom.publish(2)
        done.result(30)
    assert ids(found) == first + second + third


def test_the_asynchronous_client_follows_through_a_restart(newsroom: Newsroom, tmp_path: Path) -> None:
    asyncio.run(follow_through_a_restart(newsroom, tmp_path))


async def follow_through_a_restart(newsroom: Newsroom, tmp_path: Path) -> None:
    first = newsroom.publish(2)
    found: list[Change] = []
    cursor = tmp_path / "cursor.json"
    async with (
        AsyncClient(newsroom.url) as client,
        aclosing(client.follow(cursor=cursor, wait=5, pause=0.05, retry=SOON)) as following,
    ):
        async for change in following:
            found.append(change)
            if len(found) == 2:
                await asyncio.to_thread(newsroom.stop)
                second = await asyncio.to_thread(newsroom.publish, 2)
                await asyncio.to_thread(newsroom.start)
            if len(found) == 4:
                break
    assert ids(found) == first + second
    # The last one was not finished when the loop ended.
    assert json.loads(cursor.read_text())["cursor"] == found[2].cursor


def test_an_edit_is_revised_and_a_withdrawal_is_gone(newsroom: Newsroom, client: Client) -> None:
    edited, withdrawn = (newsroom.publish(url=f"https://news.example/{name}")[0] for name in "ab")
    newest = all_now(client)[-1].cursor
    newsroom.revise(edited, "https://news.example/a", title="Corrected", text="Another text.")
    with newsroom.store.begin() as db:
        articles.remove(db, withdrawn, now=rows.NOW)
        changes.append(db, [changes.Change(withdrawn, changes.ChangeKind.REMOVED, 1)], now=rows.NOW)
    revision, removal = all_now(client, after=newest)
    assert (revision.kind, revision.is_gone) == ("revised", False)
    assert revision.article is not None
    assert (revision.article.title, revision.article.revision) == ("Corrected", 2)
    assert (removal.kind, removal.article_id, removal.is_gone) == ("removed", withdrawn, True)


def test_an_article_that_leaves_the_filter_is_gone_and_one_that_never_matched_is_not_seen(
    newsroom: Newsroom, client: Client
) -> None:
    url = "https://news.example/a"
    (leaving,) = newsroom.publish(url=url, title="The ferry", language="en")
    newsroom.publish(title="Another", language="en")
    wanted = "q=ferry language=en"
    (created,) = all_now(client, wanted)
    newsroom.revise(leaving, url, title="The train", text="It is late.", changed=["title", "text"])
    (gone,) = all_now(client, wanted, after=created.cursor)
    assert (gone.article_id, gone.is_gone, gone.article) == (leaving, True, None)
    assert gone.key == created.key
    assert gone.key is not None


def test_the_filter_of_the_service_has_the_same_text_as_the_clients(newsroom: Newsroom) -> None:
    text = str(parse_text('language=de language=fr publisher=-x.example q="storm surge"'))
    assert parse_pairs(pairs_of(text)) == parse_text(text)


def test_a_restored_database_is_followed_with_a_reset_and_no_article_is_lost(
    newsroom: Newsroom, client: Client, dump: Dump, tmp_path: Path
) -> None:
    kept = newsroom.publish(3)
    dump.take()
    newsroom.publish(2)
    cursor = tmp_path / "cursor.json"
    before = all_now(client, cursor=cursor)
    newsroom.stop()
    newsroom.store.close()
    dump.restore()
    newsroom.store = Store(newsroom.store._engine.url.render_as_string(hide_password=False))
    newsroom.start()
    # Beyond the end of the restored log: nothing yet, and no error.
    assert all_now(client, cursor=cursor) == []
    later = newsroom.publish(2)
    reset, *after = all_now(client, cursor=cursor)
    assert (reset.kind, reset.is_gone, reset.article) == ("reset", False, None)
    assert reset.void_after == before[2].cursor
    assert reset.cursor > before[-1].cursor
    assert ids(after) == later
    assert all(change.cursor > reset.cursor for change in after)
    assert ids(before)[:3] == kept


def test_a_cursor_of_another_filter_is_refused(newsroom: Newsroom, client: Client, tmp_path: Path) -> None:
    newsroom.publish()
    all_now(client, cursor=tmp_path / "c")
    with pytest.raises(CursorError, match="another cursor for another filter"):
        all_now(client, "language=de", cursor=tmp_path / "c")


def test_a_cursor_of_another_services_log_is_refused(
    newsroom: Newsroom, client: Client, tmp_path: Path
) -> None:
    newsroom.publish()

    class Foreign:
        def load(self) -> Position:
            return Position(1, "00000000-0000-0000-0000-000000000000", "")

        def save(self, position: Position) -> None:
            raise AssertionError(position)

    with pytest.raises(CursorError, match="another change log"):
        all_now(client, cursor=Foreign())


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"cursor": "x"}', "\0"])
def test_an_unreadable_cursor_file_is_named_and_never_overwritten(
    client: Client, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "cursor.json"
    path.write_text(content)
    with pytest.raises(CursorError, match=r"cursor\.json is not a readable cursor.*delete it"):
        all_now(client, cursor=path)
    assert path.read_text() == content


def test_a_consumer_may_keep_the_position_with_its_own_results(newsroom: Newsroom, client: Client) -> None:
    published = newsroom.publish(3)
    kept: dict[str, Any] = {"articles": [], "position": None}

    class Mine:
        def load(self) -> Position | None:
            position: Position | None = kept["position"]
            return position

        def save(self, position: Position) -> None:
            kept["position"] = position

    for _ in range(2):
        kept["articles"] += all_now(client, cursor=Mine())
    assert ids(kept["articles"]) == published
    assert isinstance(kept["position"], Position)
