"""Whatever a host does, the work on it ends in time, with the right reason, and others are not held up."""

from collections.abc import Iterator

import pytest

from tests.faults.hostile.case import Case
from tests.faults.hostile.run import SETTINGS, Ended, Results, run
from tests.faults.hostile.table import BATCHES, CASES
from tests.fixtures.databases import Databases
from tests.services.service import Service
from tests.site import Site

pytestmark = pytest.mark.xdist_group("hostile")

OTHERS_SECONDS = 3.0
"""What a poll or a page of a good host may take at most, while all the others are at work."""


@pytest.fixture(scope="module")
def results(databases: Databases) -> Iterator[Results]:
    """What became of all cases, those of a batch side by side."""
    site = Site()
    site.start()
    found = Results()
    for cases in BATCHES.values():
        with databases.fresh() as url:
            service = Service(url, **SETTINGS)
            ended = run(service, site, cases)
            service.store.close()
        found.cases |= ended.cases
        found.beside |= ended.beside
    yield found
    site.stop()


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Each case."""
    found: Case = request.param
    return found


def test_work_on_a_hostile_host_ends_with_the_expected_outcome(results: Results, case: Case) -> None:
    ended = results.cases[case.name]
    assert (ended.outcome, ended.reason) == (case.outcome, case.reason), ended
    assert case.says in ended.detail


def test_work_on_a_hostile_host_ends_in_time(results: Results, case: Case) -> None:
    assert results.cases[case.name].seconds < case.seconds


def test_good_hosts_are_served_during_a_hostile_case(results: Results, case: Case) -> None:
    beside: Ended = results.beside[case.name]
    assert (beside.outcome, beside.reason) == ("new" if case.part == "feed" else "created", ""), beside
    assert beside.seconds < OTHERS_SECONDS


def test_each_hostile_case_is_listed_once() -> None:
    assert len({case.name for case in CASES}) == len({case.does for case in CASES}) == len(CASES)
