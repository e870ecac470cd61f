"""A private Redis server in its own directory, on a port of 127.0.0.1, behind a password.

It listens on TCP rather than on a Unix socket, because kombu and redis-py spell a socket's URL differently
(redis+socket:// and unix://), while `redis://:password@127.0.0.1:port/0` is one setting for every client,
including redis-cli and Flower. The password is new at each run and keeps out the machine's other users; it is
passed in a file, since everybody can read a command line.

    redis/redis.conf    the configuration of this run
    redis/appendonlydir (or appendonly.aof) the data, if durable
"""

import secrets
import signal
import socket
from pathlib import Path

from worker.embedded.binaries import redis_binary
from worker.embedded.process import EmbeddedError, EmbeddedServer, end_leftover, free_port, is_server

READY_SECONDS = 30.0
"""Loading a large append-only file takes a while. A guess."""
PID_FILE, CONFIGURATION_FILE = "redis.pid", "redis.conf"
MARK = "-server 127.0.0.1:"
"""Part of the title that Redis and Valkey give their process."""

# For a broker: nothing is evicted, and the log is synced every second if the data are durable.
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


class Redis(EmbeddedServer):
    """The Redis server of one directory; `durable` keeps queued messages over a restart, to the second."""

    name, title, ready_seconds = "redis", "Redis", READY_SECONDS
    stop_signal, grace = signal.SIGTERM, 3.0

    def __init__(self, directory: Path, *, log_dir: Path | None = None, durable: bool = True) -> None:
        super().__init__(directory, log_dir=log_dir, durable=durable)
        self._port = free_port()
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """The URL of the server; it stays the same over restarts of this object."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @staticmethod
    def running_url(directory: Path) -> str | None:
        """Return the URL of the server that any process runs in the directory, None if there is none."""
        try:
            pid = int((directory / PID_FILE).read_text())
            lines = (directory / CONFIGURATION_FILE).read_text().splitlines()
        except (OSError, ValueError):
            return None
        options = dict(line.split(" ", 1) for line in lines if " " in line)
        url = f"redis://:{options['requirepass']}@127.0.0.1:{options['port']}/0"
        return url if is_server(pid, MARK) else None

    def start(self) -> str:
        """Run the server until it has loaded its data, and return its URL. Raises `EmbeddedError`."""
        if self.pid is None:
            binary = redis_binary()
            self._end_leftover()
            self._run_until_ready([str(binary), str(self._write_configuration())], self._is_ready)
        return self.url

    def _end_leftover(self) -> None:
        """Stop the server of a run that was killed: two servers must not append to one file."""
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

    def _is_ready(self) -> bool:
        """Whether the server accepts our password and commands; False while it still loads its data."""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1.0) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                answer = b""
                while part := connection.recv(256):
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer
