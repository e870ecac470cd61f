"""A small run for `test_supervisor`, both servers and a prefork worker: `run.py DATA_DIR`."""

import sys
import time
from pathlib import Path

from celery import Celery

from worker.embedded import Guarded, Postgres, Redis, Supervisor

app = Celery("run")


@app.task(name="run.hold")
def hold(seconds: float) -> None:
    """A task that takes long."""
    time.sleep(seconds)


def main(data_dir: Path) -> None:
    """Start everything, print `started`, and wait for a line on stdin or to be killed."""
    postgres, redis = Postgres(data_dir / "postgres", durable=False), Redis(data_dir / "redis")
    supervisor = Supervisor()
    supervisor.add(postgres, stage=0)
    supervisor.add(redis, stage=0)
    environment = {"CELERY_BROKER_URL": redis.url}
    command = [sys.executable, "-m", "celery", "-A", "tests.embedded.run", "worker", "-c", "2", "-l", "INFO"]
    supervisor.add(Guarded("worker", command, log_dir=data_dir / "log", env=environment))
    app.conf.broker_url = redis.url
    hold.delay(600.0)
    hold.delay(600.0)
    print("started", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    killed = supervisor.drain_and_stop(4.0)
    print(f"{','.join(killed)} {time.monotonic() - begun:.1f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
