"""A private PostgreSQL server in its own directory, for one user, on a Unix socket.

The socket is the only way to the server and lies in a directory that only its user may enter; so there is no
password to keep and no port to choose, and the URL stays the same over restarts.

    postgres/cluster/   the database cluster, created at the first start
    postgres/.s.PGSQL…  the socket; in a private directory below /tmp if this path would be too long
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from worker.embedded.binaries import PostgresBinaries, postgres_binaries
from worker.embedded.process import EmbeddedError, EmbeddedServer, end_leftover, is_server

NAME = "wiredesk"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107
"""Bytes that a socket address holds, less the NUL: unix(7)."""
READY_SECONDS = 60.0
"""Crash recovery may have to read a gigabyte of log before the server answers (`max_wal_size`)."""

# Only the socket; times in UTC; tuned for short statements on an SSD. UNSAFE: only for tests.
ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    # Each worker process has a connection pool, and a machine with many cores runs many processes.
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "logging_collector": "off",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(EmbeddedServer):
    """The PostgreSQL server of one directory.

    It runs as the current user. PostgreSQL refuses to run as root; then it runs as the owner of the cluster,
    which root creates for `nobody`.
    """

    name, title, ready_seconds = "postgres", "PostgreSQL", READY_SECONDS
    # SIGINT is the fast shutdown: transactions are rolled back, clients are not waited for.
    stop_signal, grace = signal.SIGINT, 8.0

    @property
    def url(self) -> str:
        """The URL of the server for SQLAlchemy with psycopg."""
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={quote(str(self._socket_dir), safe='')}"

    @classmethod
    def running_url(cls, directory: Path) -> str | None:
        """Return the URL of the server that any process runs in the directory, None if there is none."""
        server = cls(directory)
        pid = server._ready_pid()
        return server.url if pid is not None and is_server(pid, str(server._cluster)) else None

    def start(self) -> str:
        """Create the cluster if it is missing, run the server until it answers, and return its URL.

        Raises `EmbeddedError`.
        """
        if self.pid is not None:
            return self.url
        self._make_directories()
        binaries = postgres_binaries(self._major())
        if not self._cluster.exists():
            self._make_cluster(binaries)
        self._end_leftover()
        command = [str(binaries.directory / "postgres"), "-D", str(self._cluster), *self._options()]
        self._run_until_ready([*self._as_user(), *command], self._is_ready)
        return self.url

    def stop(self, seconds: float = 8.0) -> None:
        """Shut down fast; a server that takes longer is killed and recovers at its next start."""
        super().stop(seconds)

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; return whether the server has ended."""
        ended = super().wait(seconds)
        if ended and self._socket_dir != self.directory:
            with suppress(OSError):
                self._socket_dir.rmdir()
        return ended

    @property
    def _cluster(self) -> Path:
        return self.directory / "cluster"

    @property
    def _socket_dir(self) -> Path:
        if len(os.fsencode(self.directory / SOCKET)) <= SOCKET_PATH_LIMIT:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"wiredesk-{os.geteuid()}-{digest}"

    def _make_directories(self) -> None:
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            socket_dir = self._socket_dir
            socket_dir.mkdir(exist_ok=True, mode=0o700)
            owner = socket_dir.lstat()
            if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != os.geteuid():
                raise EmbeddedError(f"{socket_dir} belongs to another user: run as that user, or remove it")
            socket_dir.chmod(0o700)
        except OSError as error:
            raise EmbeddedError(f"no directory for PostgreSQL: {error}") from None

    def _major(self) -> int | None:
        try:
            return int((self._cluster / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except PermissionError:
            raise EmbeddedError(f"{self._cluster} belongs to another user: run as that user") from None

    def _owner(self) -> pwd.struct_passwd | None:
        """Return the user to run the server as, or None to stay the current user."""
        if os.geteuid() != 0:
            return None
        for user in pwd.getpwall():
            if self._cluster.exists():
                wanted = user.pw_uid == self._cluster.stat().st_uid
            else:
                wanted = user.pw_name == "nobody"
            if wanted:
                return user
        raise EmbeddedError("PostgreSQL does not run as root, and there is no user for it: `useradd nobody`")

    def _as_user(self) -> list[str]:
        if (user := self._owner()) is None:
            return []
        script = str(Path(__file__).with_name("unprivileged.py"))
        return [sys.executable, "-I", "-S", script, str(user.pw_uid), str(user.pw_gid)]

    def _make_cluster(self, binaries: PostgresBinaries) -> None:
        """Create the cluster under a temporary name, so that an interrupted start leaves no half of one."""
        unfinished = self.directory / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if binaries.major >= 17:
            # Built into the server, so the machine does not need the locale.
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        initdb = [str(binaries.directory / "initdb"), "-D", str(unfinished), "-U", NAME, "--encoding=UTF8"]
        sync = [] if self._durable else ["--no-sync"]
        self._run([*initdb, *locale, *sync, "--auth=trust", "--no-instructions"])
        single = [str(binaries.directory / "postgres"), "--single", "-D", str(unfinished), "template1"]
        self._run(single, f"CREATE DATABASE {NAME};\n")
        unfinished.rename(self._cluster)

    def _run(self, command: list[str], text: str = "") -> None:
        done = subprocess.run(
            [*self._as_user(), *command],
            input=text,
            capture_output=True,
            text=True,
            cwd=self.directory,
            check=False,
        )
        if done.returncode != 0:
            output = done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}"
            program = Path(command[0]).name
            raise EmbeddedError(f"{program} failed in {self.directory}: {output.splitlines()[-1]}")

    def _options(self) -> list[str]:
        options = ALWAYS | {"unix_socket_directories": str(self._socket_dir)}
        options |= {} if self._durable else UNSAFE
        return [part for key, value in options.items() for part in ("-c", f"{key}={value}")]

    def _pid_file(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    def _ready_pid(self) -> int | None:
        """Return the postmaster's pid once it is ready, as pg_ctl does: line 8 of the pid file says so."""
        lines = self._pid_file()
        return int(lines[0]) if len(lines) >= 8 and lines[7].strip() == "ready" else None

    def _is_ready(self) -> bool:
        pid = self._ready_pid()
        return pid is not None and pid == self.pid

    def _end_leftover(self) -> None:
        """Stop the postmaster of a run that was killed, and remove its pid file.

        The pid in a stale file may belong to another process by now, which PostgreSQL would mistake for a
        running server.
        """
        if lines := self._pid_file():
            end_leftover(int(lines[0]), mark=str(self._cluster), stop_signal=signal.SIGINT)
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)
