"""How the image is built, as far as no engine is needed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.image_tag import CONTEXT, image_tag
from tests.deploy.parts import DEPLOY
from worker import __version__

DOCKERFILE = DEPLOY / "Dockerfile"


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_base_is_pinned_to_a_version() -> None:
    (base,) = re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)


def test_the_tag_changes_with_every_file_that_is_copied_into_the_image_and_with_no_other(
    tmp_path: Path,
) -> None:
    root = tmp_path / "checkout"
    for name in CONTEXT:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (DEPLOY.parent / name).is_file():
            shutil.copy(DEPLOY.parent / name, root / name)
    for name in ("config", "worker"):
        (root / name).mkdir()
    (root / "worker" / "__init__.py").write_text(f'__version__ = "{__version__}"\n')
    tag = image_tag(root)
    assert re.fullmatch(re.escape(__version__) + r"-[0-9a-f]{12}", tag)
    (root / "CHANGELOG.md").write_text("no part of the image")
    (root / "worker" / "main.pyc").write_bytes(b"compiled")
    assert image_tag(root) == tag
    (root / "worker" / "main.py").write_text("print()")
    changed = image_tag(root)
    assert changed != tag
    (root / "worker" / "main.py").rename(root / "worker" / "other.py")
    assert image_tag(root) not in (tag, changed)


def test_the_tag_covers_what_the_dockerfile_copies() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
    assert {name for line in copied for name in line.split()} <= set(CONTEXT)
