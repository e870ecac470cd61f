"""Blocks as HTML for feed readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from worker.extract.render_html import html
from worker.extract.types import Block, Link

CASES = {
    "paragraph": ([Block("paragraph", "A & B")], "<p>A &amp; B</p>"),
    "lines": ([Block("paragraph", "a\nb")], "<p>a<br>b</p>"),
    "heading": ([Block("heading", "H", level=1)], "<h2>H</h2>"),
    "quote": (
        [Block("quote", "Yes", attribution="Ada")],
        "<blockquote><p>Yes</p><p>— Ada</p></blockquote>",
    ),
    "table": (
        [Block("table", "a\tb\n1\t2")],
        "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>",
    ),
    "preformatted": ([Block("preformatted", "x < y\n  z")], "<pre>x &lt; y\n  z</pre>"),
    "link": (
        [Block("paragraph", "see here now", links=(Link(4, 8, "https://n.example/?a=1&b=2"),))],
        '<p>see <a href="https://n.example/?a=1&amp;b=2">here</a> now</p>',
    ),
    "script link": ([Block("paragraph", "here", links=(Link(0, 4, "javascript:x"),))], "<p>here</p>"),
    "nested list": (
        [
            Block("list_item", "a", level=1),
            Block("list_item", "b", level=2, ordered=True),
            Block("list_item", "c", level=2, ordered=True),
            Block("list_item", "d", level=1),
        ],
        "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
    ),
    "two lists": (
        [Block("list_item", "a"), Block("list_item", "1", ordered=True)],
        "<ul><li>a</li></ul><ol><li>1</li></ol>",
    ),
}


@pytest.mark.parametrize(("blocks", "expected"), CASES.values(), ids=CASES)
def test_a_block_becomes_the_element_that_readers_show(blocks: list[Block], expected: str) -> None:
    assert html(blocks) == expected


ADDRESSES = st.sampled_from(["https://n.example/'\"<", "data:x"])
BLOCKS = st.lists(
    st.builds(
        Block,
        st.sampled_from(["heading", "paragraph", "quote", "list_item", "table", "preformatted", "footnote"]),
        st.text(min_size=1, max_size=40),
        level=st.none() | st.integers(1, 6),
        ordered=st.booleans(),
        attribution=st.none() | st.text(min_size=1, max_size=9),
        links=st.lists(
            st.builds(
                Link,
                st.integers(0, 40),
                st.integers(0, 40),
                st.sampled_from(["https://n.example/'\"<", "data:x"]),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=8,
)


@given(BLOCKS)
def test_no_text_adds_an_element_and_all_elements_are_closed(blocks: list[Block]) -> None:
    found = html(blocks)
    tree = lxml_html.fragment_fromstring(found, create_parent="div")
    known = {"div", "p", "br", "a", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "tbody"}
    elements = list(tree.iter())
    assert {element.tag for element in elements} - known <= {f"h{level}" for level in range(2, 7)}
    for element in elements:
        assert set(element.attrib) <= ({"href"} if element.tag == "a" else set())
        assert element.get("href", "https:").startswith("https:")
    for tag in ("ul", "ol", "li", "p", "table"):
        assert found.count(f"<{tag}>") == found.count(f"</{tag}>")
