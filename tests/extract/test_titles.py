"""The title is the headline without the site's name."""

import pytest

from tests.extract.pages import article_html, json_ld, meta, page
from tests.extract.read import article
from worker.extract.sites import without_site


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("The bridge is closed - The News", "The bridge is closed"),
        ("The bridge is closed | The News", "The bridge is closed"),
        ("The bridge is closed – Local – The News", "The bridge is closed"),
        ("The News: The bridge is closed", "The News: The bridge is closed"),
        ("The News | The bridge is closed", "The bridge is closed"),
        ("The bridge - and what it costs", "The bridge - and what it costs"),
        ("古い橋が通行止めになる：The News", "古い橋が通行止めになる"),
        ("Bridge - The News", "Bridge"),
        ("A day at The News - and a night", "A day at The News - and a night"),
        ("", ""),
    ],
)
def test_the_sites_name_is_cut_off(title, clean):
    assert without_site(title, ["thenews"]) == clean


def test_the_domain_is_a_name_of_the_site():
    found = article(page(article_html(), title="The bridge is closed - News.example"))
    assert found.title == "The bridge is closed"


def test_the_statement_with_most_behind_it_wins():
    head = json_ld(headline="SEO bridge river cracks") + meta(og__title="The bridge is closed")
    found = article(page(article_html(before="<h1>The bridge is closed</h1>"), head=head))
    assert found.title == "The bridge is closed"


def test_a_logo_in_a_heading_is_no_title():
    head = meta(og__title="The bridge is closed for weeks")
    found = article(page("<h1>MENU</h1>" + article_html(), head=head, title="The bridge is closed for weeks"))
    assert found.title == "The bridge is closed for weeks"


def test_a_rubric_after_the_headline_goes():
    body = article_html(before="<h1>The bridge is closed for weeks</h1>")
    found = article(page(body, title="The bridge is closed for weeks | Local | 3 May"))
    assert found.title == "The bridge is closed for weeks"


def test_entities_escaped_twice_are_read():
    head = json_ld(headline="Fish &amp;amp; chips on the &quot;bridge&quot;")
    assert article(page(article_html(), head=head, title="")).title == 'Fish & chips on the "bridge"'
