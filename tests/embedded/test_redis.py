"""A private Redis: never evicts a message, ends with its owner."""

from pathlib import Path

import psutil
import pytest
import redis

from tests.embedded.processes import alive, below, python, start_and_await_line
from tests.waiting import wait_until
from worker.embedded import EmbeddedError, Redis

START = """
import sys, time
from pathlib import Path
from worker.embedded import Redis
print(Redis(Path(sys.argv[1])).start(), flush=True)
time.sleep(600)
"""


def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url)


def test_redis_refuses_messages_rather_than_evict_them(own_redis: Redis) -> None:
    with client(own_redis.url) as broker:
        assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_redis_needs_a_password_that_is_not_in_the_process_list(own_redis: Redis) -> None:
    stranger = own_redis.url.replace(own_redis._password, "guess")
    with pytest.raises(redis.AuthenticationError), client(stranger) as broker:
        broker.ping()
    commands = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if own_redis._password in command]


def test_redis_keeps_its_messages_and_its_url_over_a_restart(own_redis: Redis) -> None:
    url = own_redis.url
    with client(url) as broker:
        broker.lpush("queue", "message")
    own_redis.stop()
    assert own_redis.start() == url
    with client(url) as broker:
        assert broker.rpop("queue") == b"message"


def test_another_process_finds_the_running_server_of_a_directory(own_redis: Redis, tmp_path: Path) -> None:
    assert Redis.running_url(tmp_path / "redis") == own_redis.url
    own_redis.kill()
    assert Redis.running_url(tmp_path / "redis") is None
    assert Redis.running_url(tmp_path / "nothing") is None


def test_redis_starts_again_after_a_kill(own_redis: Redis) -> None:
    own_redis.kill()
    own_redis.start()
    with client(own_redis.url) as broker:
        assert broker.ping()


def test_redis_ends_when_its_owner_is_killed_and_the_next_run_takes_over(tmp_path: Path) -> None:
    owner, url = start_and_await_line(python(START, str(tmp_path / "redis")))
    with client(url) as broker:
        broker.set("kept", "7")
    family = below(owner.pid)

    owner.kill()
    owner.wait()
    next_run = Redis(tmp_path / "redis")
    next_run.start()

    wait_until(lambda: not alive(family))
    with client(next_run.url) as broker:
        assert broker.get("kept") == b"7"
    next_run.stop()


def test_a_server_that_cannot_start_names_its_log(own_redis: Redis, tmp_path: Path) -> None:
    other = Redis(tmp_path / "other")
    other._port = own_redis._port
    with pytest.raises(EmbeddedError, match=r"^Redis exited with status 1 at its start; see .*redis\.log$"):
        other.start()
