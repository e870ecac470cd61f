"""Word diffs of texts."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.text.word_diff import Op, count, word_diff

WORDS = st.sampled_from(
    ["the", "ferry", "sank", "on", "Monday", "1,000", "don't", ".", ",", "沈", "没", "เรือ", "\n\n"]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
    st.text(max_size=60),
)


@given(TEXTS, TEXTS)
@example("", "")
@example(" a", "a")
@example("a  b", "a b")
@example("a", "")
def test_the_pieces_give_both_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)

    assert "".join(text for op, text in pieces if op is not Op.INSERT) == old
    assert "".join(text for op, text in pieces if op is not Op.DELETE) == new
    assert all(text for _, text in pieces)
    assert all(one != other for (one, _), (other, _) in pairwise(pieces))
    # A deletion comes before the insertion that replaces it.
    assert (Op.INSERT, Op.DELETE) not in {(one, other) for (one, _), (other, _) in pairwise(pieces)}


@given(TEXTS, TEXTS)
def test_the_counts_are_those_of_the_other_direction_swapped(old: str, new: str) -> None:
    assert count(old, old) == (0, 0)
    added, removed = count(old, new)
    words_old, words_new = count("", old)[0], count("", new)[0]
    assert words_new - words_old == added - removed
    assert 0 <= added <= words_new
    assert 0 <= removed <= words_old


@given(st.lists(st.integers(0, 30).map(str), min_size=1, max_size=300), st.data())
def test_one_changed_word_counts_as_one_word(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    edited = [*words[:place], "changed", *words[place + 1 :]]

    assert count(" ".join(words), " ".join(edited)) == (1, 1)
    assert count(" ".join(words), " ".join(words[:place] + words[place + 1 :])) == (0, 1)


@pytest.mark.parametrize(
    "old, new, pieces",
    [
        (
            "The ferry sank on Monday.",
            "The ferry sank on Tuesday.",
            [
                (Op.EQUAL, "The ferry sank on "),
                (Op.DELETE, "Monday"),
                (Op.INSERT, "Tuesday"),
                (Op.EQUAL, "."),
            ],
        ),
        ("one two", "one", [(Op.EQUAL, "one"), (Op.DELETE, " two")]),
        (
            "渡り鳥が来た",
            "渡り鳥が去った",
            [(Op.EQUAL, "渡り鳥が"), (Op.DELETE, "来"), (Op.INSERT, "去っ"), (Op.EQUAL, "た")],
        ),
        ("हिन्दी भाषा", "हिन्दी भाष", [(Op.EQUAL, "हिन्दी "), (Op.DELETE, "भाषा"), (Op.INSERT, "भाष")]),
        ("", "new", [(Op.INSERT, "new")]),
    ],
    ids=["a word", "a word at the end", "Japanese", "Hindi words are whole", "from nothing"],
)
def test_pieces(old: str, new: str, pieces: list[tuple[Op, str]]) -> None:
    assert word_diff(old, new) == pieces


@pytest.mark.parametrize(
    "old, new, counted",
    [
        ("No, they said.", "No they said", (0, 0)),
        ("1,000 dead", "1,200 dead", (1, 1)),
        ("they don't know", "they do know", (1, 1)),
        ("a\n\nb", "a b", (0, 0)),
        ("東京の空", "東京の海と空", (2, 0)),
        ("ฉันรักแมว", "ฉันรักหมา", (2, 2)),
    ],
    ids=["commas", "a number", "an apostrophe", "spaces", "Chinese characters", "Thai"],
)
def test_words_count_and_signs_do_not(old: str, new: str, counted: tuple[int, int]) -> None:
    assert count(old, new) == counted


def _prose(seed: int, length: int, vocabulary: int) -> list[str]:
    chosen = random.Random(seed)
    # Words are as unequally frequent as in prose (Zipf).
    return [f"w{int(vocabulary ** chosen.random())}" for _ in range(length)]


LONG = _prose(1, 5000, 3000)

HARD = {
    "another text": (LONG, _prose(2, 5000, 3000)),
    "two words repeated": (_prose(3, 5000, 3), _prose(4, 5000, 3)),
    "one word repeated": (["a"] * 5000, ["a", "b"] * 2500),
    "its halves swapped": (LONG, LONG[2500:] + LONG[:2500]),
    "its words reversed": (LONG, LONG[::-1]),
    "every third word changed": (LONG, [w if i % 3 else f"x{i}" for i, w in enumerate(LONG)]),
}


@pytest.mark.parametrize("case", HARD)
def test_hostile_texts_take_time_in_proportion_to_their_length(case: str) -> None:
    old, new = HARD[case]

    def seconds(times: int) -> float:
        one, other = " ".join(old * times), " ".join(new * times)
        started = time.process_time()
        count(one, other)
        return time.process_time() - started

    first = min(seconds(1), seconds(1))
    # Quadratic work would take 16 times as long.
    assert seconds(4) < 9 * first + 0.3


def test_a_rewritten_text_keeps_what_it_has_in_common() -> None:
    """Given every third word changed, which is beyond the bound for the shortest script."""
    old, new = HARD["every third word changed"]

    added, removed = count(" ".join(old), " ".join(new))

    assert added == removed == 1667


def test_each_of_four_hundred_edits_is_found() -> None:
    chosen = random.Random(5)
    new = list(LONG)
    for place in chosen.sample(range(len(new)), 400):
        new[place] = f"edited{place}"

    assert count(" ".join(LONG), " ".join(new)) == (400, 400)
