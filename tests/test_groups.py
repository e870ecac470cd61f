"""Tests of one group run one after the other: most start a whole deployment each."""

import pytest


@pytest.mark.xdist_group("example")
def test_the_installed_pytest_and_xdist_keep_the_tests_of_a_group_together(
    request: pytest.FixtureRequest, worker_id: str
) -> None:
    if worker_id == "master":
        pytest.skip("runs in parallel only")
    assert request.node.nodeid.endswith("@example")
