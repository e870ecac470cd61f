"""Fuzzing is reproducible, short runs lose nothing, and what would be lost is seen, counted and saved."""

from random import Random

import pytest

from tests.bench import fuzz_extract
from tests.bench.fuzz_extract import Case, Child, case_of, fuzz
from tests.bench.mutations import MUTATIONS, mutated
from tests.extract.pages import JA, article_html, page, slow_page

BODIES = [page(article_html()), page(article_html(JA)), b"", b"\xff\xfe", b"<p>"]


@pytest.fixture
def own_pages(monkeypatch, tmp_path):
    """Without the corpus, and with a separate place for lost pages."""
    monkeypatch.setattr(fuzz_extract, "CORPUS", None)
    monkeypatch.setattr(fuzz_extract, "SAVED", tmp_path)
    return tmp_path


def test_a_case_is_the_same_bytes_again():
    assert [case_of(5, number, BODIES) for number in range(20)] == [
        case_of(5, number, BODIES) for number in range(20)
    ]
    assert case_of(5, 1, BODIES) != case_of(6, 1, BODIES)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_takes_any_bytes(mutation):
    for seed in range(8):
        for body in BODIES:
            assert isinstance(mutation(Random(seed), body), bytes)


def test_most_cases_are_no_longer_the_page():
    random = Random(1)
    assert sum(mutated(random, BODIES)[0] not in BODIES for _ in range(50)) > 30


def test_a_short_run_loses_nothing(own_pages):
    tally = fuzz(1, range(60), seconds=10)
    assert tally.outcomes["article"]
    assert not tally.lost, tally.lines()


def test_a_page_over_a_limit_is_lost_and_saved_and_the_run_goes_on(own_pages):
    tally = fuzz(1, range(2), seconds=60, limits=(20.0, 1.0))
    assert tally.outcomes == {"lost": 2}
    assert (own_pages / "1-0.html").read_bytes() == case_of(1, 0, fuzz_extract.pages()).body
    assert "over 1 MB" in tally.lines()[-1]


def test_a_page_that_takes_too_much_of_the_processor_is_a_loss():
    child = Child()
    try:
        outcome, spent, _ = child.extract(Case(slow_page(), None, None, ()), 0.1, 1_000)
    finally:
        child.end()
    assert outcome == "!over 0 s"
    assert spent > 0.1


def test_a_child_that_dies_is_a_loss():
    child = Child()
    child.end()
    assert child.extract(Case(b"<p>", None, None, ()), 20.0, 1_000)[0].startswith("!died")
