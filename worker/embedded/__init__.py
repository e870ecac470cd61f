"""Embedded PostgreSQL and Redis, and the supervised processes of one `wiredesk run`.

    DataDirectory(data_dir)                  one run per directory
    Postgres(data_dir / "postgres").start()  -> URL
    Redis(data_dir / "redis").start()        -> URL
    Supervisor().add(Guarded(name, command, log_dir=…), check=…)
    Supervisor().drain_and_stop(10.0)

No process outlives this one, however it ends: each runs under a guard that notices (`guarded.py`).
"""

from worker.embedded.fork_server import ForkServer, Program
from worker.embedded.lock import DataDirectory, DirectoryInUse
from worker.embedded.postgres import Postgres
from worker.embedded.process import EmbeddedError, Guarded
from worker.embedded.redis import Redis
from worker.embedded.supervisor import Hopeless, ServiceStatus, Supervisor

__all__ = [
    "DataDirectory",
    "DirectoryInUse",
    "EmbeddedError",
    "ForkServer",
    "Guarded",
    "Hopeless",
    "Postgres",
    "Program",
    "Redis",
    "ServiceStatus",
    "Supervisor",
]
