"""The bench of the search finds what it looks for."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.bench.bench_search import QUERIES, measure


def test_the_bench_finds_matches_of_common_words_and_measures_all_queries(
    fresh_database: Callable[..., AbstractContextManager[str]],
) -> None:
    with fresh_database() as url:
        found = measure(url, count=500, distinct=350, runs=1)
    assert set(found.newest) == set(found.relevant) == set(QUERIES)
    assert found.found["in nearly all articles"] == found.found["two common words"] == 50
    assert found.found["unknown"] == 0
    assert found.index_bytes > 0
    assert found.insert_ms > 0
    assert found.old_insert_ms > 0
