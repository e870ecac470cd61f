"""Where a link is on a page: whether in its margins, and at which place of its tree."""

import re

from lxml import etree

# Tags, roles and class names that are common around navigation and promotion; lists by hand.
_MARGINS = frozenset({"nav", "footer", "aside", "form", "dialog", "noscript", "template", "menu"})
_ROLES = frozenset({"navigation", "contentinfo", "search", "dialog", "menu", "menubar", "complementary"})
_CORE = frozenset({"html", "body", "main", "article"})
_MARGIN_WORDS = """
nav navbar navigation menu submenu footer breadcrumb breadcrumbs pagination pager social sharing cookie
cookies consent newsletter login toolbar sidebar aside taglist tagcloud mostread offcanvas
"""
_MARGIN = frozenset(_MARGIN_WORDS.split())
_MARGIN_NAMES = """
widget widget-area promo promo-box banner related related-posts trending popular most-read most-popular ad ads
advert advertisement partners sponsors tags tag-list lang language languages dropdown drawer skip
skip-link paging share
"""
_NAMES = frozenset(_MARGIN_NAMES.split())
"""These are part of many names (`elementor-widget`, `card-promo`): only the whole name means a margin."""
_STATE = frozenset({"has", "with", "no", "is", "not", "without", "js", "hide", "show"})
_WORDS = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile(r"\d+")
_DEPTH = 4
"""Elements above a link that make its place; more would tell links of one list apart."""


def in_margin(element: etree._Element, known: dict[etree._Element, bool], *, by_name: bool) -> bool:
    """Return whether an element is in navigation, a footer, an aside or a form. `known` caches answers.

    With `by_name` classes and ids count as well as tags and roles.
    """
    path = []
    node: etree._Element | None = element
    answer = False
    while node is not None:
        if node in known:
            answer = known[node]
            break
        path.append(node)
        node = node.getparent()
    for one in reversed(path):
        answer = answer or _is_margin(one, by_name)
        known[one] = answer
    return answer


def _is_margin(element: etree._Element, by_name: bool) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _CORE:
        return False
    if tag in _MARGINS or (element.get("role") or "").lower() in _ROLES:
        return True
    if tag == "header":
        # The header of the site; that of an article has its headline.
        return not any(above.tag in ("article", "li") for above in element.iterancestors())
    return by_name and any(
        map(_names_a_margin, f"{element.get('class') or ''} {element.get('id') or ''}".split())
    )


def _names_a_margin(name: str) -> bool:
    """Whether a class or id names a margin: `main-nav`, `SidebarBox`; not `has-menu`, which is a state."""
    if name.lower().replace("_", "-") in _NAMES:
        return True
    words = [word for word in _WORDS.split(_CAMEL.sub("-", name).lower()) if word]
    if not words or words[0] in _STATE:
        return False
    return words[0] in _MARGIN or words[-1] in _MARGIN


def place_in_tree(anchor: etree._Element) -> str:
    """Return tags and first classes from the link upwards, without numbers; links of one list share them."""
    steps = []
    for element in [anchor, *list(anchor.iterancestors())[:_DEPTH]]:
        classes = (element.get("class") or "").split()[:1]
        steps.append(f"{element.tag}.{_NUMBER.sub('', classes[0])}" if classes else str(element.tag))
    return ">".join(reversed(steps))
