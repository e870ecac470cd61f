"""The bench of silent hosts works: its silent hosts are asked, and it can fail."""

import pytest

from tests.bench.bench_silent import Result, is_delayed, main, measure
from tests.bench.silent_process import Asked


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
@pytest.mark.timeout(300)
def test_pages_of_good_hosts_are_requested_while_150_hosts_keep_silent() -> None:
    result = measure(150, seconds=3.0)
    assert result.due == 100
    assert result.asked.hosts >= 64
    assert len(result.delays) > 10
    assert result.missing == 0


def result(*delays: float, missing: int = 0) -> Result:
    return Result(100, delays, missing, 100, Asked())


def test_percentiles_are_delays_of_pages_by_nearest_rank() -> None:
    hundred = result(*(float(number) for number in range(100, 0, -1)))
    assert [hundred.percentile(share) for share in (0.5, 0.95, 1.0)] == [50.0, 95.0, 100.0]


@pytest.mark.parametrize(
    ("found", "delayed"),
    [
        (result(3.0, 3.9), False),
        (result(3.0, 4.1), True),
        (result(1.0, 1.0, missing=1), True),
    ],
)
def test_a_run_fails_with_twice_the_delay_or_a_page_that_was_never_requested(
    found: Result, delayed: bool
) -> None:
    assert is_delayed(result(1.0, 2.0), found) is delayed


def test_its_options_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--feeds" in capsys.readouterr().out
