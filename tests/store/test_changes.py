"""The change log: a consumer that reads by cursor never misses a line, however slow the writer was."""

from threading import Barrier

import pytest

from tests.store.racing import at_once, begun
from tests.store.rows import NOW, stored_article
from worker.model import Cause, ChangeKind
from worker.store import Store, changes
from worker.store.changes import Change


@pytest.fixture
def article_id(store: Store) -> int:
    """An article, whose creation is the first line."""
    with store.begin() as db:
        return stored_article(db)


def read(store: Store, cursor: int, limit: int = 100) -> list[int]:
    with store.begin() as db:
        return [line["id"] for line in changes.after(db, cursor, limit=limit)]


def test_a_line_says_what_changed_and_enough_to_decide_whether_to_fetch_it(
    store: Store, article_id: int
) -> None:
    with store.begin() as db:
        (line,) = changes.after(db, 0, limit=9)
    assert {key: line[key] for key in ("article_id", "kind", "revision", "at", "publisher")} == {
        "article_id": article_id,
        "kind": "created",
        "revision": 1,
        "at": NOW,
        "publisher": "news.example",
    }
    assert line["title"] == "A title"


def test_a_slow_writer_is_waited_for_by_later_ones_so_its_lines_are_never_skipped(
    store: Store, article_id: int
) -> None:
    """What goes wrong without the lock: 3 is visible before 2, the cursor moves to 3, and 2 is never read."""
    revised = [Change(article_id, ChangeKind.REVISED, 2)]

    def quick() -> None:
        with store.begin() as db:
            changes.append(db, revised, now=NOW)

    with store.begin() as slow:
        changes.append(slow, revised, now=NOW)
        with begun(quick, store) as later:
            cursor = read(store, 0)[-1]
            slow.commit()
            later.result(10)

    assert len(read(store, cursor)) == 2


def test_a_reader_that_follows_many_writers_sees_every_line_once_and_in_order(
    store: Store, article_id: int
) -> None:
    def writer(barrier: Barrier) -> list[int]:
        barrier.wait()
        for revision in range(30):
            with store.begin() as db:
                changes.append(db, [Change(article_id, ChangeKind.REVISED, revision)] * 2, now=NOW)
        return []

    def reader(barrier: Barrier) -> list[int]:
        seen: list[int] = []
        barrier.wait()
        while len(seen) < 3 * 30 * 2 + 1:
            seen += read(store, seen[-1] if seen else 0, limit=7)
        return seen

    *_, seen = at_once(writer, writer, writer, reader)

    assert seen == sorted(set(seen))
    assert read(store, 0, limit=1000) == seen


def test_what_is_rolled_back_leaves_a_hole_that_means_nothing(store: Store, article_id: int) -> None:
    with store.begin() as db:
        changes.append(db, [Change(article_id, ChangeKind.REVISED, 2)], now=NOW)
        db.rollback()
    with store.begin() as db:
        changes.append(db, [Change(article_id, ChangeKind.REVISED, 2)], now=NOW)
    assert len(read(store, 0)) == 2


def test_the_newest_line_of_an_empty_log_is_zero(store: Store) -> None:
    with store.begin() as db:
        assert changes.newest(db) == 0
        changes.append(db, [], now=NOW)
        assert changes.after(db, 0, limit=9) == []


def test_a_line_has_the_fields_that_differ_the_cause_and_the_number_of_words(
    store: Store, article_id: int
) -> None:
    with store.begin() as db:
        changed = ("title", "text")
        changes.append(db, [Change(article_id, ChangeKind.REFRESHED, 1, changed, Cause.RULE, 12, 3)], now=NOW)
    with store.begin() as db:
        line = changes.after(db, 0, limit=9)[-1]
    assert (line["changed"], line["cause"]) == (["title", "text"], "rule")
    assert (line["words_added"], line["words_removed"]) == (12, 3)
