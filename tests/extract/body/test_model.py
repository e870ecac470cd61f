"""The packaged model knows every feature, and what it takes is the text."""

from collections.abc import Iterator

from tests.extract.pages import EN, article_html, page
from worker.extract.body import Segment, segments_of
from worker.extract.body.features import FRACTIONS, GROUPS, MASKS, Column, measure_features
from worker.extract.body.model import HOPELESS, Model, model
from worker.extract.body.second_pass import FRACTIONS_OF_POINTS, SURROUNDINGS
from worker.extract.body.trees import Node, Trees
from worker.extract.head import read_head
from worker.text.html import Tree, parse_page


def features_in(tree: Node) -> Iterator[str]:
    if isinstance(tree, list):
        yield tree[0]
        yield from features_in(tree[3])
        yield from features_in(tree[4])


def columns_of(body: bytes) -> tuple[list[Segment], dict[str, Column]]:
    tree = parse_page(body)
    assert isinstance(tree, Tree)
    runs = segments_of(tree)
    return runs, measure_features(runs, read_head(tree), None)


def test_the_model_weighs_only_features_that_are_measured():
    _, columns = columns_of(page(article_html()))
    own = {*columns, *(f"{mask}:{bit}" for mask in MASKS for bit in MASKS[mask])} - {*MASKS, *GROUPS}
    assert {name for tree in model().first.trees for name in features_in(tree)} <= own
    assert {name for tree in model().second.trees for name in features_in(tree)} <= own | SURROUNDINGS | {
        "first"
    }


def test_the_second_pass_decides():
    runs, columns = columns_of(page(article_html()))
    points = model().judge(runs, columns)
    assert points == model().second.points(columns)


def test_a_run_that_the_first_pass_rules_out_is_not_judged_again():
    made = Model(Trees((["width", 100.0, 0, HOPELESS, 200],)), Trees((["first", 0.0, 0, 70, 50],)))
    runs, columns = columns_of(page(f"<p>Short.</p><p>{EN[0] * 3}</p>"))
    assert made.judge(runs, columns) == [HOPELESS, 50]


def test_a_column_holds_floats_if_it_is_a_fraction_and_integers_if_not():
    table = "<table><tr><td>Bridge</td><td>1931</td></tr><tr><td>Ferry</td><td>1928</td></tr></table>"
    runs, columns = columns_of(page(f"<aside>{article_html()}</aside>{table}<p>{EN[0]}</p>"))
    model().judge(runs, columns)
    floats = {name for name, column in columns.items() if {type(number) for number in column} != {int}}
    assert floats == FRACTIONS | FRACTIONS_OF_POINTS
    assert all({type(number) for number in columns[name]} == {float} for name in floats)
