"""Print the tag of the image: the version, and a hash of everything that the image is built from.

The same sources have the same tag on every machine. So a tag names one content, and `apply` or `up` replace
what runs only if something has changed. Standard library only.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

CONTEXT = (
    "deploy/Dockerfile",
    "deploy/runtime_lock.py",
    "deploy/systemd/wiredesk.service",
    "requirements.lock",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "config",
    "worker",
)
"""The Dockerfile and what it copies (.dockerignore lets nothing else through)."""

HASH_DIGITS = 12
"""As git shows for large repositories: no two builds of one version will meet."""


def built_from(root: Path) -> Iterator[Path]:
    """Yield the files that the image is built from, in a fixed order."""
    for name in CONTEXT:
        path = root / name
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in inside if file.is_file() and file.suffix != ".pyc")


def image_tag(root: Path = ROOT) -> str:
    """Return the tag."""
    digest = hashlib.sha256()
    for file in built_from(root):
        content = file.read_bytes()
        executable = file.stat().st_mode & 0o100
        digest.update(f"{file.relative_to(root)}\0{executable}\0{len(content)}\0".encode() + content)
    version = re.search(r'__version__ = "([^"]+)"', (root / "worker" / "__init__.py").read_text("utf-8"))
    assert version is not None
    return f"{version[1]}-{digest.hexdigest()[:HASH_DIGITS]}"


if __name__ == "__main__":
    sys.stdout.write(image_tag(Path(sys.argv[1]) if sys.argv[1:] else ROOT) + "\n")
