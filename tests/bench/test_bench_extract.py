"""The bench of extraction stays alive, and what it measures on the corpus stays true."""

import pytest

from tests.bench import bench_extract
from tests.bench.bench_extract import run, wiredesk
from tests.bench.extract_scores import Page, Result, overlap, read_pages, score, set_f1
from tests.corpus import CORPUS, needs_corpus
from tests.extract.pages import EN, URL, article_html, page


def test_a_perfect_result_scores_one():
    gold = {"id": "1", "set": "own", "url": URL, "text": "\n".join(EN), "title": "The bridge is closed"}
    scores, spent = run([Page(gold, page(article_html()))], wiredesk)
    assert (scores["own"].f1, scores["own"].title) == (1.0, [True])
    assert spent > 0


def test_scores_are_those_of_shingles_and_sets():
    assert overlap("a b c d e", "a b c d e") == (1.0, 1.0)
    assert overlap("a b c d e", "a b c d x") == (0.5, 0.5)
    assert overlap("川の古い橋", "川の古い橋") == (1.0, 1.0)
    assert overlap("a b c d", "") == (0.0, 0.0)
    assert set_f1(["Jo Park"], ["jo park"]) == 1.0
    assert set_f1(["Jo", "Max"], ["Jo"]) == pytest.approx(2 / 3)


def test_segments_that_must_not_be_there_cost_precision():
    gold = {"id": "1", "set": "own", "must": ["one", "two"], "must_not": ["three"]}
    scores = score([Page(gold, b"")], [Result(text="one three")])["own"]
    assert (scores.recall, scores.precision) == ([0.5], [0.5])


@pytest.mark.corpus
@needs_corpus
def test_the_bench_runs(capsys):
    assert bench_extract.main(["--limit", "2"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in bench_extract.EXTRACTORS)


@pytest.mark.corpus
@needs_corpus
def test_articles_of_the_corpus_are_not_refused_and_bodies_are_found():
    assert CORPUS is not None
    scores, _ = run(read_pages(CORPUS / "extraction"), wiredesk)
    # One page of the fundus set is rendered by script alone: there is no text in it.
    assert (len(scores["aeb"].failed), len(scores["fundus"].failed)) == (0, 1)
    assert scores["aeb"].f1 > 0.96
    assert scores["fundus"].f1 > 0.94
