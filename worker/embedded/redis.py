"""A private Redis: a real server in a directory of its own, on a port of 127.0.0.1, behind a password.

TCP and not a Unix socket, because kombu and redis-py spell a socket's URL differently (redis+socket:// and
unix://), while `redis://:password@127.0.0.1:port/0` is one setting for every client, redis-cli and Flower
among them. The password is new at each run and keeps out the machine's other users; it is handed over in a
file, since a command line is readable by all.

    redis/redis.conf    the configuration of this run
    redis/appendonlydir (or appendonly.aof) the data, where it is durable
"""

import secrets
import signal
import socket
import time
from pathlib import Path

from worker.embedded.binaries import redis_binary
from worker.embedded.errors import EmbeddedError
from worker.embedded.process import Guarded, end_leftover, free_port, is_server

READY_SECONDS = 30.0
PID_FILE, CONFIGURATION_FILE = "redis.pid", "redis.conf"
MARK = "-server 127.0.0.1:"
"""In the title that Redis and Valkey give their process."""

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
pidfile "{directory}/redis.pid"
daemonize no
databases 4
loglevel notice
# A broker must refuse a message and never forget one.
maxmemory-policy noeviction
save ""
appendonly {durable}
appendfsync everysec
"""


class Redis:
    """The server of one directory; `durable` keeps what is queued over a restart, to the second."""

    name = "redis"

    def __init__(self, directory: Path, *, log_dir: Path | None = None, durable: bool = True) -> None:
        self.directory = directory.absolute()
        self._durable = durable
        self._log_dir = log_dir or self.directory.parent / "log"
        self._port = free_port()
        self._password = secrets.token_urlsafe(24)
        self._process: Guarded | None = None

    @property
    def url(self) -> str:
        """Where the server is: the same over restarts of this object."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int | None:
        """The server's pid while it runs."""
        return self._process.pid if self._process else None

    @staticmethod
    def running_url(directory: Path) -> str | None:
        """The URL of the server that runs in the directory, whichever process started it; else None."""
        try:
            pid = int((directory / PID_FILE).read_text())
            lines = (directory / CONFIGURATION_FILE).read_text().splitlines()
        except (OSError, ValueError):
            return None
        said = dict(line.split(" ", 1) for line in lines if " " in line)
        url = f"redis://:{said['requirepass']}@127.0.0.1:{said['port']}/0"
        return url if is_server(pid, MARK) else None

    def start(self) -> str:
        """Run the server and wait until it has loaded its data; its URL. Raises `EmbeddedError`."""
        if self.pid is not None:
            return self.url
        binary = redis_binary()
        self._end_leftover()
        configuration = self._write_configuration()
        self._process = Guarded(
            self.name, [str(binary), str(configuration)], log_dir=self._log_dir, stop_signal=signal.SIGTERM
        )
        self._process.start()
        self._await_ready()
        return self.url

    def stop(self, seconds: float = 5.0) -> None:
        """Ask it to write its log and stop; killed if it takes longer."""
        if self._process is not None:
            self._process.stop(seconds)

    def exit_reason(self) -> str | None:
        """None while it runs, else how it ended."""
        return self._process.exit_reason() if self._process else "not started"

    def terminate(self) -> None:
        """Ask it to stop."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        return self._process is None or self._process.wait(seconds)

    def kill(self) -> None:
        """End it at once; what was written in the last second may be lost."""
        if self._process is not None:
            self._process.kill()

    def _end_leftover(self) -> None:
        """Two servers must not append to one file: a run that was killed may just be ending its own."""
        pid_file = self.directory / PID_FILE
        if pid_file.is_file() and (text := pid_file.read_text().strip()).isdigit():
            end_leftover(int(text), mark=MARK, stop_signal=signal.SIGTERM)
            pid_file.unlink(missing_ok=True)

    def _write_configuration(self) -> Path:
        path = self.directory / CONFIGURATION_FILE
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.chmod(0o600)
            path.write_text(
                CONFIGURATION.format(
                    port=self._port,
                    password=self._password,
                    directory=self.directory,
                    durable="yes" if self._durable else "no",
                )
            )
        except OSError as error:
            raise EmbeddedError(f"no directory for Redis: {error}") from None
        return path

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            if reason := self.exit_reason():
                raise EmbeddedError(f"Redis {reason} at its start; see {self._log_dir}/{self.name}.log")
            time.sleep(0.02)
        self.kill()
        raise EmbeddedError(
            f"Redis was not ready after {READY_SECONDS:.0f} s; see {self._log_dir}/{self.name}.log"
        )

    def _answers(self) -> bool:
        """Whether it takes commands: while it loads its data it answers -LOADING."""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1.0) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                answer = b""
                while part := connection.recv(256):
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer
