"""The generated pages are those that the program would write today."""

from pathlib import Path

import pytest

from tests.tools.reference import ROOT, pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_generated_page_is_what_the_program_would_write_now(path: Path) -> None:
    assert path.read_text() == pages()[path], "run: python -m tests.tools.reference"


def test_every_command_is_documented() -> None:
    page = pages()[ROOT / "docs" / "cli.md"]
    for command in (
        "run",
        "demo",
        "worker",
        "beat",
        "web",
        "flower",
        "feeds check",
        "articles search",
        "db upgrade",
    ):
        assert f"## wiredesk {command}\n" in page
