"""Articles are stored once for each address, revised with their history, removed and restored."""

from datetime import timedelta
from threading import Barrier
from uuid import UUID

from tests.store.racing import at_once
from tests.store.rows import NOW, article_record, revised_article, stored_article
from worker.filters import parse_pairs
from worker.model import ArticleState
from worker.rows.articles import ArticleHead, ArticleRevision
from worker.store import Connection, Store, articles, reading, search_results
from worker.store.db import rows, value

LATER = NOW + timedelta(hours=1)


def head(db: Connection, article_id: int) -> ArticleHead:
    (found,) = articles.lock(db, keys=[], ids=[article_id])
    return found


def test_an_address_is_stored_once_by_two_concurrent_transactions(store: Store) -> None:
    records = [article_record(f"https://n.example/{n}", title=str(n), text="Text.") for n in range(20)]

    def storer(order: int):  # type: ignore[no-untyped-def]
        def work(barrier: Barrier) -> dict[UUID, int]:
            barrier.wait()
            with store.begin() as db:
                return articles.create(db, records[::order])

        return work

    one, other = at_once(storer(1), storer(-1))

    assert len(one) + len(other) == 20
    with store.begin() as db:
        assert value(db, "SELECT count(*) FROM articles") == 20
        assert value(db, "SELECT count(*) FROM revisions WHERE number = 1") == 20


def test_a_revision_keeps_the_previous_version(store: Store) -> None:
    with store.begin() as db:
        article_id = stored_article(db, title="First", text="One.", url="https://n.example/a")
    with store.begin() as db:
        revised_article(db, article_id, url="https://n.example/a", title="Second", text="Two.", now=LATER)
    with store.begin() as db:
        whole = reading.whole(db, article_id)
        before = reading.version(db, article_id, 1)
        now = reading.version(db, article_id, 2)
        assert reading.version(db, article_id, 3) is None

    assert whole is not None
    assert (whole["title"], whole["revision"], whole["revised_at"]) == ("Second", 2, LATER)
    assert [(r["number"], r["changed"]) for r in whole["revisions"]] == [(1, []), (2, ["text"])]
    assert before is not None
    assert now is not None
    assert (before["title"], before["text"], now["title"]) == ("First", "One.", "Second")


def test_several_articles_are_revised_at_once(store: Store) -> None:
    ids = []
    for number in range(3):
        with store.begin() as db:
            ids.append(stored_article(db, title=str(number), url=f"https://n.example/{number}"))
    with store.begin() as db:
        revisions = [
            ArticleRevision(
                i, article_record(f"https://n.example/{n}", title=f"{n}!", text="New."), ("title",)
            )
            for n, i in enumerate(ids)
        ]
        articles.revise(db, revisions)
        found = rows(db, "SELECT title, revision FROM articles ORDER BY id")
        kept = rows(
            db, "SELECT document->>'title' AS title FROM revisions WHERE number = 1 ORDER BY article_id"
        )
    assert found == [{"title": f"{n}!", "revision": 2} for n in range(3)]
    assert kept == [{"title": str(n)} for n in range(3)]


def test_better_fields_for_the_same_text_make_no_revision(store: Store) -> None:
    with store.begin() as db:
        article_id = stored_article(db, title="A", url="https://n.example/a")
        better = article_record("https://n.example/a", title="A", text="The text.", authors=["Found Later"])
        articles.refresh(db, {article_id: better})
        whole = reading.whole(db, article_id)
    assert whole is not None
    assert (whole["authors"], whole["revision"], len(whole["revisions"])) == (["Found Later"], 1, 1)


def test_an_article_is_removed_once(store: Store) -> None:
    with store.begin() as db:
        article_id = stored_article(db)
        assert articles.remove(db, article_id, now=LATER) == 1
        assert articles.remove(db, article_id, now=LATER) is None
        assert head(db, article_id).state is ArticleState.REMOVED


def test_only_a_page_fetched_after_the_removal_restores(store: Store) -> None:
    with store.begin() as db:
        article_id = stored_article(db, url="https://n.example/a")
        articles.remove(db, article_id, now=LATER)
        for seen_at, state in ((NOW, ArticleState.REMOVED), (LATER + timedelta(hours=1), ArticleState.LIVE)):
            page = article_record("https://n.example/a", title="A title", text="Text.", now=seen_at)
            articles.restore(db, {article_id: page})
            assert head(db, article_id).state is state


def test_articles_are_locked_by_key_and_by_id(store: Store) -> None:
    with store.begin() as db:
        one = stored_article(db, url="https://n.example/1")
    with store.begin() as db:
        other = stored_article(db, url="https://n.example/2")
        key = article_record("https://n.example/2", title="", text="").key
        assert [h.id for h in articles.lock(db, keys=[key], ids=[one])] == [one, other]


def test_words_are_found_in_titles_and_texts_newest_first(store: Store) -> None:
    for number, (title, text) in enumerate(
        [("Ferry", "Harbour."), ("Bridge", "The ferry."), ("Bridge", "Fog.")]
    ):
        with store.begin() as db:
            stored_article(db, title=title, text=text, now=NOW + timedelta(hours=number))
    with store.begin() as db:
        for query, titles in (
            ("ferry", ["Bridge", "Ferry"]),
            ("ferry -bridge", ["Ferry"]),
            ('"ferry the"', []),
        ):
            found = search_results.newest_found(db, parse_pairs([("q", query)]), limit=9).articles
            assert [a["title"] for a in found] == titles
