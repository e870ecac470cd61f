"""A consumer with a filter follows the log: it gets articles that match, and learns which no longer do."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.databases import Databases
from tests.store.rows import NOW, stored_article
from worker.filters import Filter, parse_text
from worker.model import Cause, ChangeKind
from worker.store import Store, changes, filtering, following
from worker.store.changes import Change
from worker.store.db import rows, run

GERMAN = parse_text("language=de")


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[Store]:
    """A store that the tests of this module share."""
    with databases.fresh() as url:
        opened = Store(url)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def empty(store: Store) -> None:
    """Forget the articles and the log of the test before."""
    with store.begin() as db:
        run(db, "TRUNCATE articles, changes, entries CASCADE")


def create(store: Store, language: str = "de", **values: str) -> int:
    with store.begin() as db:
        return stored_article(db, language=language, **values)


def change(
    store: Store,
    article: int,
    *changed: str,
    kind: ChangeKind = ChangeKind.REVISED,
    cause: Cause = Cause.PUBLISHER,
    **columns: str,
) -> None:
    """Change columns of an article, and write the line that says so."""
    with store.begin() as db:
        for name, value in columns.items():
            run(db, f"UPDATE articles SET {name} = :value WHERE id = :id", value=value, id=article)
        if kind in (ChangeKind.REMOVED, ChangeKind.RESTORED):
            removed = kind is ChangeKind.REMOVED
            run(
                db,
                """UPDATE articles SET state = :state, removed_at = CASE WHEN :removed THEN now() END
                WHERE id = :id""",
                state="removed" if removed else "live",
                removed=removed,
                id=article,
            )
        if kind is ChangeKind.PURGED:
            run(
                db,
                """UPDATE entries SET state = 'refused', reason = 'purged', article_id = NULL
                WHERE article_id = :id""",
                id=article,
            )
            run(db, "DELETE FROM articles WHERE id = :id", id=article)
        changes.append(db, [Change(article, kind, 2, changed, cause)], now=NOW)


def read(
    store: Store, filter_: Filter, cursor: int = 0, *, limit: int = 100, scanned: int = 2000
) -> tuple[list[tuple[int, str, bool]], int]:
    """The lines that a consumer gets, and its cursor, when it reads until the end of the log."""
    found = []
    while True:
        with store.begin() as db:
            scan = following.scan(db, cursor, limit=limit, filter_=filter_, scanned=scanned)
        found += [(line["article_id"], line["kind"], line["matches"]) for line in scan.lines]
        if scan.upto == cursor:
            return found, cursor
        cursor = scan.upto


def test_only_lines_that_match_are_read(store: Store) -> None:
    german, english = create(store), create(store, "en")
    change(store, english, "title", title="New")
    change(store, german, "title", title="Neu")
    assert read(store, GERMAN)[0] == [(german, "created", True), (german, "revised", True)]


def test_an_article_that_leaves_the_filter_has_a_line_without_its_content(store: Store) -> None:
    article = create(store)
    _, cursor = read(store, GERMAN)
    change(store, article, "language", kind=ChangeKind.REFRESHED, language="fr")
    with store.begin() as db:
        (line,) = following.scan(db, cursor, limit=9, filter_=GERMAN).lines
    assert (line["article_id"], line["matches"], line["title"], line["url"]) == (article, False, None, None)
    assert line["key"] is not None


def test_a_change_of_another_field_of_an_article_that_never_matched_has_no_line(store: Store) -> None:
    article = create(store, "en")
    change(store, article, "title", title="Another")
    assert read(store, GERMAN)[0] == []


def test_a_removed_article_leaves_a_filter_on_the_state_and_no_other(store: Store) -> None:
    article = create(store)
    _, cursor = read(store, GERMAN)
    change(store, article, kind=ChangeKind.REMOVED)
    assert read(store, GERMAN, cursor)[0] == [(article, "removed", True)]
    assert read(store, parse_text("state=live"), cursor)[0] == [(article, "removed", False)]
    change(store, article, kind=ChangeKind.RESTORED)
    assert read(store, parse_text("state=live"), cursor)[0][-1] == (article, "restored", True)


@pytest.mark.parametrize("text", ["language=de", "language=fr", "changed=title", "state=live", "q=word"])
def test_a_purged_article_has_a_line_whatever_the_filter(store: Store, text: str) -> None:
    article = create(store)
    change(store, article, kind=ChangeKind.PURGED, cause=Cause.OPERATOR)
    assert read(store, parse_text(text))[0] == [(article, "purged", False)]


def test_a_filter_on_changes_takes_the_lines_of_this_field_and_cause(store: Store) -> None:
    article = create(store)
    change(store, article, "title", "text")
    change(store, article, "text", cause=Cause.EXTRACTOR, kind=ChangeKind.REFRESHED)
    for text, kinds in (
        ("changed=title", ["revised"]),
        ("changed=text", ["revised", "refreshed"]),
        ("changed=text cause=publisher", ["revised"]),
        ("changed=text cause=-publisher", ["refreshed"]),
        ("changed=-title", ["created", "refreshed"]),
        ("changed=title language=en", []),
    ):
        assert [kind for _, kind, _ in read(store, parse_text(text))[0]] == kinds, text


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("changed=title", True),
        ("cause=extractor", True),
        ("changed=title cause=extractor", False),
        ("changed=text cause=extractor", True),
        ("changed=images", False),
    ],
)
def test_an_article_matches_a_condition_on_changes_if_one_of_its_lines_does(
    store: Store, text: str, matches: bool
) -> None:
    article = create(store)
    change(store, article, "title")
    change(store, article, "text", cause=Cause.EXTRACTOR, kind=ChangeKind.REFRESHED)
    condition = filtering.where(parse_text(text))
    with store.begin() as db:
        found = rows(db, f"SELECT a.id FROM articles a WHERE {condition.sql}", **condition.values)
    assert [row["id"] for row in found] == ([article] if matches else [])


def test_the_cursor_moves_on_though_nothing_matches_and_little_is_read_at_once(store: Store) -> None:
    for _ in range(5):
        create(store, "en")
    german = create(store)
    cursors, cursor, lines = [], 0, list[int]()
    for _ in range(4):
        with store.begin() as db:
            scan = following.scan(db, cursor, limit=10, filter_=GERMAN, scanned=2)
        cursor, lines = scan.upto, lines + [line["article_id"] for line in scan.lines]
        cursors.append(cursor)
    assert lines == [german]
    with store.begin() as db:
        assert cursors[2] == cursors[3] == changes.newest(db)
        numbers = [row["id"] for row in rows(db, "SELECT id FROM changes ORDER BY id")]
    assert cursors[:3] == [numbers[1], numbers[3], numbers[5]]


Step = tuple[str, int]
STEPS = st.tuples(
    st.sampled_from(["create", "de", "en", "title", "remove", "restore", "purge"]), st.integers(0, 5)
)


def play(store: Store, step: Step, articles: list[int]) -> None:
    what, place = step
    if what == "create" or not articles:
        articles.append(create(store, "de" if place % 2 else "en"))
        return
    article = articles[place % len(articles)]
    match what:
        case "de" | "en":
            change(store, article, "language", kind=ChangeKind.REFRESHED, language=what)
        case "title":
            change(store, article, "title", title="storm" if place % 2 else "calm")
        case "remove":
            change(store, article, kind=ChangeKind.REMOVED)
        case "restore":
            change(store, article, kind=ChangeKind.RESTORED)
        case _:
            articles.remove(article)
            change(store, article, kind=ChangeKind.PURGED)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(STEPS, min_size=3, max_size=14),
    st.sampled_from(["language=de", "state=live", "language=-de state=live", "kind=article language=en"]),
    st.integers(1, 4),
    st.integers(1, 5),
)
def test_who_follows_with_a_filter_ends_with_the_articles_that_match(
    store: Store, steps: Sequence[Step], text: str, limit: int, scanned: int
) -> None:
    with store.begin() as db:
        run(db, "TRUNCATE articles, changes, entries CASCADE")
    filter_ = parse_text(text)
    held: set[int] = set()
    articles: list[int] = []
    cursor = 0
    for number, step in enumerate(steps):
        play(store, step, articles)
        if number % 3 == 0 or number == len(steps) - 1:
            lines, cursor = read(store, filter_, cursor, limit=limit, scanned=scanned)
            for article, _, matches in lines:
                held = held | {article} if matches else held - {article}
    condition = filtering.where(filter_)
    with store.begin() as db:
        found = rows(db, f"SELECT a.id FROM articles a WHERE {condition.sql}", **condition.values)
    assert held == {row["id"] for row in found}
