"""The first filter that matches decides, and a mistake in the file is one line."""

import pytest

from worker.feeds.entry_filters import EntryFacts, EntryFilters, blocking, is_like, read_filters

URL = "https://news.example/sport/result-7"


def filters(text: str) -> EntryFilters:
    return read_filters(text.encode())


def blocked_by(text: str, **facts: object) -> str | None:
    given = {"url": URL, "title": "Final score: 3 to 1", "labels": ("Sport", "uk"), "is_read": True} | facts
    found = blocking(filters(text), EntryFacts(**given))  # type: ignore[arg-type]
    return found and found.name


def test_without_filters_everything_is_let_in() -> None:
    assert blocked_by("") is None


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ('url = "*/sport/*"', True),
        ('url = "*/sport"', False),
        ('url = ["*/culture/*", "https://news.example/*"]', True),
        ('title = "final score*"', True),
        ('title = "score"', False),
        ('label = "sport"', True),
        ('label = "culture"', False),
        ('language = "pt"', True),
        ('language = ["pt-PT", "en"]', False),
        ('url = "*/sport/*"\nlabel = "culture"', False),
        ("", True),
    ],
)
def test_a_filter_matches_if_each_of_its_conditions_does(condition: str, matches: bool) -> None:
    text = f'[[filter]]\nname = "n"\naction = "block"\n{condition}'
    assert (blocked_by(text, language="pt-BR") == "n") is matches


def test_the_first_filter_that_matches_decides() -> None:
    allow = '[[filter]]\nname = "a"\naction = "allow"\nlabel = "uk"\n'
    block = '[[filter]]\nname = "b"\naction = "block"\n'
    assert blocked_by(allow + block) is None
    assert blocked_by(block + allow) == "b"
    assert blocked_by(allow + block, labels=()) == "b"


def test_a_filter_by_language_leaves_the_decision_open_until_the_text_is_read() -> None:
    text = """
    [[filter]]
    name = "ours"
    action = "allow"
    language = "en"
    [[filter]]
    name = "rest"
    action = "block"
    """
    assert blocked_by(text, is_read=False) is None
    assert blocked_by(text, language="de") == "rest"
    assert blocked_by(text, language="en-GB") is None
    assert blocked_by(text, language=None) == "rest"


def test_a_title_that_no_feed_states_leaves_the_decision_open_until_the_text_is_known() -> None:
    text = """
    [[filter]]
    name = "elections"
    action = "allow"
    title = "*election*"

    [[filter]]
    name = "rest"
    action = "block"
    """
    assert blocked_by(text, title=None, is_read=False) is None
    assert blocked_by(text, title="The weather", is_read=False) == "rest"
    assert blocked_by(text, title=None) == "rest"
    assert blocked_by(text, title="An election") is None


@pytest.mark.parametrize(
    ("pattern", "text", "like"),
    [
        ("a*b", "a--b", True),
        ("a*b", "a--bc", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("**x*", "ax", True),
        ("STRASSE*", "straße 5", True),
        ("a?c", "abc", False),
    ],
)
def test_a_star_stands_for_any_characters_and_nothing_else_does(pattern: str, text: str, like: bool) -> None:
    assert is_like(pattern, text) is like


def test_a_pattern_of_many_stars_takes_linear_time() -> None:
    assert not is_like("a*" * 50 + "b", "a" * 100_000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("filter = 1", "begin each filter with [[filter]]"),
        ("[blocks]", "begin each filter with [[filter]]"),
        ('[[filter]]\naction = "block"', "filter 1: name it"),
        ('[[filter]]\nname = "n"\naction = "drop"', 'action must be "block" or "allow"'),
        ('[[filter]]\nname = "n"\naction = "block"\nsite = "x"', "unknown key 'site'; use url, title, label"),
        ('[[filter]]\nname = "n"\naction = "block"\nurl = []', "url must be a text, or a list of texts"),
        ('[[filter]]\nname = "n"\naction = "block"\n' * 2, "the name 'n' occurs twice"),
        ("[[filter", "is not valid TOML"),
    ],
)
def test_a_mistake_is_one_line_that_says_how_to_fix_it(text: str, words: str) -> None:
    with pytest.raises(ValueError) as raised:
        filters(text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
