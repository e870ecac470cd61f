"""JSON is read as publishers write it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.head.lenient_json import read_lenient_json

TEXT = st.text(alphabet=st.characters(exclude_categories=("C",)), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2, ], }', {"a": [1, 2]}),
        ('{"a": "x\ty\nz"}', {"a": "x\ty\nz"}),
        ('{"a": "он сказал "нет" ей"}', {"a": 'он сказал "нет" ей'}),
        ('{"a": "「橋」"、"閉鎖"", "b": 1}', {"a": '「橋」"、"閉鎖"', "b": 1}),
        ('{"a": "an \\"escaped\\" and a "plain" one"}', {"a": 'an "escaped" and a "plain" one'}),
        ("{'a': 'es el \"puente\"'}", {"a": 'es el "puente"'}),
        ('{"a": 1, // why\n"b": "http://x.example"}', {"a": 1, "b": "http://x.example"}),
        ('/* by hand */ {"a": 1}', {"a": 1}),
        ('{"a": Jo Park, "b": true}', {"a": None, "b": True}),
        ("<![CDATA[ [1] ]]>", [1]),
        ("{&quot;a&quot;: &quot;Straße&quot;}", {"a": "Straße"}),
        ('{"a": 1}{"b": 2}', [{"a": 1}, {"b": 2}]),
        ("no JSON at all", None),
        ("", None),
    ],
)
def test_broken_json_is_repaired(text, value):
    assert read_lenient_json(text) == value


@given(JSON)
def test_valid_json_is_read_unchanged(value):
    assert read_lenient_json(json.dumps(value)) == value


@given(st.text(alphabet="{}[]\",:'/*a1\\ \n<>;&", max_size=60))
def test_any_text_is_handled(text):
    read_lenient_json(text)
