"""The Celery app: built from settings alone, and from nothing else in the process."""

import subprocess
import sys
from pathlib import Path

from worker.config.settings import Settings
from worker.tasks.app import make_app
from worker.tasks.context import Context
from worker.tasks.stopping import StopFlag

HERE = {"redis_url": "redis://127.0.0.1:1/0", "database_url": "postgresql://127.0.0.1:1/none"}


def test_two_apps_of_one_process_do_not_share_their_tasks() -> None:
    quick = make_app(Settings(**HERE, extract_hard_seconds=20.0))  # type: ignore[arg-type]
    slow = make_app(Settings(**HERE, extract_hard_seconds=30.0))  # type: ignore[arg-type]

    assert quick.tasks["wiredesk.extract"].time_limit == 20.0
    assert slow.tasks["wiredesk.extract"].time_limit == 30.0


def test_the_app_loads_no_library_that_only_one_stage_needs() -> None:
    code = "import sys, worker.tasks.running; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not {"trafilatura", "feedparser", "aiohttp"} & set(loaded.split())


def test_site_rules_are_shared_by_the_worker_or_read_at_first_use(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("hosts = 'news.example'\nbody = 'div'")
    settings = Settings(**HERE, rules_dir=tmp_path)  # type: ignore[arg-type]
    own = Context(settings)
    assert [rule.file for rule in own.rules] == ["a.toml"]
    (tmp_path / "a.toml").unlink()
    assert len(own.rules) == 1
    assert Context(settings, rules=own.rules).rules is own.rules


def test_children_see_the_stop_flag_of_their_worker() -> None:
    from multiprocessing import get_context

    stopping = StopFlag()
    child = get_context("fork").Process(target=lambda: sys.exit(0 if wait(stopping) else 1))
    child.start()
    assert not stopping()

    stopping.begin()

    child.join(10)
    assert child.exitcode == 0


def wait(stopping: StopFlag) -> bool:
    """Wait in the child until the flag is set."""
    from tests.waiting import wait_until

    return wait_until(stopping)
