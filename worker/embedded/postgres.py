"""A private PostgreSQL: a real server in a directory of its own, for one user, on a Unix socket.

The server is reached by its socket alone, which lies in a directory that only its user may enter; so there
is no password to keep and no port to take, and the URL stays the same over restarts.

    postgres/cluster/   the database cluster, made at the first start
    postgres/.s.PGSQL…  the socket; in a private directory below /tmp where this path would be too long
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
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from worker.embedded.binaries import PostgresBinaries, postgres_binaries
from worker.embedded.errors import EmbeddedError
from worker.embedded.process import Guarded, end_leftover, is_server

NAME = "wiredesk"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107
READY_SECONDS = 60.0
"""Crash recovery may have to read a gigabyte of log before the server answers."""

ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    # Each process of the workers has a pool: a machine of many cores has many.
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "logging_collector": "off",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The server of one directory. With `durable=False`, for tests, a power cut may lose the data.

    Runs as the ordinary user that we are. PostgreSQL refuses root: root runs it as the cluster's owner, at
    first `nobody`.
    """

    name = "postgres"

    def __init__(self, directory: Path, *, log_dir: Path | None = None, durable: bool = True) -> None:
        self.directory = directory.absolute()
        self._cluster = self.directory / "cluster"
        self._durable = durable
        self._log_dir = log_dir or self.directory.parent / "log"
        self._process: Guarded | None = None

    @property
    def url(self) -> str:
        """Where the server is, for SQLAlchemy with psycopg."""
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={quote(str(self._socket_dir), safe='')}"

    @property
    def pid(self) -> int | None:
        """The postmaster's pid while it runs."""
        return self._process.pid if self._process else None

    @classmethod
    def running_url(cls, directory: Path) -> str | None:
        """The URL of the server that runs in the directory, whichever process started it; else None."""
        server = cls(directory)
        lines = server._pid_file()
        ready = len(lines) >= 8 and lines[7].strip() == "ready"
        return server.url if ready and is_server(int(lines[0]), str(server._cluster)) else None

    def start(self) -> str:
        """Make the cluster if there is none, run the server, wait until it answers; its URL.

        Raises `EmbeddedError`.
        """
        if self.pid is not None:
            return self.url
        self._make_directories()
        binaries = postgres_binaries(self._major())
        if not self._cluster.exists():
            self._make_cluster(binaries)
        self._end_leftover()
        self._process = Guarded(
            self.name,
            [
                *self._as_user(),
                str(binaries.directory / "postgres"),
                "-D",
                str(self._cluster),
                *self._options(),
            ],
            log_dir=self._log_dir,
            # SIGINT is the fast shutdown: transactions are rolled back, clients are not waited for.
            stop_signal=signal.SIGINT,
            grace=8.0,
        )
        self._process.start()
        self._await_ready()
        return self.url

    def stop(self, seconds: float = 8.0) -> None:
        """A fast shutdown; killed, to recover at the next start, if it takes longer."""
        self.terminate()
        if not self.wait(seconds):
            self.kill()

    def exit_reason(self) -> str | None:
        """None while it runs, else how it ended."""
        return self._process.exit_reason() if self._process else "not started"

    def terminate(self) -> None:
        """Ask for a fast shutdown."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        ended = self._process is None or self._process.wait(seconds)
        if ended and self._socket_dir != self.directory:
            with suppress(OSError):
                self._socket_dir.rmdir()
        return ended

    def kill(self) -> None:
        """End it without a shutdown; the next start recovers."""
        if self._process is not None:
            self._process.kill()

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
        """Whose the server is, when it may not be ours."""
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
        """All or nothing: a cluster that bears its name is whole."""
        unfinished = self.directory / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if binaries.major >= 17:
            # Comes with the server, so the machine needs no such locale.
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
            reason = (done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}").splitlines()[
                -1
            ]
            raise EmbeddedError(f"{Path(command[0]).name} failed in {self.directory}: {reason}")

    def _options(self) -> list[str]:
        options = (
            ALWAYS | {"unix_socket_directories": str(self._socket_dir)} | ({} if self._durable else UNSAFE)
        )
        return [part for key, value in options.items() for part in ("-c", f"{key}={value}")]

    def _pid_file(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    def _end_leftover(self) -> None:
        """A postmaster of a run that was killed may still be shutting down; a stale pid file may remain.

        The file is removed because its pid may be another process by now, which PostgreSQL would take for
        a running server.
        """
        if lines := self._pid_file():
            end_leftover(int(lines[0]), mark=str(self._cluster), stop_signal=signal.SIGINT)
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def _await_ready(self) -> None:
        # As pg_ctl does: the last line of the pid file says so, and needs no client.
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            lines = self._pid_file()
            if len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return
            if reason := self.exit_reason():
                raise EmbeddedError(f"PostgreSQL {reason} at its start; see {self._log_dir}/{self.name}.log")
            time.sleep(0.02)
        self.kill()
        raise EmbeddedError(
            f"PostgreSQL was not ready after {READY_SECONDS:.0f} s; see {self._log_dir}/{self.name}.log"
        )
