"""What a search returns: which articles, in which order, and with which snippets."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.rows import NOW, begun_story, stored_article
from worker.filters import parse_text
from worker.store import Store, newest_matches
from worker.store.db import Connection, run
from worker.store.search_results import most_relevant_found, newest_found, search_of


def stored(store: Store, *titles: str, text: str = "At the harbour.") -> list[int]:
    """Articles with these titles, one an hour; their ids."""
    ids = []
    for number, title in enumerate(titles):
        with store.begin() as db:
            ids.append(stored_article(db, title=title, text=text, now=NOW + timedelta(hours=number)))
    return ids


def titles(found: Sequence[dict[str, object]]) -> list[object]:
    return [article["title"] for article in found]


def test_the_newest_matches_come_first_and_further_pages_follow(store: Store) -> None:
    ids = stored(store, "Ferry 1", "Bridge", "Ferry 2", "Ferry 3")
    wanted = parse_text("q=ferries")
    with store.begin() as db:
        assert titles(newest_found(db, wanted, limit=2).articles) == ["Ferry 3", "Ferry 2"]
        assert titles(newest_found(db, wanted, limit=2, before=ids[2]).articles) == ["Ferry 1"]
        assert newest_found(db, wanted, limit=2, before=ids[0]).articles == []


def test_an_article_stored_late_is_where_its_time_of_storing_puts_it(store: Store) -> None:
    (newer, older) = stored(store, "Ferry, newer", "Ferry, older")
    with store.begin() as db:
        run(db, "UPDATE articles SET stored_at = :at WHERE id = :id", at=NOW - timedelta(days=1), id=older)
        wanted = parse_text("q=ferry")
        assert titles(newest_found(db, wanted, limit=9).articles) == ["Ferry, newer", "Ferry, older"]
        assert titles(newest_found(db, wanted, limit=9, before=newer).articles) == ["Ferry, older"]


def test_the_other_conditions_of_the_filter_hold_too(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="Der Hafen", text="…", language="de", url="https://one.example/a")
    with store.begin() as db:
        stored_article(db, title="Der Hafen", text="…", language="de-AT", url="https://two.example/a")
    with store.begin() as db:
        assert len(newest_found(db, parse_text("q=Häfen"), limit=9).articles) == 2
        assert len(newest_found(db, parse_text("q=Häfen language=de-AT"), limit=9).articles) == 1
        assert len(newest_found(db, parse_text("q=Häfen language=en"), limit=9).articles) == 0
        assert len(newest_found(db, parse_text("q=Häfen publisher=-one.example"), limit=9).articles) == 1
        assert len(newest_found(db, parse_text("q=bridge q=Häfen"), limit=9).articles) == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=-ferry", {"Bridge", "Tunnel"}),
        ("q=-ferry q=-bridge", {"Tunnel"}),
        ("q=harbour q=-bridge", {"Ferry", "Tunnel"}),
        ("q='-\"late ferry\"'", {"Bridge", "Ferry", "Tunnel"}),
    ],
)
@pytest.mark.parametrize("one_per_story", [False, True])
def test_an_excluded_word_leaves_out_its_articles(
    store: Store, query: str, expected: set[str], one_per_story: bool
) -> None:
    stored(store, "Ferry", "Bridge", "Tunnel")
    filter_ = parse_text(query)
    with store.begin() as db:
        found = newest_found(db, filter_, limit=9, one_per_story=one_per_story)
        assert set(titles(found.articles)) == expected
        if filter_.wanted("q"):
            assert set(titles(most_relevant_found(db, filter_, limit=9))) == expected


def test_without_a_query_the_newest_articles_of_the_filter_are_found(store: Store) -> None:
    ids = stored(store, "Ferry", "Bridge")
    with store.begin() as db:
        begun_story(db, ids)
        assert titles(newest_found(db, parse_text("language=en"), limit=9).articles) == ["Bridge", "Ferry"]
        assert titles(newest_found(db, parse_text("language=en"), limit=9, one_per_story=True).articles) == [
            "Bridge"
        ]


def test_one_article_of_each_story_is_its_newest_match(store: Store) -> None:
    ids = stored(store, "Ferry 1", "Ferry 2", "Ferry 3", "Bridge 4", "Ferry 5")
    with store.begin() as db:
        begun_story(db, [ids[0], ids[2], ids[3]])
        wanted = parse_text("q=title:ferry")
        assert titles(newest_found(db, wanted, limit=9, one_per_story=True).articles) == [
            "Ferry 5",
            "Ferry 3",
            "Ferry 2",
        ]
        assert titles(newest_found(db, wanted, limit=2, one_per_story=True).articles) == [
            "Ferry 5",
            "Ferry 3",
        ]
        later = newest_found(db, wanted, limit=2, one_per_story=True, before=ids[2]).articles
        assert titles(later) == ["Ferry 2"]
        relevant = most_relevant_found(db, wanted, limit=9, one_per_story=True)
        assert set(titles(relevant)) == {"Ferry 5", "Ferry 3", "Ferry 2"}


def test_relevance_puts_titles_before_texts_and_is_read_in_pages(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="The ferry", text="It sails.", now=NOW)
    with store.begin() as db:
        stored_article(db, title="The harbour", text="A ferry sails.", now=NOW + timedelta(hours=1))
    wanted = parse_text("q=ferry")
    with store.begin() as db:
        assert titles(newest_found(db, wanted, limit=9).articles) == ["The harbour", "The ferry"]
        assert titles(most_relevant_found(db, wanted, limit=9)) == ["The ferry", "The harbour"]
        assert titles(most_relevant_found(db, wanted, limit=9, skip=1)) == ["The harbour"]


def test_a_snippet_shows_the_forms_of_the_words_in_the_articles_language(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="Bibliotheken", text="Die neue Bibliothek öffnet.", language="de")
    with store.begin() as db:
        (found,) = newest_found(db, parse_text("q=Bibliotheken"), limit=9).articles
    assert found["snippet"] == {"text": "Die neue Bibliothek öffnet.", "marks": ((9, 19),)}
    assert found["title_marks"] == ((0, 12),)
    assert "text" not in found


def test_without_a_match_in_the_text_the_snippet_is_of_the_summary_or_the_beginning(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="One", text="Nothing.", summary="A ferry.")
        stored_article(db, title="Ferry", text="Nothing at all.")
    with store.begin() as db:
        shown = [
            article["snippet"]["text"]
            for article in newest_found(db, parse_text("q=ferry"), limit=9).articles
        ]
    assert sorted(shown) == ["A ferry.", "Nothing at all."]


WORDS = st.sampled_from(["ferry", "bridge", "harbour", "storm"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=30)


def all_found(db: Connection, query: str, limit: int) -> list[int]:
    """The ids of all pages of this size."""
    search = search_of(parse_text(f"q='{query}'"))
    ids: list[int] = []
    before = None
    while True:
        page = newest_matches.newest(db, search, limit=limit, before=before)
        ids += [match.id for match in page.found]
        if page.rest is None and len(page.found) < limit:
            return ids
        # A search that ended early has said where it goes on, and has moved on.
        assert page.rest is None or before is None or page.rest < before
        before = page.rest or ids[-1]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=TEXTS,
    query=st.sampled_from(
        ["ferry", '"storm bridge"', "ferry -storm", 'storm -"ferry storm"', "ferry OR storm"]
    ),
    limit=st.integers(1, 5),
    size=st.integers(1, 8),
    many=st.booleans(),
    most=st.sampled_from([(3, 0), (3, 10**6), (10**6, 10**6)]),
)
def test_slices_and_the_index_find_the_same_as_reading_all_articles(
    store: Store, texts: list[str], query: str, limit: int, size: int, many: bool, most: tuple[int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch, store.begin() as db:
        run(db, "TRUNCATE articles, entries CASCADE")
        patch.setattr(newest_matches, "SLICE", size)
        # Each way is the cheaper one in turn.
        patch.setattr(newest_matches, "LOOK_COST", 0.0 if many else 1e9)
        patch.setattr(newest_matches, "MOST_LOOKED", most[0])
        patch.setattr(newest_matches, "MOST_VISITED", most[1])
        ids = [stored_article(db, title=None, text=text, now=NOW) for text in texts]
        expected = [
            article_id
            for article_id, text in reversed(list(zip(ids, texts, strict=True)))
            if matches(query, text)
        ]
        assert all_found(db, query, limit) == expected


def matches(query: str, text: str) -> bool:
    """What the queries of the test above mean."""
    words = text.split()
    return {
        "ferry": "ferry" in words,
        '"storm bridge"': "storm bridge" in text,
        "ferry -storm": "ferry" in words and "storm" not in words,
        'storm -"ferry storm"': "storm" in words and "ferry storm" not in text,
        "ferry OR storm": "ferry" in words or "storm" in words,
    }[query]
