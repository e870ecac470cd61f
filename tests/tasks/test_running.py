"""What a worker logs at its start."""

from structlog.testing import capture_logs

from worker.config.load import load
from worker.config.settings import Settings
from worker.tasks.running import hosts_of


def warnings(settings: Settings) -> list[str]:
    with capture_logs() as lines:
        hosts_of(settings)
    return [line["event"] for line in lines if line["log_level"] == "warning"]


def test_a_worker_that_makes_requests_warns_about_a_missing_contact() -> None:
    assert warnings(load(environ={}).settings) == ["no contact"]
    assert warnings(load({"contact": ""}, environ={}).settings) == ["no contact"]
    assert warnings(load({"contact": "desk@example.org"}, environ={}).settings) == []
