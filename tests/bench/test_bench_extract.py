"""The bench of extraction stays alive, and what it measures on the corpus stays true."""

import gzip
import json
from datetime import datetime

import pytest

from tests.bench import bench_extract
from tests.bench.bench_extract import row, run
from tests.bench.extract_constants import numbers
from tests.bench.extract_measures import address, authors_f1, file_name, overlap, same_caption, set_f1
from tests.bench.extract_peers import wiredesk
from tests.bench.extract_scores import Page, Picture, Result, score, stream_pages
from tests.corpus import CORPUS, needs_corpus
from tests.extract.pages import EN, URL, article_html, page
from worker.extract.body import features


def test_a_perfect_result_scores_one():
    gold = {"id": "1", "set": "own", "url": URL, "text": "\n".join(EN), "title": "The bridge is closed"}
    ran = run([Page(gold, page(article_html()))], wiredesk)
    assert (ran.scores["own"].f1, ran.scores["own"].values("title")) == (1.0, [True])
    assert ran.milliseconds > 0
    assert ran.peak > 10


def test_a_field_that_an_extractor_lacks_is_blank_and_not_zero():
    gold = {"id": "1", "set": "own", "title": "The bridge", "date": "2024-05-03", "text": "one"}
    scores = score([(gold, Result("one", "The Bridge!"))])["own"]
    assert row("resiliparse", "own", scores).startswith(
        "| own | resiliparse | 1.0000 | 1.000 | 1.000 | 1.000 | 0.000 | – | – |"
    )


def test_scores_are_those_of_shingles_and_sets():
    assert overlap("a b c d e", "a b c d e") == (1.0, 1.0)
    assert overlap("a b c d e", "a b c d x") == (0.5, 0.5)
    assert overlap("川の古い橋", "川の古い橋") == (1.0, 1.0)
    assert overlap("a b c d", "") == (0.0, 0.0)
    assert set_f1(["Jo Park"], ["jo park"]) == 1.0
    assert set_f1(["Jo", "Max"], ["Jo"]) == pytest.approx(2 / 3)


def test_segments_that_must_not_be_there_cost_precision():
    gold = {"id": "1", "set": "own", "must": ["one", "two"], "must_not": ["three"]}
    scores = score([(gold, Result(text="one three"))])["own"]
    assert (scores.values("recall"), scores.values("precision")) == ([0.5], [0.5])


def test_segments_are_separate_fields_where_the_gold_has_the_text_too():
    gold = {"id": "1", "set": "own", "text": "one two", "must": ["one", "four"], "must_not": ["two", "three"]}
    scores = score([(gold, Result(text="one two"))])["own"]
    assert (scores.f1, scores.mean("must"), scores.mean("must_not")) == (1.0, 0.5, 0.5)


def test_sets_with_weak_gold_are_named_so():
    gold = {"id": "1", "set": "own", "weak": True, "text": "one"}
    assert list(score([(gold, Result("one"))])) == ["own (weak)"]


def test_a_gold_text_that_is_not_in_the_page_is_left_out(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "1.html.gz").write_bytes(gzip.compress(b"<p>one"))
    gold = {"id": "1", "set": "own", "suspect": True, "text": "two", "must": ["two"], "day": "2024-05-03"}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold), "utf-8")
    (read,) = stream_pages(tmp_path, "own")
    assert list(score([(read.gold, Result("one"))])["own"].samples) == ["day"]
    assert list(stream_pages(tmp_path, "other")) == []


def test_a_byline_is_one_name_or_several():
    assert authors_f1("Jo Park and Max Li", ("Jo Park", "Max Li")) == 1.0
    assert authors_f1("Jo Park and Max Li", ("Jo Park",)) == pytest.approx(2 / 3)
    assert authors_f1("Smith, Park & Sons", ("Smith, Park & Sons",)) == 1.0


def test_a_caption_is_found_whatever_its_punctuation_but_not_with_a_credit_in_it():
    assert same_caption("The bridge, closed.", "the  bridge – closed")
    assert not same_caption("The bridge is closed", "The bridge is closed Jo Park / Agency")
    assert not same_caption("", "x")


def test_pictures_are_compared_without_scheme_and_query():
    assert address("https://img.example/a/b.jpg?w=5#x") == address("//img.example/a/b.jpg")
    assert file_name("https://a.example/640/B%20c.jpg?w=1") == file_name("//b.example/x/b c.jpg")
    assert file_name("https://a.example/r/https%3A%2F%2Fb.example%2Fc.jpg%3Fw=1") == "c.jpg"


def test_captions_are_pooled_and_count_once_a_page():
    image = {"url": "https://a.example/x.jpg", "caption": "The old river bridge"}
    gold = {
        "id": "1",
        "set": "own",
        "text": "",
        "images": [image, image, {"url": "//a.example/y.jpg", "caption": None}],
    }
    pictures = (
        Picture("http://a.example/x.jpg?w=9", "The old river bridge."),
        Picture("z", "An advertisement"),
    )
    scores = score([(gold, Result("See the old river bridge!", images=pictures))])["own"]
    names = ("caption_recall", "caption_precision", "caption_in_text", "image", "image_name")
    assert [scores.mean(name) for name in names] == [1.0, 0.5, 1.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("gold", "got", "instant", "day", "same"),
    [
        ("2024-05-03T23:30:00+02:00", "2024-05-03T21:30:00+00:00", True, 1, [1]),
        ("2024-05-03T23:30:00+00:00", "2024-05-04T01:30:00+02:00", True, 1, [1]),
        ("2024-05-03T23:30:00+00:00", "2024-05-03T00:00:00+00:00", False, 1, [0]),
        ("2024-05-03 06:00", "2024-05-03T06:00:00-07:00", True, 1, [1]),
        ("2024-05-03", "2024-05-04T06:00:00+00:00", True, 0, []),
    ],
)
def test_dates_are_compared_by_day_and_instant(gold, got, instant, day, same):
    result = Result(published=datetime.fromisoformat(got), instant=instant)
    scores = score([({"id": "1", "set": "own", "date": gold}, result)])["own"]
    assert (scores.values("day"), scores.values("instant")) == ([day], same)


def test_the_numbers_at_the_top_of_a_module_are_found():
    found = dict(numbers(features))
    assert (found["_MOST"], found["_STATED_FROM"]) == (features._MOST, features._STATED_FROM)
    assert "_KINDS" not in found


@pytest.mark.corpus
@needs_corpus
def test_the_bench_runs(capsys):
    assert bench_extract.main(["--limit", "2"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in bench_extract.EXTRACTORS)


@pytest.mark.corpus
@needs_corpus
def test_the_bench_of_single_fields_lists_what_is_wrong(capsys):
    arguments = ["--fields", "--set", "fundus", "--limit", "4", "--failures", "image"]
    assert bench_extract.main(arguments) == 0
    shown = capsys.readouterr().out
    assert "| fundus | wiredesk fields | – |" in shown
    assert "trafilatura |" not in shown


@pytest.mark.corpus
@needs_corpus
def test_articles_of_the_corpus_are_not_refused_and_bodies_are_found():
    assert CORPUS is not None
    scores = run(stream_pages(CORPUS / "extraction"), wiredesk).scores
    # One page of the fundus set is drawn by script alone: its text is in the data of the scripts.
    assert (len(scores["aeb"].failed), len(scores["fundus"].failed)) == (0, 0)
    assert scores["aeb"].f1 > 0.97
    assert scores["fundus"].f1 > 0.965
