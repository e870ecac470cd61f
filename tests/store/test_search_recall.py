"""The search finds what readers expect, in the languages of `tests/fixtures/search/judged.toml`.

Recall is the share of the expected articles that are found, precision the share of the found articles that
are expected. Both are of all queries of a language, each put to all articles of all languages.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.databases import Databases
from tests.store.rows import stored_article
from worker.filters import parse_pairs
from worker.store import Store
from worker.store.search_results import most_relevant_found, newest_found

JUDGED = tomllib.loads(
    (Path(__file__).parents[1] / "fixtures/search/judged.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def judged(databases: Databases) -> Iterator[tuple[Store, dict[int, str]]]:
    """A store with the articles of all languages, and their names by id."""
    with databases.fresh() as url:
        store = Store(url)
        names = {}
        for language, given in JUDGED.items():
            for name, (title, author, text) in given["articles"].items():
                with store.begin() as db:
                    article = stored_article(db, title=title, text=text, authors=[author], language=language)
                names[article] = f"{language}.{name}"
        yield store, names
        store.close()


def of_language(
    store: Store, names: dict[int, str], language: str, *conditions: tuple[str, str]
) -> tuple[float, float, list[str]]:
    """Recall and precision of the queries of a language, and what went wrong."""
    expected_count = found_count = both = 0
    wrong = []
    for query, articles in JUDGED[language]["queries"].items():
        expected = {f"{language}.{name}" for name in articles}
        with store.begin() as db:
            filter_ = parse_pairs([("q", query), *conditions])
            found = {names[article["id"]] for article in newest_found(db, filter_, limit=50).articles}
            assert found == {names[a["id"]] for a in most_relevant_found(db, filter_, limit=50)}
        expected_count, found_count = expected_count + len(expected), found_count + len(found)
        both += len(expected & found)
        if found != expected:
            wrong.append(f"{query}: missing {sorted(expected - found)}, too many {sorted(found - expected)}")
    return both / expected_count, both / (found_count or 1), wrong


@pytest.mark.parametrize("language", JUDGED)
def test_a_query_finds_what_its_readers_expect(judged: tuple[Store, dict[int, str]], language: str) -> None:
    recall, precision, wrong = of_language(*judged, language)
    # Finnish changes consonants within words (lautta, lautan), which its stemmer does not follow.
    assert recall >= (0.85 if language == "fi" else 0.95), wrong
    assert precision >= 0.95, wrong


def test_over_all_languages_recall_and_precision_are_high(judged: tuple[Store, dict[int, str]]) -> None:
    found = [of_language(*judged, language) for language in JUDGED]
    assert sum(recall for recall, _, _ in found) / len(found) >= 0.98
    assert sum(precision for _, precision, _ in found) / len(found) >= 0.98


@pytest.mark.parametrize("language", JUDGED)
def test_a_filter_on_the_language_loses_nothing(judged: tuple[Store, dict[int, str]], language: str) -> None:
    open_recall, _, _ = of_language(*judged, language)
    recall, precision, wrong = of_language(*judged, language, ("language", language))
    assert recall >= open_recall, wrong
    assert precision >= 0.95, wrong
