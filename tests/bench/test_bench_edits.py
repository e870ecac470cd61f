"""Pages that are fetched again: other furniture is never a revision, an edited word always is."""

import pytest

from tests.bench.bench_edits import FURNITURE, measure
from tests.corpus import CORPUS, needs_corpus


@needs_corpus
@pytest.mark.corpus
def test_other_furniture_is_never_a_revision_and_an_edited_word_always_is() -> None:
    assert CORPUS is not None
    found = measure(CORPUS, looks=10 * len(FURNITURE), pages=8)
    assert (found.looks, found.revisions, found.refreshed) == (10 * len(FURNITURE), [], [])
    assert (found.edits > 40, found.missed) == (True, [])
