"""The body in JSON-LD, for pages that show less of it."""

import pytest

from tests.extract.pages import AR, EN, HI, JA, RU, json_ld, page
from worker.extract.body.page_data import fuller_body
from worker.extract.head import Head, read_head
from worker.extract.types import Block
from worker.text.html import Tree, parse_page


def head_of(body: str) -> Head:
    tree = parse_page(page("", head=json_ld(articleBody=body)))
    assert isinstance(tree, Tree)
    return read_head(tree)


SHOWN = (Block("paragraph", EN[0]),)


@pytest.mark.parametrize(
    "texts", [EN * 2, RU * 2, JA * 2, AR * 2, HI * 2], ids=["en", "ru", "ja", "ar", "hi"]
)
def test_a_stated_body_with_twice_the_words_is_split_into_paragraphs(texts):
    assert [block.text for block in fuller_body(head_of(" \n\n ".join(texts)), SHOWN)] == list(texts)


def test_markup_and_references_in_a_stated_body_are_decoded():
    markup = "".join(f"<p class='x'>{text} &amp; <b>more</b></p>" for text in EN * 2)
    assert fuller_body(head_of(markup), ())[0].text == f"{EN[0]} & more"


def test_a_stated_body_that_is_hardly_longer_is_ignored():
    shown = tuple(Block("paragraph", text) for text in EN * 2)
    assert fuller_body(head_of("\n".join(EN * 3)), shown) == ()


def test_a_stated_teaser_is_ignored():
    assert fuller_body(head_of(EN[0]), ()) == ()


def test_a_stated_body_that_is_not_a_string_is_ignored():
    tree = parse_page(page("", head=json_ld(articleBody=["a", "b"])))
    assert isinstance(tree, Tree)
    assert fuller_body(read_head(tree), ()) == ()


def test_a_stated_body_with_blanks_without_end_is_read():
    blocks = fuller_body(head_of("word " * 100 + " " * 60_000 + "\nend"), ())
    assert [len(block.text.split()) for block in blocks] == [100, 1]
