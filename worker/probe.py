"""`python -m worker.probe FILE --max-age SECONDS`: a health check that costs a few milliseconds.

Each part touches its file in `health_dir` when it has done work or has found none to do
(`worker.monitor.health`). Exit code 0 if that was less than `SECONDS` ago, 1 if it was earlier or never.
Imports the standard library only: a probe runs every few seconds in containers with little CPU.
"""

import os
import sys
import time


def age(path: str, now: float) -> float | None:
    """Return how many seconds ago the file was touched; None if it does not exist."""
    try:
        return now - os.stat(path).st_mtime  # noqa: PTH116 - pathlib takes longer to import than all the rest
    except FileNotFoundError:
        return None


def main(arguments: list[str]) -> int:
    """Print whether the part works; return the exit code."""
    try:
        path, option, limit = arguments
        most = float(limit)
        if option != "--max-age" or not most > 0:
            raise ValueError
    except ValueError:
        print("usage: python -m worker.probe FILE --max-age SECONDS", file=sys.stderr)
        return 2
    try:
        since = age(path, time.time())
    except OSError as error:
        print(f"{path} cannot be read: {error.strerror}", file=sys.stderr)
        return 1
    if since is None:
        print(f"{path} does not exist: the part has not started, or health_dir is another directory")
        return 1
    print(f"last sign of work {max(0.0, since):.0f} s ago, at most {most:g} s are allowed")
    return 0 if since < most else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
