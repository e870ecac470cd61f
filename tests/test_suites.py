"""The cases of other projects' own tests, each kind with the share of them that must pass."""

import pytest

from tests.bench.bench_suites import (
    FLOORS,
    KNOWN_MISSES,
    NEVER_WRONG,
    OURS,
    PLAIN,
    WITHOUT_OTHER_MISSES,
    Measured,
    line,
    measure,
)
from tests.corpus import needs_corpus

pytestmark = [pytest.mark.corpus, needs_corpus, pytest.mark.xdist_group("suites")]


@pytest.fixture(scope="module")
def both() -> list[Measured]:
    """What passes here, and with plain feedparser, courlan and protego."""
    return measure(OURS, PLAIN)


@pytest.mark.parametrize("kind", FLOORS)
def test_the_cases_of_a_kind_pass(kind: str, both: list[Measured]) -> None:
    ours, plain = both
    print(line(kind, ours, plain))
    passing, run = ours.rates[kind]
    assert passing >= FLOORS[kind] * run, f"failing: {', '.join(ours.failing[kind][:20])}"


@pytest.mark.parametrize("kind", WITHOUT_OTHER_MISSES)
def test_a_case_that_fails_is_a_known_miss_with_its_reason(kind: str, both: list[Measured]) -> None:
    assert set(both[0].failing.get(kind, ())) <= KNOWN_MISSES.keys()


def test_every_known_miss_still_fails(both: list[Measured]) -> None:
    failing = {name for names in both[0].failing.values() for name in names}
    assert KNOWN_MISSES.keys() <= failing


@pytest.mark.parametrize("field", NEVER_WRONG)
def test_what_may_never_be_wrong_is_never_wrong(field: str, both: list[Measured]) -> None:
    passing, run = both[0].rates[field]
    assert passing == run


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_does_worse_than_plain_libraries(kind: str, both: list[Measured]) -> None:
    ours, plain = (measured.rates[kind] for measured in both)
    assert ours.passing / ours.run >= plain.passing / plain.run
