"""What libxml2 leaves to do until a tree is the page that a browser shows."""

import pytest

from worker.text.html import Tree, parse_html


def body_of(markup: str) -> Tree:
    """The <body> of a page with this content."""
    tree = parse_html(f"<html><body>{markup}</body></html>")
    assert isinstance(tree, Tree), tree
    body = tree.find("body")
    assert body is not None
    return body


@pytest.mark.parametrize("name", ["button", "nav", "aside", "header", "footer", "dialog", "menu"])
def test_the_end_of_an_element_closes_what_is_open_in_it(name):
    body = body_of(f"<{name} class='x'><div><svg></svg><div></{name}><p>text</p>")
    assert [child.tag for child in body] == [name, "p"]


def test_a_button_inside_a_menu_closes_its_own_alone():
    body = body_of("<header><nav><button><div></button><div>a</div></nav></header><p>text</p>")
    assert [child.tag for child in body] == ["header", "p"]
    assert [child.tag for child in body[0][0]] == ["button", "div"]


@pytest.mark.parametrize("unread", ["<!-- <div> -->", "<script>a = '<div>'</script>"])
def test_tags_in_comments_and_scripts_are_not_open_elements(unread):
    body = body_of(f"<div class='page'><nav>{unread}</nav><p>text</p></div><div>")
    assert [child.tag for child in body[0]] == ["nav", "p"]


def test_elements_that_only_begin_with_the_name_are_left_alone():
    body = body_of("<div class='page'><nav-bar><div></nav-bar></div><p>text</p></div>")
    assert [child.tag for child in body[0][0]] == ["div", "p"]


def test_a_declarative_shadow_root_is_part_of_the_page():
    body = body_of("<x-story><template shadowrootmode='open'><h1>Bridge</h1><p>text</p></template></x-story>")
    assert [one.tag for one in body.iter()] == ["body", "x-story", "div", "h1", "p"]


def test_the_slots_of_a_shadow_root_hold_the_content_of_its_host():
    body = body_of(
        "<x-story><template shadowrootmode='open'><h1><slot name='title'></slot></h1><slot></slot><p>end</p>"
        "</template><p>one</p> and <b>two</b><i slot='title'>Bridge</i></x-story>"
    )
    assert "".join(body.itertext()) == "Bridgeone and twoend"


def test_other_templates_stay_templates():
    body = body_of("<template><p>later</p></template><p>text</p>")
    assert [child.tag for child in body] == ["template", "p"]
