"""The SQL of a filter finds exactly the articles that the Python predicate matches."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.databases import Databases
from tests.store.rows import added_feed, item, stored_article
from worker.filters import EVERYTHING, Filter, parse_pairs, parse_text
from worker.filters.conditions import CONDITIONS, KINDS, RIGHTS, WIRE
from worker.filters.matches import ArticleFacts, LineFacts, matches
from worker.model import Cause, ChangeKind
from worker.store import Store, changes, filtering, sightings
from worker.store.changes import Change
from worker.store.db import rows, run, value
from worker.store.listing import newest_ids
from worker.store.reading import FROM

BEGIN = datetime(2026, 5, 1, tzinfo=UTC)
QUERIES = (
    "storm",
    "storms surge",
    '"storm surge"',
    "calm -storm",
    "harbour",
    "storm OR harbour",
    "title:storm",
)
TEXTS = ("A storm surge hits the harbour.", "The surge of a storm.", "Calm sea.", "Nothing of the kind.")
SITES = ("news.example", "sport.news.example", "old-news.example", "www2x.news_.example", None)
LANGUAGES = ("de", "de-AT", "en", "en-GB", "zh-hant-TW", None)
FEEDS = ("https://news.example/a.xml", "https://news.example/b.xml", "https://other.example/c.xml")
FEED_LABELS = {FEEDS[0]: ("sea",), FEEDS[1]: ("sea", "politics"), FEEDS[2]: ()}
SITE_LABELS = {"news.example": ("national",), "old-news.example": ("politics",)}
HOURS = st.integers(-3, 75)

VALUES: dict[str, st.SearchStrategy[str]] = {
    "q": st.sampled_from(QUERIES),
    "language": st.sampled_from(["de", "de-AT", "en-GB", "zh", "zh-Hant", "fr", "und"]),
    "publisher": st.sampled_from(["news.example", "sport.news.example", "example", "s.example"]),
    "feed": st.sampled_from(["1", "2", "3", "4", *FEEDS]),
    "label": st.sampled_from(["sea", "politics", "national", "none"]),
    "kind": st.sampled_from(KINDS),
    "state": st.sampled_from(["live", "removed"]),
    "story": st.sampled_from(["1", "2", "3", "none"]),
    "wire": st.sampled_from(WIRE),
    "rights": st.sampled_from(RIGHTS),
    "changed": st.sampled_from(["title", "text", "images"]),
    "cause": st.sampled_from(["publisher", "extractor", "story"]),
}
DATES = st.one_of(
    HOURS.map(lambda hours: (BEGIN + timedelta(hours=hours)).isoformat()),
    HOURS.map(lambda hours: (BEGIN + timedelta(hours=hours)).date().isoformat()),
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """A filter of one to four conditions."""
    pairs = []
    for name in draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4)):
        sign = draw(st.sampled_from(["", "-"])) if name != "q" else ""
        pairs.append((name, sign + draw(VALUES[name])))
    names = [name for name, kind in CONDITIONS.items() if kind.single]
    for name in draw(st.sets(st.sampled_from(names), max_size=2)):
        pairs.append((name, draw(st.sampled_from(["1", "3", "9"]) if name == "min_words" else DATES)))
    return parse_pairs(pairs)


facts = st.builds(
    ArticleFacts,
    stored_at=HOURS.map(lambda hours: BEGIN + timedelta(hours=hours)),
    kind=st.sampled_from(KINDS),
    state=st.sampled_from(["live", "removed"]),
    language=st.sampled_from(LANGUAGES),
    publisher=st.sampled_from(SITES),
    story=st.sampled_from([1, 2, None]),
    wire=st.sampled_from([True, False, None]),
    published=st.none() | HOURS.map(lambda hours: BEGIN + timedelta(hours=hours)),
    feeds=st.sets(st.sampled_from(FEEDS)).map(frozenset),
    rights=st.sets(st.sampled_from(RIGHTS)).map(frozenset),
    lines=st.lists(
        st.builds(
            LineFacts,
            st.sets(st.sampled_from(["title", "text"])).map(frozenset),
            st.sampled_from(["publisher", "extractor"]),
            st.sampled_from(["revised", "refreshed"]),
            st.integers(0, 12),
        ),
        max_size=2,
    ).map(tuple),
)


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[Store]:
    """A store with the feeds, stories and publishers of these tests."""
    with databases.fresh() as url:
        opened = Store(url)
        with opened.begin() as db:
            for feed in FEEDS:
                added_feed(db, feed)
                labels = list(FEED_LABELS[feed])
                run(db, "UPDATE feeds SET labels = :labels WHERE url = :url", labels=labels, url=feed)
            for _ in range(2):
                run(db, "INSERT INTO stories DEFAULT VALUES")
        yield opened
        opened.close()


def put(store: Store, number: int, article: ArticleFacts) -> int:
    """Store an article of which these are the facts; its id."""
    site = article.publisher or "news.example"
    text = TEXTS[number % len(TEXTS)]
    rights = {
        "robots": [],
        "licence": "https://licence.example/" if "licence" in article.rights else None,
        "agents_denied": ["bot"] if "denied" in article.rights else [],
    } | {name: name in article.rights for name in ("noindex", "noarchive", "noai", "tdm_reserved")}
    with store.begin() as db:
        article_id = stored_article(
            db,
            title=None,
            text=text,
            url=f"https://{site}/{number}-{article.stored_at:%d%H}",
            feed_id=1,
            kind=article.kind,
            language=article.language,
            published=article.published and article.published.isoformat(),
            paywalled="paywalled" in article.rights or None,
            rights=rights,
            **({} if article.publisher else {"publisher_id": None}),
        )
    with store.begin() as db:
        entry = value(db, "SELECT id FROM entries WHERE article_id = :id", id=article_id)
        run(db, "DELETE FROM sightings WHERE entry_id = :id", id=entry)
        for place, feed in enumerate(FEEDS, 1):
            if feed in article.feeds:
                sightings.see(db, place, [(entry, item("https://x.example/"))], now=BEGIN)
        run(
            db,
            """UPDATE articles SET stored_at = :at, state = :state, story_id = :story, wire = :wire,
                removed_at = CASE WHEN :state = 'removed' THEN CAST(:at AS timestamptz) END WHERE id = :id""",
            at=article.stored_at,
            state=article.state,
            story=article.story,
            wire=article.wire,
            id=article_id,
        )
        later = [
            Change(
                *(article_id, ChangeKind(line.kind), 1, sorted(line.changed), Cause(line.cause)),
                words_added=line.words // 2,
                words_removed=line.words - line.words // 2,
            )
            for line in article.lines
        ]
        for name, labels in SITE_LABELS.items():
            run(db, "UPDATE publishers SET labels = :l WHERE site = :site", l=list(labels), site=name)
        changes.append(db, later, now=BEGIN)
    return article_id


def seen_by_the_store(store: Store, article_id: int, article: ArticleFacts) -> ArticleFacts:
    """The facts, completed by those that the store derives."""
    found = {query for query in QUERIES if article_id in matching(store, parse_pairs([("q", query)]))}
    labels = {label for feed in article.feeds for label in FEED_LABELS[feed]}
    labels |= set(SITE_LABELS.get(article.publisher or "", ()))
    numbers = {str(FEEDS.index(feed) + 1) for feed in article.feeds}
    created = LineFacts(frozenset(), "publisher")
    return replace(
        article,
        lines=(created, *article.lines),
        queries=frozenset(found),
        labels=frozenset(labels),
        feeds=article.feeds | frozenset(numbers),
    )


def matching(store: Store, filter_: Filter) -> set[int]:
    """The ids of the articles that match."""
    condition = filtering.where(filter_)
    with store.begin() as db:
        return {
            row["id"] for row in rows(db, f"SELECT a.id {FROM} WHERE {condition.sql}", **condition.values)
        }


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(facts, min_size=6, max_size=12), st.lists(filters(), min_size=30, max_size=60))
def test_the_sql_of_a_filter_equals_the_python_predicate(
    store: Store, articles: list[ArticleFacts], wanted: list[Filter]
) -> None:
    with store.begin() as db:
        run(db, "TRUNCATE articles, entries, changes CASCADE")
    stored = {}
    for number, article in enumerate(articles):
        article_id = put(store, number, article)
        stored[article_id] = seen_by_the_store(store, article_id, article)
    for filter_ in wanted:
        expected = {article_id for article_id, one in stored.items() if matches(filter_, one)}
        assert matching(store, filter_) == expected, str(filter_)
        listed = sorted(expected, key=lambda one: (stored[one].stored_at, one), reverse=True)
        with store.begin() as db:
            assert newest_ids(db, filter_, limit=3) == listed[:3], str(filter_)
            for before in listed[1:2]:
                assert newest_ids(db, filter_, limit=3, before=before) == listed[2:5], str(filter_)
    assert matching(store, EVERYTHING) == set(stored)


def test_a_filter_on_a_feeds_old_address_finds_its_articles(store: Store) -> None:
    with store.begin() as db:
        run(db, "TRUNCATE articles, entries, changes CASCADE")
        run(db, "UPDATE feeds SET moved_from = 'https://old.example/feed' WHERE id = 1")
    article_id = put(store, 0, ArticleFacts(stored_at=BEGIN, feeds=frozenset({FEEDS[0]})))
    assert matching(store, parse_text("feed=https://old.example/feed")) == {article_id}
    assert matching(store, parse_text("feed=-https://old.example/feed")) == set()
