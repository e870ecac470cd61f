"""Beat ends when it is told to, whatever it is waiting for."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from tests.waiting import wait_until
from worker.embedded.redis import Redis


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_beat_stops_while_it_waits_for_the_broker(own_redis: Redis, told: signal.Signals) -> None:
    environment = {
        **os.environ,
        "WIREDESK_REDIS_URL": own_redis.url,
        "WIREDESK_DATABASE_URL": "postgresql://127.0.0.1:1/none",
        "WIREDESK_TICK_SECONDS": "0.05",
    }
    beat = subprocess.Popen([sys.executable, "-m", "worker.cli", "beat"], env=environment)
    port = urlsplit(own_redis.url).port
    assert port is not None
    assert own_redis.pid is not None
    try:
        with redis.Redis.from_url(own_redis.url) as client:
            wait_until(lambda: client.llen("schedule"), 30)
        os.kill(own_redis.pid, signal.SIGSTOP)
        wait_until(lambda: unread(port), 10)
        beat.send_signal(told)
        assert beat.wait(5) == 0
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
        beat.kill()
        beat.wait()


def unread(port: int) -> bool:
    """Whether something was sent to the port that its server has not read (proc_pid_net(5))."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any(
        int(local.split(":")[1], 16) == port and int(queues.split(":")[1], 16) > 0
        for _, local, _, state, queues, *_ in lines
        if state == "01"
    )
