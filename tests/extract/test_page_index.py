"""The index of a page's class names, ids and links."""

import re

from tests.extract.pages import page
from worker.extract.page_index import AttributeIndex, Index, index_of
from worker.outcome import Refusal
from worker.text.html import parse_page


def indexed(body: str) -> Index:
    tree = parse_page(page(body))
    assert not isinstance(tree, Refusal)
    return index_of(tree)


def found(named: AttributeIndex, words: str) -> list[tuple[str, list[str | None]]]:
    return [(name, [one.text for one in elements]) for name, elements in named.like(re.compile(words))]


def test_names_are_found_in_any_case_and_returned_as_written_with_their_elements():
    index = indexed(
        '<p class="big Lead">a</p><b class="s">b</b><div id="LEAD">c<i class="big Lead" id="x">d</i></div>'
    )
    assert found(index.classes, "lead") == [("big Lead", ["a", "d"])]
    assert found(index.ids, "lead|x") == [("LEAD", ["c"]), ("x", ["d"])]
    assert found(index.classes, "none") == []


def test_a_name_with_several_of_the_words_is_returned_once():
    index = indexed('<p class="by-line author">a</p><p class="author">b</p><p class="">c</p><p>d</p>')
    assert found(index.classes, "by|line|author") == [("by-line author", ["a"]), ("author", ["b"])]


def test_names_whose_length_changes_in_lower_case_do_not_hide_others():
    index = indexed('<p class="İİİ">a</p><p class="İ lead">b</p><p class="Lead">c</p>')
    assert found(index.classes, "lead") == [("İ lead", ["b"]), ("Lead", ["c"])]


def test_links_are_found_by_their_address():
    index = indexed(
        '<a href="/A/x">a</a><a name="top">b</a><p><a rel="tag" href="/c">c</a></p><link href="/a/z">'
    )
    assert found(index.addresses, "/a/") == [("/A/x", ["a"])]
    assert [(link.text, rel) for link, rel in index.rels] == [("c", "tag")]


def test_each_iteration_returns_the_elements_of_the_index():
    index = indexed("<div><p>a</p><p>b</p></div>")
    held = set(map(id, index.elements))
    assert all(id(element) in held for element in index.tree.iter())
