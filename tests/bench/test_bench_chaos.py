"""The bench of random faults works: a run that is broken for some seconds passes, and each check can fail."""

from typing import Any

import pytest

from tests.bench.bench_chaos import chaos, main, replayed_differently

CREATED = {"id": 1, "article_id": 7, "kind": "created", "revision": 1}
REVISED = {"id": 2, "article_id": 7, "kind": "revised", "revision": 2}
REMOVED = {"id": 3, "article_id": 7, "kind": "removed", "revision": 2}
RESTORED = {"id": 4, "article_id": 7, "kind": "restored", "revision": 2}


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
@pytest.mark.timeout(600)
def test_a_run_that_is_broken_for_some_seconds_loses_and_doubles_nothing() -> None:
    told: list[str] = []
    assert chaos(8.0, seed=5, pages=16, tell=told.append), "\n".join(told)
    assert any("kill" in line for line in told)
    assert "ok  every page once" in told


@pytest.mark.parametrize(
    ("log", "state", "revision"),
    [
        ([CREATED], "live", 1),
        ([CREATED, REVISED], "live", 2),
        ([CREATED, REVISED, REMOVED], "removed", 2),
        ([CREATED, REVISED, REMOVED, RESTORED], "live", 2),
    ],
)
def test_a_log_that_accounts_for_the_store_passes(
    log: list[dict[str, Any]], state: str, revision: int
) -> None:
    assert replayed_differently(log, {7: {"state": state, "revision": revision}}) == []


@pytest.mark.parametrize(
    ("log", "state", "revision"),
    [
        ([], "live", 1),
        ([CREATED, CREATED], "live", 1),
        ([CREATED, REVISED, REVISED], "live", 2),
        ([REVISED], "live", 2),
        ([CREATED], "live", 2),
        ([CREATED, REVISED], "removed", 2),
        ([CREATED, REVISED, RESTORED], "live", 2),
    ],
)
def test_a_log_that_does_not_account_for_the_store_is_found(
    log: list[dict[str, Any]], state: str, revision: int
) -> None:
    assert replayed_differently(log, {7: {"state": state, "revision": revision}})


def test_an_article_that_is_only_in_the_log_is_found() -> None:
    assert replayed_differently([CREATED], {})


def test_its_options_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--seed" in capsys.readouterr().out
