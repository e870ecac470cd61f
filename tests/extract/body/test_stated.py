"""The body that JSON-LD states, for pages that show less than they say."""

import time

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
def test_a_body_of_twice_the_words_is_cut_at_its_lines(texts):
    assert [block.text for block in fuller_body(head_of(" \n\n ".join(texts)), SHOWN)] == list(texts)


def test_markup_and_references_are_seen_through():
    markup = "".join(f"<p class='x'>{text} &amp; <b>more</b></p>" for text in EN * 2)
    assert fuller_body(head_of(markup), ())[0].text == f"{EN[0]} & more"


def test_a_body_that_is_hardly_longer_is_not_asked_for():
    shown = tuple(Block("paragraph", text) for text in EN * 2)
    assert fuller_body(head_of("\n".join(EN * 3)), shown) == ()


def test_a_teaser_is_no_body():
    assert fuller_body(head_of(EN[0]), ()) == ()


def test_what_is_no_text_is_no_body():
    tree = parse_page(page("", head=json_ld(articleBody=["a", "b"])))
    assert isinstance(tree, Tree)
    assert fuller_body(read_head(tree), ()) == ()


def test_blanks_without_end_take_no_time():
    started = time.process_time()
    fuller_body(head_of("word " * 100 + " " * 60_000 + "\nend"), ())
    assert time.process_time() - started < 1.0
