"""Making the model of the body: what of a page is wanted, and how trees become numbers."""

import pytest

from tests.bench import body_drawn, body_examples, train_body
from tests.bench.body_trees import node_of
from tests.bench.extract_scores import Page
from tests.extract.body.trees import runs_of
from tests.extract.pages import DE, EN, article_html, page
from worker.extract.body.model import model

RUNS = runs_of(f"<p>{EN[0]}</p><h2>Why now</h2><p>{EN[1]}</p><p>{DE[0]}</p><p>Why</p>")


def test_runs_whose_words_are_in_the_gold_are_wanted():
    gold = f"{EN[0]}\nWhy now\n{EN[1]}"
    assert body_examples.by_text(RUNS, gold) == [True, True, True, False, False]


def test_segments_mark_the_runs_that_hold_them_and_no_others():
    gold = {"must": [EN[0][10:40]], "must_not": [DE[0][:30], "missing"]}
    assert body_examples.by_segments(RUNS, gold) == [True, None, None, False, None]


def test_a_run_with_wanted_and_unwanted_words_is_unknown():
    assert body_examples.by_segments(RUNS[:1], {"must": ["The old"], "must_not": ["bridge"]}) == [None]


def test_longer_runs_weigh_more_and_unknown_ones_make_a_page_no_heavier():
    long, short = body_examples.weights_of([RUNS[0], RUNS[1]], [True, False], whole=True)
    assert long > short > 0
    assert body_examples.weights_of([RUNS[0], RUNS[1]], [True, None], whole=True)[0] > long


def test_a_tree_of_lightgbm_keeps_its_borders_and_counts_in_hundredths():
    leaf = {"leaf_value": -0.104}
    split = {"split_feature": 1, "threshold": 0.1234567, "internal_value": 0.02, "left_child": leaf}
    tree = {**split, "right_child": {**split, "split_feature": 0, "right_child": {"leaf_value": 0.5}}}
    assert node_of(tree, ["width", "linked"]) == [
        *("linked", 0.12346, 2, -10),
        ["width", 0.12346, 2, -10, 50],
    ]


def test_a_written_model_is_read_back_unchanged(tmp_path):
    path = tmp_path / "model.json"
    train_body.write(model(), path)
    assert path.read_text("utf-8") == train_body.TABLE.read_text("utf-8")


def test_a_shortened_page_keeps_what_is_around_the_article():
    body = page(article_html(EN * 2) + f"<aside><p>{DE[0]}</p></aside>")
    gold = {"id": "1", "set": "x", "url": "https://a.example/1", "text": "\n".join(EN)}
    one = body_examples.example_of(Page(gold, body))
    assert one is not None
    short = body_examples.shortened(one)
    assert short is not None
    assert [run.text for run in short.runs] == [*EN[:3], DE[0]]
    assert short.runs[0].box.parent is not None
    assert short.runs[0].box.parent.prose == sum(map(len, EN[:3]))
    assert body_examples.shortened(short) is None


def test_a_model_is_made_from_pages_and_judges_them(monkeypatch):
    pytest.importorskip("numpy", reason="numpy is not installed: `make train-body` brings it")
    pytest.importorskip("lightgbm", reason="lightgbm is not installed: `make train-body` brings it")
    body = page(article_html() + f"<aside><p>{DE[0]}</p></aside>")
    ones = []
    for number in range(80):
        gold = {"id": f"{number}", "set": "x", "url": f"https://a{number}.example/1", "text": "\n".join(EN)}
        one = body_examples.example_of(Page(gold, body))
        assert one is not None
        assert one.wanted == [True] * 4 + [False]
        ones.append(one)
    training = train_body.Training(ones)
    points, second = training.out_of_fold(seed=1)
    assert {tuple(worth > 0 for worth in page) for page in points} == {(True,) * 4 + (False,)}
    made = training.final(second, seed=1)
    assert [worth > 0 for worth in made.judge(ones[0].runs, training.columns[0])] == [True] * 4 + [False]


def test_a_drawn_page_has_the_article_of_one_page_and_boxes_of_another():
    gold = {"id": "1", "set": "x", "url": "https://a.example/1", "text": "\n".join(EN)}
    other = {"id": "2", "set": "x", "url": "https://b.example/1", "text": "\n".join(DE)}
    examples = [
        one
        for gold, text in ((gold, EN), (other, DE))
        if (one := body_examples.example_of(Page(gold, page(article_html(text)))))
    ]

    drawn = [*body_drawn.drawn_examples(examples, 40)]

    for one in drawn:
        own, foreign = (EN, DE) if one.site == "a.example" else (DE, EN)
        wanted = " ".join(run.text for run, want in zip(one.runs, one.wanted, strict=True) if want)
        assert own[0] in wanted
        assert not any(text in wanted for text in foreign)
    assert {one.site for one in drawn} == {"a.example", "b.example"}


def test_the_same_pages_are_drawn_each_time():
    gold = {"id": "1", "set": "x", "url": "https://a.example/1", "text": "\n".join(EN)}
    one = body_examples.example_of(Page(gold, page(article_html(EN))))
    assert one is not None

    twice = [[*body_drawn.drawn_examples([one, one], 5)] for _ in range(2)]

    assert [run.text for page in twice[0] for run in page.runs] == [
        run.text for page in twice[1] for run in page.runs
    ]
