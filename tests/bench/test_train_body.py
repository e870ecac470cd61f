"""Making the scorecard: what of a page is wanted, and how stumps become points."""

import pytest

from tests.bench import train_body
from tests.bench.extract_scores import Page
from tests.extract.body.trees import runs_of
from tests.extract.pages import DE, EN, article_html, page
from worker.extract.body.scorecard import scorecard

RUNS = runs_of(f"<p>{EN[0]}</p><h2>Why now</h2><p>{EN[1]}</p><p>{DE[0]}</p><p>Why</p>")


class Model:
    """Stumps as lightgbm dumps them: feature, threshold, worth to the left and to the right."""

    def __init__(self, *stumps: tuple[int, float, float, float] | float) -> None:
        self.trees = [
            {"leaf_value": one}
            if isinstance(one, float)
            else {
                "split_feature": one[0],
                "threshold": one[1],
                "left_child": {"leaf_value": one[2]},
                "right_child": {"leaf_value": one[3]},
            }
            for one in stumps
        ]

    def dump_model(self) -> dict[str, object]:
        return {"tree_info": [{"tree_structure": tree} for tree in self.trees]}


def test_runs_whose_words_are_in_the_gold_are_wanted():
    gold = f"{EN[0]}\nWhy now\n{EN[1]}"
    assert train_body._by_text(RUNS, gold) == [True, True, True, False, False]


def test_segments_mark_the_runs_that_hold_them_and_no_others():
    gold = {"must": [EN[0][10:40]], "must_not": [DE[0][:30], "missing"]}
    assert train_body._by_segments(RUNS, gold) == [True, None, None, False, None]


def test_a_run_with_wanted_and_unwanted_words_is_unknown():
    assert train_body._by_segments(RUNS[:1], {"must": ["The old"], "must_not": ["bridge"]}) == [None]


def test_longer_runs_weigh_more_and_unknown_ones_make_a_page_no_heavier():
    long, short = train_body._weights([RUNS[0], RUNS[1]], [True, False], whole=True)
    assert long > short > 0
    assert train_body._weights([RUNS[0], RUNS[1]], [True, None], whole=True)[0] > long


def test_stumps_over_one_number_add_up_to_points_for_each_stretch():
    card = train_body._as_scorecard(Model((0, 5.0, -0.1, 0.3), (0, 9.0, 0.2, -0.2), 0.04), ["width"])
    assert card.numbers == {"width": ((5.0, 9.0), (10, 50, 10))}
    assert card.start == 4 + train_body.RECALL


def test_a_stump_over_a_bit_is_the_worth_of_the_bit():
    card = train_body._as_scorecard(Model((0, 0.5, 0.1, -0.4), (0, 0.5, 0.0, 0.1)), ["tags:main"])
    assert card.bits["tags"] == {1 << train_body.MASKS["tags"].index("main"): -40}
    assert card.start == 10 + train_body.RECALL


def test_a_written_table_is_read_back_unchanged(tmp_path):
    path = tmp_path / "scorecard.json"
    train_body.write(scorecard(), path)
    assert path.read_text("utf-8") == train_body.TABLE.read_text("utf-8")


def test_a_scorecard_is_made_from_pages_and_judges_them(monkeypatch):
    pytest.importorskip("numpy", reason="numpy is not installed: `make train-body` brings it")
    pytest.importorskip("lightgbm", reason="lightgbm is not installed: `make train-body` brings it")
    monkeypatch.setattr(train_body, "ROUNDS", 5)
    gold = {"id": "en-1", "url": "https://a.example/1", "text": "\n".join(EN)}
    one = train_body.example(Page(gold, page(article_html() + f"<aside><p>{DE[0]}</p></aside>")))
    assert one is not None
    assert one.wanted == [True] * 4 + [False]
    card = train_body.train([one] * 40, 1)
    assert len(card.points(one.columns, len(one.runs))) == 5
