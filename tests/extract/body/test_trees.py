"""Trees give points, and the shares of the features add up to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.body.features import MASKS
from worker.extract.body.trees import Trees

SIDE = 1 << MASKS["marks"].index("side")
WIDTH = ["width", 20.0, 3, -50, ["width", 100.0, 30, 5, 40]]
MARKED = ["marks:side", 0.5, -2, 10, ["linked", 0.5, -20, -5, -70]]
TREES = Trees((WIDTH, MARKED))


def test_a_border_belongs_to_the_side_below_it():
    points = Trees((WIDTH,)).points({"width": [0, 20, 21, 100, 101]})
    assert points == [-50, -50, 5, 5, 40]


def test_the_border_of_an_integer_can_lie_between_two():
    assert Trees((["width", 20.5, 0, -50, 5],)).points({"width": [20, 21]}) == [-50, 5]
    assert Trees((["from_last", -0.5, 0, -50, 5],)).points({"from_last": [-1, 0]}) == [-50, 5]


def test_a_bit_of_a_set_decides_whatever_the_other_bits_are():
    columns = {"marks": [0, SIDE, SIDE | 1, 1], "linked": [0.0, 0.0, 0.9, 0.9]}
    assert Trees((MARKED,)).points(columns) == [10, -5, -70, 10]


def test_a_tree_without_a_split_gives_its_points_to_every_run():
    assert Trees((WIDTH, 4)).points({"width": [0, 50]}) == [-46, 9]


def test_only_the_runs_that_are_chosen_are_judged():
    assert Trees((WIDTH,)).points({"width": [0, 50, 200]}, [True, False, True]) == [-50, 40]


@given(st.integers(0, 300), st.integers(0, 2**12), st.floats(0, 1))
def test_the_points_of_a_run_are_the_mean_and_the_shares_of_its_features(width, marks, linked):
    columns = {"width": [width], "marks": [marks], "linked": [linked]}
    assert TREES.points(columns)[0] == pytest.approx(TREES.mean + sum(TREES.shares(columns, 0).values()))
