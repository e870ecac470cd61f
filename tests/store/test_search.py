"""The index of articles, and the conditions that queries make."""

from collections.abc import Sequence

import pytest

from tests.store.rows import NOW, article_record, stored_article
from worker.store import Store, articles, search
from worker.store.db import Connection, rows, run, value


def found(db: Connection, query: str, *languages: str) -> list[str]:
    """The titles of the articles that match, in the order in which they were stored."""
    where = search.condition(query, languages)
    return [
        row["title"]
        for row in rows(db, f"SELECT title FROM articles a WHERE {where.sql} ORDER BY id", **where.values)
    ]


def stored(store: Store, *given: tuple[str, str, str | None]) -> None:
    """Articles of title, text and language."""
    for title, text, language in given:
        with store.begin() as db:
            stored_article(db, title=title, text=text, language=language, authors=["Ada Müller"])


@pytest.mark.parametrize(
    ("query", "title", "language"),
    [
        ("libraries", "The library opens", "en"),
        ("panaderia", "La panadería cierra", "es"),
        ("panaderías", "La panadería cierra", "es"),
        ("haeusern OR häusern", "Altes Haus", "de-CH"),
        ("arrêtée", "Trois arrêtés", "fr"),
        ("arretes", "Trois arrêtés", "fr"),
        ("библиотеках", "Новая библиотека", "ru"),
        ("kitaplar", "Yeni kitap", "tr"),
        ("المدرسة", "مدرسة جديدة", "ar"),
        ("लड़कियों", "लड़की", "hi"),
        ("βιβλιοθηκες", "Η βιβλιοθήκη", "el"),
        ("渡り鳥", "渡り鳥の季節", "ja"),
        ("鳥", "渡り鳥の季節", "ja"),
        ("季節", "渡り鳥の季節", "ja"),
        ("節", "渡り鳥の季節", "ja"),
        ("图书馆", "新图书馆开放", "zh"),
        ("น้ำท่วม", "ฝนตกน้ำท่วมหนัก", "th"),
        ("도서관", "도서관에서 만난", "ko"),
    ],
)
def test_a_query_finds_other_forms_of_its_words(store: Store, query: str, title: str, language: str) -> None:
    stored(store, (title, "…", language), ("Other", "Nothing of this.", language))
    with store.begin() as db:
        assert found(db, query) == [title]
        assert found(db, query, language) == [title]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("ferry", ["Ferry strike", "Strike ends"]),
        ("title:ferry", ["Ferry strike"]),
        ("title:ferries", ["Ferry strike"]),
        ("author:muller", ["Ferry strike", "Strike ends"]),
        ('author:"ada muller"', ["Ferry strike", "Strike ends"]),
        ("author:ferry", []),
        ('"ada muller ferry"', []),
        ('"the ferry sails"', ["Strike ends"]),
        ('"the ferries sail"', []),
        ("ferr*", ["Ferry strike", "Strike ends"]),
        ("strike -title:ferry", ["Strike ends"]),
        ('strike -"ferry sails"', ["Ferry strike"]),
        ("sailing OR harbours", ["Ferry strike", "Strike ends"]),
        ("(sailing harbours) OR ends", ["Strike ends"]),
    ],
)
def test_a_query_means_what_it_says(store: Store, query: str, titles: Sequence[str]) -> None:
    stored(store, ("Ferry strike", "At the harbour.", "en"), ("Strike ends", "The ferry sails again.", "en"))
    with store.begin() as db:
        assert found(db, query) == titles


def test_the_stem_of_one_language_is_not_found_as_a_word_of_another(store: Store) -> None:
    stored(store, ("Port", "The port of call.", "en"), ("Portes", "Elle porte.", "fr"))
    with store.begin() as db:
        assert found(db, "porter") == ["Portes"]


def test_stems_follow_the_languages_of_the_query_and_words_do_not(store: Store) -> None:
    stored(store, ("Die Bibliotheken", "Neu.", "de"), ("The library", "New.", "en"))
    with store.begin() as db:
        assert found(db, "bibliothek", "en") == []
        assert found(db, "bibliotheken", "en") == ["Die Bibliotheken"]
        assert found(db, "bibliothek", "de") == ["Die Bibliotheken"]


def test_an_edit_is_found_at_once_and_what_it_replaced_no_more(store: Store) -> None:
    with store.begin() as db:
        one = stored_article(db, url="https://n.example/a", title="Ferry")
    with store.begin() as db:
        record = article_record("https://n.example/a", title="Bridge", text="Open.", now=NOW)
        articles.refresh(db, {one: record})
        assert found(db, "ferries") == []
        assert found(db, "bridges") == ["Bridge"]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{number:06}" for number in range(90_000)),
        " ".join(f"réchauffé{number:07}{'é' * 60}" for number in range(30_000)),
        "".join(chr(0x4E00 + number % 20_000) for number in range(500_000)),
        "x" * 1_000_000,
        "word " * 200_000,
        "\\ ' :* & | !" * 1000,
    ],
    ids=[
        "distinct-words",
        "long-distinct-words",
        "one-run-of-characters",
        "one-word",
        "one-word-often",
        "signs",
    ],
)
def test_no_text_is_too_long_for_the_index(store: Store, text: str) -> None:
    with store.begin() as db:
        stored_article(db, title="Endless", text=text, language="fr")
    with store.begin() as db:
        assert found(db, "endless") == ["Endless"]


def test_articles_without_words_in_the_index_are_filled_in_newest_first(store: Store) -> None:
    stored(store, ("One", "", "en"), ("Two", "", "en"), ("Three", "", None))
    with store.begin() as db:
        before = value(db, "SELECT array_agg(search ORDER BY id) FROM articles")
        run(db, "UPDATE articles SET search = NULL")
        assert search.fill(db, limit=2) == 2
        assert value(db, "SELECT title FROM articles WHERE search IS NULL") == "One"
        assert (search.fill(db), search.fill(db)) == (1, 0)
        assert value(db, "SELECT array_agg(search ORDER BY id) FROM articles") == before
