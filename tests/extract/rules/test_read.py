"""Rule files are read as a whole or refused with one line that names file, key, mistake and fix."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.rules.files import STORY, rules
from worker.extract import Rules, RulesError, read_rules
from worker.extract.rules.rule import SELECTOR_KEYS


def told(text: str | bytes) -> str:
    """What is said of a file."""
    with pytest.raises(RulesError) as caught:
        read_rules({"a.toml": text.encode() if isinstance(text, str) else text})
    assert caught.value.problems == (str(caught.value),)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_rule_file_becomes_patterns_and_selectors():
    (rule,) = rules(STORY)
    assert rule.file == "a.toml"
    assert [str(place) for place in rule.pages] == ["news.example"]
    assert list(rule.selectors) == ["body", "strip", "title", "author", "date", "summary"]


def test_watched_selectors_have_names_and_optional_keys_are_left_out():
    (rule,) = rules(f'{STORY}caption = ".c"\noptional = ["author"]')
    expected = {"body": True, "strip .promo": False, "title": True, "date": True, "summary": True}
    assert rule.watched == expected | {"caption": False}


@pytest.mark.parametrize(
    "text, words",
    [
        (b"\xff\xfe", "is not UTF-8: save it in that encoding"),
        ("hosts = ", "is not valid TOML: Invalid value (at end of document); docs/rules.md describes"),
        (f"x = {'[' * 10000}", "is nested too deeply; docs/rules.md describes"),
        ("", "hosts is missing: say which pages the rule is for, as hosts = 'news.example'"),
        ("titel = 'h1'", "there is no key 'titel'; did you mean title?"),
        ("zzz = 1", "there is no key 'zzz'; the keys are hosts, optional, body, strip"),
        ("hosts = 'a.example'", "has no selectors, so it does nothing: add one of body, strip"),
        ("hosts = 1\nbody = 'p'", "hosts must be a host such as 'news.example' in quotes, or a list"),
        ("hosts = []\nbody = 'p'", "hosts is empty: leave it out, or write a host such as"),
        ("hosts = ''\nbody = 'p'", "hosts is empty: leave it out, or write a host such as"),
        ("hosts = 'https://a.example'\nbody = 'p'", "is a whole address: leave out https://"),
        ("hosts = '*.a.example'\nbody = 'p'", "has a * in its host: a host stands for all hosts below it"),
        ("hosts = 'a.example/?x'\nbody = 'p'", "has a query or a fragment: leave it out"),
        ("hosts = 'a b.example'\nbody = 'p'", "names no host ('a b.example' is not the name of a host)"),
        ("hosts = 'a.example:x'\nbody = 'p'", "hosts: 'a.example:x' names no host (Port could not be cast"),
        ("hosts = 'example'\nbody = 'p'", "is a whole top-level domain: name a host, as 'example.org'"),
        ("hosts = 'a.example'\ntitle = 3", "title must be a selector such as 'div.story' in quotes"),
        ("hosts = 'a.example'\n[body]\na = 1", "body must be a selector such as 'div.story' in quotes"),
        ("hosts = 'a.example'\nstrip = ['p', 1]", "strip must be a selector such as 'div.story' in quotes"),
        ("hosts = 'a.example'\ntitle = ' '", "title is empty: leave it out, or write a selector"),
        ("hosts = 'a.example'\ntitle = 'xpath:'", "title: is empty: write a CSS selector such as"),
        ("hosts = 'a.example'\nbody = 'div.['", "body: 'div.[' is not a CSS selector: Expected ident, got"),
        ("hosts = 'a.example'\nbody = 'a::text'", "is not a CSS selector: Pseudo-elements are not supported"),
        ("hosts = 'a.example'\nbody = 'a:odd'", "is not a CSS selector: The pseudo-class :odd is unknown"),
        ("hosts = 'a.example'\nbody = '\\1'", "is not a CSS selector: All strings must be XML compatible"),
        (f"hosts = 'a.example'\nbody = '{':not(' * 5000}'", "is not a CSS selector: "),
        ("hosts = 'a.example'\nbody = 'a|p'", "is not a CSS selector: Undefined namespace prefix"),
        ("hosts = 'a.example'\nbody = '//div'", "body: '//div' looks like XPath: write 'xpath://div'"),
        (
            "hosts = 'a.example'\nbody = 'xpath://p['",
            "body: 'xpath://p[' is not an XPath: Invalid expression",
        ),
        ("hosts = 'a.example'\nbody = 'xpath://p[f()]'", "is not an XPath: Unregistered function"),
        ("hosts = 'a.example'\nbody = 'xpath://z:p'", "is not an XPath: Undefined namespace prefix"),
        ("hosts = 'a.example'\ntitle = 'xpath:count(//p)'", "gives a number: write a path to elements"),
        ("hosts = 'a.example'\ntitle = 'xpath://p = 1'", "gives true or false: write a path to elements"),
        ("hosts = 'a.example'\nbody = 'div@id'", "selects an attribute, not elements: leave out @id"),
        ("hosts = 'a.example'\nstrip = 'xpath://p/@id'", "selects no elements: leave out what takes"),
        ("hosts = 'a.example'\ncredit = 'xpath://p/text()'", "selects no elements: leave out what takes"),
        ("hosts = 'a.example'\nbody = 'xpath:string(//p)'", "selects no elements: leave out what takes"),
        ("hosts = 'a.example'\nbody = 'p'\noptional = 'titel'", "optional: this rule has no 'titel'"),
        ("hosts = 'a.example'\nbody = 'p'\noptional = 'bodi'", "has no 'bodi'; did you mean body?"),
        ("hosts = 'a.example'\nbody = 'p'\noptional = true", "optional must be a key such as 'author'"),
    ],
)
def test_each_mistake_is_reported_in_a_line_that_says_how_to_fix_it(text, words):
    assert told(text).startswith("a.toml: ")
    assert words in told(text)


def test_a_pattern_in_two_files_is_a_mistake_and_twice_in_one_is_accepted():
    one, other = "hosts = ['a.example', 'www.a.example']\nbody='p'", "hosts = 'A.example'\nbody='p'"
    assert len(rules(one)) == 1
    with pytest.raises(RulesError, match=r"b.toml: hosts: a.example has a rule in a.toml already: keep one"):
        rules(one, other)


def test_every_file_with_a_mistake_is_reported_and_the_message_is_the_first():
    with pytest.raises(RulesError) as caught:
        rules("x = 1", STORY, "y = 1")
    assert [problem[:7] for problem in caught.value.problems] == ["a.toml:", "c.toml:"]
    assert str(caught.value).endswith("(and 1 more: `wiredesk rules check` shows them)")


def test_a_byte_order_mark_and_windows_line_ends_are_accepted():
    assert len(read_rules({"a.toml": b"\xef\xbb\xbf" + STORY.replace("\n", "\r\n").encode()})) == 1


def read_or_told(content: bytes) -> None:
    said = "a.toml: "
    try:
        assert isinstance(read_rules({"a.toml": content}), Rules)
    except RulesError as error:
        said = str(error)
    assert said.startswith("a.toml: ")
    assert "\n" not in said


@given(st.binary(max_size=300))
def test_any_bytes_are_rules_or_one_clear_line(content):
    read_or_told(content)


SELECTORS = st.text(max_size=30) | st.sampled_from(
    ["p", "time@datetime", "xpath://p", "xpath:/", "@a", "p@@"]
)


@given(
    st.dictionaries(
        st.sampled_from(["hosts", "optional", *SELECTOR_KEYS]),
        SELECTORS | st.lists(SELECTORS, max_size=3),
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_values_are_rules_or_one_clear_line(table):
    written = "\n".join(f"{key} = {toml(value)}" for key, value in ({"hosts": "a.example"} | table).items())
    read_or_told(written.encode("utf-8", "replace"))


def toml(value: str | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
