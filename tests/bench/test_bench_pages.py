"""The bench of the pages works: every page answers, and none asks a question for each of its rows."""

from tests.bench.bench_pages import PAGES, filled, measure

MOST_QUERIES = 60
"""More than any page needs; a query for each of 100 rows would exceed it."""


def test_every_measured_page_answers_with_a_number_of_queries_that_does_not_grow_with_its_rows() -> None:
    with filled(feeds=100, entries=2000) as web:
        found = measure(web, rounds=1)
    assert [one.path for one in found] == list(PAGES)
    assert {one.status for one in found} == {200}
    assert all(0 <= one.queries <= MOST_QUERIES and one.size > 500 for one in found)
