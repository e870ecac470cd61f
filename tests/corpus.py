"""The place of the corpus of captured pages and feeds: next to the checkout, or at WIREDESK_CORPUS."""

import os
from pathlib import Path

import pytest

_PLACE = Path(os.environ.get("WIREDESK_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))

CORPUS: Path | None = _PLACE if _PLACE.is_dir() else None

needs_corpus = pytest.mark.skipif(CORPUS is None, reason=f"no corpus at {_PLACE}; set WIREDESK_CORPUS")
