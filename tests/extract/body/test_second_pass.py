"""What the second pass sees of the runs around, on lists that can be counted by hand."""

from tests.extract.body.trees import runs_of
from tests.extract.pages import EN
from worker.extract.body.second_pass import SURROUNDINGS, measure_surroundings

RUNS = runs_of(f"<p>{EN[0]}</p><h2>Why now</h2><p>{EN[1]}</p><p>Subscribe</p>")
TOGETHER = {"in_box": [0, 1, 0, 2], "in_make": [0, 0, 0, 0]}
COLUMNS = measure_surroundings(RUNS, TOGETHER, [200, -50, 900, -300])


def test_each_feature_of_the_surroundings_has_a_number_for_each_run():
    assert {*COLUMNS} == {*SURROUNDINGS, "first"}
    assert {len(column) for column in COLUMNS.values()} == {4}


def test_the_points_of_the_runs_around_are_seen_and_bounded():
    assert COLUMNS["first"] == [200, -50, 600, -300]
    assert COLUMNS["first_before1"] == [-600, 200, -50, 600]
    assert COLUMNS["first_behind2"] == [600, -300, -600, -600]


def test_runs_of_one_box_see_the_mean_of_the_others():
    assert COLUMNS["first_box"] == [600, -50, 200, -300]


def test_the_place_of_a_run_in_the_text_taken_is_measured():
    assert COLUMNS["taken_before"][0] == 0
    assert COLUMNS["taken_before"][3] == 1
    assert COLUMNS["taken_since"] == [30, 1, 2, 1]
    assert COLUMNS["taken_until"] == [2, 1, 30, 30]


def test_a_page_with_fewer_runs_than_are_looked_at_can_be_measured():
    assert measure_surroundings(RUNS[:1], {"in_box": [0], "in_make": [0]}, [-1])["first_before3"] == [-600]
