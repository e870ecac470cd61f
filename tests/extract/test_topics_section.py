"""The section is stated, or the first breadcrumb."""

import json

import pytest

from tests.extract.pages import json_ld, meta
from worker.extract.head import read_head
from worker.extract.topics import choose_section
from worker.outcome import Refusal
from worker.text.html import parse_html


def breadcrumbs(*names):
    items = [{"@type": "ListItem", "position": at, "item": {"name": name}} for at, name in enumerate(names)]
    node = {"@type": "BreadcrumbList", "itemListElement": items}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json_ld(articleSection="Politik"), ("Politik", "json-ld")),
        (json_ld(articleSection=["Местное", "Город"]), ("Местное", "json-ld")),
        (meta(article__section="社会"), ("社会", "opengraph")),
        (meta(section="محليات"), ("محليات", "meta")),
        (json_ld(articleSection="Arts &amp; Leisure"), ("Arts & Leisure", "json-ld")),
        (json_ld(articleSection="1234") + meta(article__section="News/world"), None),
        (json_ld(articleSection="The Courier") + meta(article__section="Local"), ("Local", "opengraph")),
        (breadcrumbs("Startseite", "Politik", "Inland", "Die Brücke ist gesperrt"), ("Politik", "json-ld")),
        (breadcrumbs("The Courier", "Local", "The bridge"), ("Local", "json-ld")),
        (breadcrumbs("ホーム", "社会"), None),
        ("", None),
    ],
)
def test_the_section_is_stated_or_a_breadcrumb(head, expected):
    tree = parse_html(f"<html><head>{head}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    assert choose_section(read_head(tree), ["The Courier"], "The bridge") == expected
