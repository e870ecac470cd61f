"""Stories join the copies of a text and nothing else, at a cost that does not grow with the store."""

from tests.bench.bench_stories import corpus_texts, costs, quality
from tests.corpus import needs_corpus


@needs_corpus
def test_copies_of_corpus_pages_are_found_and_other_pages_are_not_taken_for_copies() -> None:
    found = quality(list(corpus_texts(("extraction",))))
    assert found.copies > 150
    assert found.recall >= 0.95
    assert found.precision >= 0.98, found.wrong


def test_the_cost_of_relating_an_article_does_not_grow_with_the_store() -> None:
    found = costs([1_000, 5_000], new=64, say=lambda line: None)
    # Twice: the machine may be busy with something else. A scan of the store would take five times as long.
    assert found[5_000] < 2.5 * found[1_000]
