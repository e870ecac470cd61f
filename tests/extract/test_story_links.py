"""Stories follow from the texts alone: which articles are linked, and which parts the links make."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts import edited, made_up
from worker.extract.fingerprints import minhash
from worker.extract.story_links import (
    STORY_BANDS,
    StoryText,
    buckets_of,
    is_linked,
    regroup,
    story_bands,
)

NUMBERS = 128
"""Of a signature."""

STORED = (-5065626001462047445, -7960358906394453776)


def signature(*words: int) -> bytes:
    """A signature in which these numbers repeat: as similar to another one as they have numbers in common."""
    return b"".join(word.to_bytes(4, "little") for word in words * (NUMBERS // len(words)))


def text(id: int, *words: int, story: int | None = None, publisher: int | None = None, length: int = 500):
    return StoryText(id, story, publisher, length, signature(*words))


def of_words(id: int, paragraphs: list[str]) -> StoryText:
    whole = "\n\n".join(paragraphs)
    return StoryText(id, None, id, len(whole.split()), minhash(whole))


# Links


def test_a_text_is_linked_to_one_that_shares_two_fifths_of_its_shingles():
    assert is_linked(text(1, 1, 2, 3, 4), text(2, 1, 2, 8, 9))
    assert not is_linked(text(1, 1, 2, 3, 4), text(2, 1, 7, 8, 9))


def test_short_texts_and_those_of_one_publisher_must_agree_more():
    one, other = (1, 2, 3, 4), (1, 2, 8, 9)
    assert not is_linked(text(1, *one, length=80), text(2, *other))
    assert not is_linked(text(1, *one, publisher=3), text(2, *other, publisher=3))
    assert is_linked(text(1, *one, publisher=3), text(2, *one, publisher=3))


def test_a_text_without_signature_is_linked_to_none():
    empty = StoryText(1, None, None, 20, b"")
    assert not is_linked(empty, empty)
    assert story_bands(b"") == ()


def test_bands_fit_into_a_postgresql_bigint_and_never_change():
    found = story_bands(signature(1, 2, 3, 4))
    assert len(found) == STORY_BANDS
    assert all(-(2**63) <= band < 2**63 for band in found)
    assert found[:2] == STORED


def test_edited_copies_are_linked_and_other_texts_are_not():
    rng = Random(18)
    linked = wrong = 0
    for number in range(200):
        original = made_up(number, paragraphs=rng.randint(5, 12))
        one, copy = of_words(1, original), of_words(2, edited(original, rng))
        linked += any(buckets_of([one, copy])) and is_linked(one, copy)
        wrong += is_linked(one, of_words(3, made_up(f"other {number}")))
    assert linked >= 190
    assert wrong == 0


# Stories


def test_two_linked_articles_begin_a_story():
    found = regroup([text(1, 1), text(2, 1), text(3, 2)], [], [[1, 2], [2, 3]])
    assert found.moves == {1: -1, 2: -1}


def test_an_article_that_links_two_stories_joins_them_and_the_older_one_stays():
    bridge = text(9, 1, 1, 2, 2)
    found = regroup([bridge], [text(1, 1, story=7), text(2, 2, story=5)], [[1, 9], [2, 9]])
    assert found.moves == {9: 5}
    assert found.merged == {7: 5}


def test_a_story_that_falls_apart_stays_with_its_largest_part_or_the_older_of_two_equal_ones():
    members = [text(1, 1, story=4), text(2, 2, story=4), text(3, 2, story=4), text(5, 1, story=4)]
    assert regroup(members, [], [[1, 5], [2, 3]]).moves == {2: -1, 3: -1}
    assert regroup([*members, text(6, 2, story=4)], [], [[1, 5], [2, 3, 6]]).moves == {1: -1, 5: -1}


def test_a_story_of_one_article_ends():
    assert regroup([text(1, 1, story=4), text(2, 2, story=4)], [], [[1, 2]]).moves == {1: None, 2: None}


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_the_stories_are_the_same_for_every_order_of_arrival_and_every_division_into_batches(
    words: list[list[int]], rng: Random
):
    texts = {number: text(number, *found) for number, found in enumerate(words)}
    everything = list(texts)
    at_once = parts(regroup(list(texts.values()), [], [everything]).moves)

    story_of: dict[int, int | None] = {}
    begun = 0
    order = rng.sample(everything, len(everything))
    while order:
        batch = [order.pop() for _ in range(rng.randint(1, len(order)))]
        known = {id: text(id, *words[id], story=story) for id, story in story_of.items()}
        settled = [one for one in known.values() if one.story_id is not None]
        loose = [one for one in known.values() if one.story_id is None] + [texts[id] for id in batch]
        found = regroup(loose, settled, [[*known, *batch]])
        story_of |= dict.fromkeys(batch)
        for id, target in found.moves.items():
            story_of[id] = begun - target if target is not None and target < 0 else target
        story_of = {id: found.merged.get(story, story) if story else story for id, story in story_of.items()}
        begun += len(batch) + len(loose)
    assert parts(story_of) == at_once


def parts(story_of: dict[int, int | None]) -> set[frozenset[int]]:
    """The members of each story."""
    stories = {story for story in story_of.values() if story is not None}
    return {frozenset(id for id, mine in story_of.items() if mine == story) for story in stories}


@pytest.mark.parametrize("size", [300])
def test_a_large_story_is_looked_at_again_in_linear_time(size: int):
    members = [text(number, 1, story=4) for number in range(size)]
    found = regroup(members, [], buckets_of(members))
    assert found.moves == {}
