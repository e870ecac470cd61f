"""Answers stay within their tokens, and together they give everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.assistants.budget import BREAK, fit, tokens_of


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2)])
def test_a_token_is_four_characters(text: str, tokens: int) -> None:
    assert tokens_of(text) == tokens


PIECES = st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8)


@given(PIECES, st.integers(1, 40))
def test_an_answer_is_never_longer_than_its_tokens(pieces: list[str], tokens: int) -> None:
    assert tokens_of(fit(pieces, tokens).text) <= tokens


@given(PIECES, st.integers(8, 40))
def test_the_answers_one_after_the_other_have_every_piece(pieces: list[str], tokens: int) -> None:
    found, start = [], 0
    while True:
        part = fit(pieces, tokens, start=start)
        found.append(part.text)
        if part.next is None:
            break
        assert part.next > start
        start = part.next
    assert BREAK.join(found) == BREAK.join(pieces)


def test_a_piece_that_alone_is_too_long_is_cut_and_says_so() -> None:
    part = fit(["a" * 100, "b"], 5)
    assert (part.text, part.next) == ("a" * 19 + "…", 1)
