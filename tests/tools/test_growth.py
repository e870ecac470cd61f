"""The search for slow patterns finds those that are, and no others."""

import re

import pytest

from tests.tools.growth import Used, alternatives_of, attacks_on, patterns_of, superlinear


def is_slow(pattern: str | bytes, *methods: str) -> bool:
    used = Used("m", "_P", re.compile(pattern), frozenset(methods))
    return superlinear(used.read, attacks_on(used.pattern), longest=2048) is not None


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(?:a|b|ab)*c", "match"),
        (r"(?:\w+\s?)*\.", "match"),
        (rb"(?s)\s*(?:<!--.*?-->\s*)*<rss", "match"),
        (r"charset\s*=\s*[\"']?\s*(\w+)", "search"),
        (r"\d\d:\d\d\s*(?:am)?\s*(?:\w{2,12})?\s*$", "search"),
        (r"(?:more)?\s*(?:all)?[\s.]*", "fullmatch"),
        (r"continue.*[\s.]*", "fullmatch"),
        (r"\s+$", "search"),
        (r"[^\s,]+@", "finditer"),
        (rb"(?s)<!--.*?-->", "sub"),
        (rb"<\?xml\s[^>]*\?>", "search"),
    ],
)
def test_a_slow_pattern_is_found(pattern: str | bytes, method: str) -> None:
    assert is_slow(pattern, method)


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\s*(\d+)", "match"),
        (r"\s++$", "fullmatch"),
        (rb"(?s)\s*+(?:<!--(?>.*?-->)\s*+)*+<rss", "match"),
        (r"[\w.-]{1,64}@", "search"),
        (r"(?<![^\s,])[^\s,]+@", "finditer"),
        (rb"(?s)<!--.*?(?:-->|\Z)", "sub"),
        (r"<[^<>]*>", "sub"),
    ],
)
def test_a_linear_pattern_is_not_found(pattern: str | bytes, method: str) -> None:
    assert not is_slow(pattern, method)


SOURCE = """
import re
_A = re.compile("a")
_TABLE = {"x": (re.compile("b"), [re.compile("c")])}
_D = re.compile("d")
_WORDS = ("e",)
def first(text): return _A.search(text) or _A.match(text)
def second(text): return list(map(_D.fullmatch, text)) and re.sub(f"f{_WORDS[0]}", "", text, flags=re.S)
def third(text): return [re.match(one, text) for one in _WORDS]
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "slow_or_not.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    return "slow_or_not"


def test_patterns_are_found_by_name_in_tables_and_in_calls(package):
    found = {
        used.pattern.pattern: used.methods for used in patterns_of([package], {f"{package}.third": ["e"]})
    }
    assert found["a"] == {"search", "match"}
    assert found["d"] == {"fullmatch"}
    assert found["fe"] == {"sub"}
    assert found["e"] == {"match"}
    assert {"b", "c"} <= found.keys()


def test_a_list_of_words_is_attacked_word_by_word():
    words = "|".join(f"w{number}(?:a|b)[|)]?" for number in range(40))
    listed = Used("m", "_P", re.compile(rf"(?:{words})|\|x"), frozenset({"search"}))
    found = [one.pattern.pattern for one in alternatives_of(listed)]
    assert (len(found), found[0], found[-1]) == (41, "w0(?:a|b)[|)]?", r"\|x")
    assert alternatives_of(Used("m", "_P", re.compile("(?:a|b)c"), frozenset())) != []


def test_a_call_whose_patterns_are_unknown_is_an_error(package):
    with pytest.raises(LookupError):
        patterns_of([package], {})
