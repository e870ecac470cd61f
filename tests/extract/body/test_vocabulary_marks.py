"""Meanings of class names in any spelling."""

import pytest

from worker.extract.body.vocabulary import MARKS, marks_of


def meanings(names: str) -> set[str]:
    marks = marks_of(names)
    return {name for number, name in enumerate(MARKS) if marks >> number & 1}


@pytest.mark.parametrize(
    "names", ["story-body", "storyBody", "StoryBody", "story_body", "c-story__body--wide"]
)
def test_class_names_are_split_into_words(names):
    assert {"article", "body"} <= meanings(names)


@pytest.mark.parametrize(
    "names, meaning",
    [
        ("newsletter-signup", "newsletter"),
        ("post-share__list", "share"),
        ("bildunterschrift", "caption"),
        ("vorspann", "lead"),
        ("entradilla", "lead"),
        ("artikel-autor", "byline"),
        ("verwandteThemen", "related"),
        ("kommentare", "comment"),
        ("wp-block-pullquote", "quote"),
        ("cookie-consent", "consent"),
        ("sr-only", "hidden"),
        ("adslot", "ad"),
    ],
)
def test_words_of_many_languages_have_meanings(names, meaning):
    assert meaning in meanings(names)


@pytest.mark.parametrize(
    "names, meaning", [("header-shadow", "ad"), ("shadow", "ad"), ("download", "ad"), ("update-x", "tags")]
)
def test_a_part_of_a_class_word_has_no_meaning(names, meaning):
    assert meaning not in meanings(names)


def test_class_names_without_known_words_have_no_meaning():
    assert marks_of("x1 _2__3 9") == 0
