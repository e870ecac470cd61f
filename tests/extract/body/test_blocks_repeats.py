"""Text that a page prints twice."""

from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import DE, EN
from worker.extract.body.blocks import without_repeats
from worker.extract.types import Block


def paragraphs(*texts: str) -> list[Block]:
    return [Block("paragraph", text) for text in texts]


def test_a_paragraph_printed_twice_is_taken_once():
    assert without_repeats(paragraphs(*EN, EN[1])) == paragraphs(*EN)


def test_a_pull_quote_of_earlier_words_is_dropped():
    assert without_repeats(paragraphs(*EN, EN[2][10:90])) == paragraphs(*EN)


def test_a_block_with_the_whole_text_gives_way_to_the_paragraphs():
    whole = " ".join(EN + DE)
    assert without_repeats(paragraphs(whole, *EN, *DE)) == paragraphs(*EN, *DE)
    assert without_repeats(paragraphs(*EN, *DE, whole)) == paragraphs(*EN, *DE)


def test_short_lines_may_be_repeated():
    assert without_repeats(paragraphs("Yes.", EN[0], "Yes.")) == paragraphs("Yes.", EN[0], "Yes.")


@given(st.lists(st.text(min_size=1, max_size=80), max_size=12))
def test_remaining_blocks_are_in_order_and_have_no_repeats(texts):
    once = without_repeats(paragraphs(*texts))
    assert without_repeats(once) == once
    left = iter(paragraphs(*texts))
    assert all(block in left for block in once)
