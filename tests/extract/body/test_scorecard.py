"""Points add up, and explain why a run was taken."""

from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import EN, article_html, page
from worker.extract.body import blocks_of, segments_of
from worker.extract.body.features import MASKS, measure_features
from worker.extract.body.scorecard import Scorecard, scorecard
from worker.extract.head import read_head
from worker.text.html import Tree, parse_page

CARD = Scorecard(10, {"width": ((20.0, 100.0), (-50, 5, 40))}, {"marks": {1: -30, 4: 7}})


def test_a_border_belongs_to_the_range_below_it():
    assert CARD.shares({"width": [0, 20, 21, 100, 101], "marks": [0] * 5})["width"] == [-50, -50, 5, 5, 40]


def test_each_bit_of_a_set_has_its_worth():
    assert CARD.shares({"width": [0] * 5, "marks": [0, 1, 2, 4, 5]})["marks"] == [0, -30, 0, 7, -23]


@given(st.lists(st.tuples(st.floats(0, 300), st.integers(0, 7)), max_size=8))
def test_points_are_the_start_and_all_shares(runs):
    columns = {"width": [width for width, _ in runs], "marks": [float(mask) for _, mask in runs]}
    shares = CARD.shares(columns)
    assert CARD.points(columns, len(runs)) == [10 + sum(each) for each in zip(*shares.values(), strict=True)]


def test_the_packaged_scorecard_weighs_every_measured_feature():
    tree = parse_page(page(article_html()))
    assert isinstance(tree, Tree)
    columns = measure_features(segments_of(tree), read_head(tree), None)
    card = scorecard()
    assert {*card.numbers, *card.bits} <= set(columns)
    assert set(card.bits) <= set(MASKS)
    for at, points in card.numbers.values():
        assert list(at) == sorted(set(at))
        assert len(points) == len(at) + 1


def test_runs_with_more_than_zero_points_are_the_text():
    tree = parse_page(page(article_html()))
    assert isinstance(tree, Tree)
    runs = segments_of(tree)
    found = blocks_of(runs, [1, 0, -5, 300], None, lambda link: link)
    assert [block.text for block in found] == [EN[0], EN[3]]
