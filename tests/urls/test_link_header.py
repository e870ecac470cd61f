"""The Link header is read as RFC 8288 defines it, leniently, and in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.growth import superlinear
from worker.urls import header_links


def read(value: str) -> list[tuple[str, dict[str, str]]]:
    return [(link.target, dict(link.parameters)) for link in header_links([("Link", value)])]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            '</feed>; rel="alternate"; type="application/rss+xml"',
            [("/feed", {"rel": "alternate", "type": "application/rss+xml"})],
        ),
        ("<a>;rel=hub,<b> ; REL = self", [("a", {"rel": "hub"}), ("b", {"rel": "self"})]),
        ('<a?x=1,2;3>; title="a, <b>; c\\"d"; rel=x', [("a?x=1,2;3", {"title": 'a, <b>; c"d', "rel": "x"})]),
        ("<a>; crossorigin; rel=x; rel=y", [("a", {"crossorigin": "", "rel": "x"})]),
        ('<a>; ; rel="x', [("a", {"rel": "x"})]),
        ("<a>; title*=UTF-8''x; rel=y", [("a", {"title*": "UTF-8''x", "rel": "y"})]),
        ("< a >", [("a", {})]),
        ("<a", []),
        ("a>; rel=x", []),
        ('<a>; rel=x; anchor="#b"', []),
        ("", []),
    ],
)
def test_links_are_read_with_their_parameters(value: str, found: list[tuple[str, dict[str, str]]]) -> None:
    assert read(value) == found


def test_relations_are_words_in_lower_case() -> None:
    (link,) = header_links([("X", "<a>; rel=no"), ("link", '<b>; rel="Alternate  HUB"')])
    assert link.relations == ("alternate", "hub")


@given(st.text(alphabet='<>;,="\\ *aré', max_size=80))
def test_any_header_is_read(value: str) -> None:
    for target, parameters in read(value):
        assert ">" not in target
        assert all(name == name.lower() for name in parameters)


@pytest.mark.parametrize(
    "piece",
    ["<a>;*", "<a>;" + "*" * 50, "<", "<>;", '<a>;b="', "<a>;b= ", "<a>" + " " * 50, ";*", '<a>;b="\\'],
)
def test_reading_takes_linear_time(piece: str) -> None:
    assert superlinear(read, [("", piece, "")], longest=8192) is None
