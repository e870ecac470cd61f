"""Containers of an image, run by `buildah run` in chroots on the host's network."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.waiting import wait_until


class Buildah:
    """Images and containers in one store; chroot and vfs work inside a container too."""

    def __init__(self, store: Path) -> None:
        self._command = ["buildah", "--root", str(store / "storage"), "--runroot", str(store / "run")]
        self._environment = {**os.environ, "BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}

    def say(self, *arguments: str) -> str:
        """What buildah prints."""
        done = subprocess.run(
            [*self._command, *arguments], env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def image(self, image: str) -> dict[str, Any]:
        """The configuration of an image: User, Entrypoint, Env and so on."""
        config: dict[str, Any] = json.loads(self.say("inspect", "--type", "image", image))["Docker"]["config"]
        return config

    def start(self, arguments: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
        """Begin a long command."""
        return subprocess.Popen([*self._command, *arguments], env=self._environment, **options)


class Container:
    """One part of the service in its own container, from creation until `remove`."""

    def __init__(self, buildah: Buildah, image: str, environment: Mapping[str, str], log: Path) -> None:
        self._buildah = buildah
        self._name = buildah.say("from", "--pull-never", image)
        self._entrypoint = buildah.image(image)["Entrypoint"]
        self._environment = environment
        self._log = log
        self._running: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, files: Mapping[Path, str] | None = None, seconds: float = 60) -> int:
        """Run `wiredesk ARGUMENTS` to its end; the exit code. `files` are mounted, read only."""
        return self._start([*self._entrypoint, *arguments], files or {}).wait(seconds)

    def command(self, *words: str, seconds: float = 60) -> int:
        """Run another command in the container, as a health check; the exit code."""
        return self._start(words, {}).wait(seconds)

    def begin(self, *arguments: str) -> None:
        """Run `wiredesk ARGUMENTS` until `stop`."""
        self._running = self._start([*self._entrypoint, *arguments], {})

    def assert_runs(self) -> None:
        """Fails with its last words when it has ended by itself."""
        assert self._running is not None
        assert self._running.poll() is None, self._log.read_text()[-2000:]

    def stop(self, seconds: float = 20) -> int:
        """Do what a container engine does: SIGTERM to the main process, and wait; the exit code."""
        assert self._running is not None
        self._main(self._running.pid).send_signal(signal.SIGTERM)
        return self._running.wait(seconds)

    def remove(self) -> None:
        """End whatever still runs, and delete the container."""
        if self._running is not None and self._running.poll() is None:
            for process in reversed(self._tree(self._running.pid)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self._running.wait()
        self._buildah.say("rm", self._name)

    def _start(self, words: Sequence[str], files: Mapping[Path, str]) -> "subprocess.Popen[bytes]":
        options = [f"--env={key}={value}" for key, value in self._environment.items()]
        options += [f"--volume={outside}:{inside}:ro" for outside, inside in files.items()]
        command = ["run", "--network=host", *options, self._name, "--", *words]
        with self._log.open("ab") as log:
            return self._buildah.start(command, stdout=log, stderr=log)

    def _main(self, root: int) -> psutil.Process:
        """The container's main process: the first below buildah that runs the entrypoint itself."""

        def main() -> psutil.Process | None:
            return next((p for p in self._tree(root) if "python" in Path(p.exe()).name), None)

        return wait_until(main)  # type: ignore[return-value]

    @staticmethod
    def _tree(root: int) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(root)
            return [process, *process.children(recursive=True)]
        return []
