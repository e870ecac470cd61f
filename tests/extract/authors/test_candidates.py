"""Authors are chosen among stated and printed names: people before organisations."""

import pytest

from tests.extract.pages import Item, article_html, json_ld, meta, page
from tests.extract.read import article

BYLINE = '<h1>The bridge is closed</h1><p class="byline">By Jo Park</p>'


@pytest.mark.parametrize(
    "author",
    [
        "Jo Park",
        ["Jo Park"],
        {"name": "Jo Park"},
        {"@type": "Person", "name": ["Jo Park"]},
        [{"name": "By Jo Park"}],
        {"@type": "Person", "name": "Jo Park, Chief Reporter", "url": "https://news.example/people/jo"},
        [{"@type": "Person", "name": "Jo Park"}, {"@type": "Organization", "name": "The News"}],
    ],
)
def test_schema_org_authors_come_in_many_shapes(author):
    head = json_ld(headline="x", author=author) + meta(og__site_name="The News")
    assert article(page(article_html(), head=head)).authors == ("Jo Park",)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Jo Park">',
        '<meta name="author" content="Park, Jo">',
        '<meta name="Author" content="jo.park@news.example (Jo Park)"><meta name="byl" content="By Jo Park">',
        '<meta property="article:author" content="Jo Park">',
        '<meta property="og:article:author" content="Jo Park">',
        '<meta name="parsely-author" content="Jo Park">',
        '<meta name="sailthru.author" content="Jo Park">',
        '<meta name="dc.creator" content="Jo Park">',
        '<meta name="citation_author" content="Park, Jo">',
        '<meta property="article:author" content="https://www.facebook.com/jo">'
        '<meta name="byl" content="By Jo Park">',
    ],
)
def test_metas_of_many_conventions_are_read(head):
    found = article(page(article_html(), head=head)).authors
    assert found == ("Jo Park",)


def test_several_metas_are_several_authors():
    head = '<meta name="author" content="Jo Park"><meta name="author" content="Max Kern">'
    assert article(page(article_html(), head=head)).authors == ("Jo Park", "Max Kern")


def test_the_source_of_the_authors_is_returned():
    stated = article(page(article_html(), head=json_ld(headline="x", author="Jo Park")))
    shown = article(page(article_html(before=BYLINE)))
    assert [dict(found.provenance)["authors"] for found in (stated, shown)] == ["json-ld", "html"]


@pytest.mark.parametrize(
    "body", ["The News", "Redaktion", "Newsdesk", "news.example", "admin", "Condé Media GmbH"]
)
def test_a_person_in_the_byline_wins_over_an_organisation_in_the_head(body):
    head = json_ld(headline="x", author={"name": body}) + meta(og__site_name="The News")
    assert article(page(article_html(before=BYLINE), head=head)).authors == ("Jo Park",)


@pytest.mark.parametrize("body", ["The News", "Redaktion", "Newsdesk", "Staff Writer"])
def test_an_organisation_is_the_author_where_no_person_is_named(body):
    head = json_ld(headline="x", author={"name": body}) + meta(og__site_name="The News")
    assert article(page(article_html(), head=head)).authors == (body,)


def test_the_site_is_not_listed_together_with_a_person():
    head = '<meta name="author" content="The News"><meta name="author" content="Jo Park">'
    assert article(page(article_html(), head=head + meta(og__site_name="The News"))).authors == ("Jo Park",)


def test_a_team_is_not_listed_together_with_a_person():
    head = json_ld(headline="x", author=[{"name": "Jo Park"}, {"name": "Editorial Team"}, {"name": "AFP"}])
    assert article(page(article_html(), head=head)).authors == ("Jo Park", "AFP")


def test_the_byline_that_agrees_with_the_head_wins():
    others = '<h1>B</h1><p class="byline">By Max Kern</p><span class="author">Jo Park</span>'
    head = '<meta name="author" content="Jo Park">'
    assert article(page(article_html(before=others), head=head)).authors == ("Jo Park",)


def test_a_printed_byline_wins_over_a_different_meta_element():
    head = '<meta name="author" content="Condé Example">'
    assert article(page(article_html(before=BYLINE), head=head)).authors == ("Jo Park",)


def test_a_first_name_in_the_head_does_not_hide_the_whole_name_below():
    head = json_ld(headline="x", author={"name": "Jo"})
    assert article(page(article_html(before=BYLINE), head=head)).authors == ("Jo Park",)


def test_the_feeds_author_is_used_where_the_page_names_nobody():
    entry = Item(authors=("jo@news.example (Jo Park)", "Max Kern"))
    assert article(page(article_html()), entry=entry).authors == ("Jo Park", "Max Kern")
    other = '<h1>The bridge</h1><p class="byline">By Ana Ruiz</p>'
    assert article(page(article_html(before=other)), entry=entry).authors == ("Ana Ruiz",)


def test_authors_of_teasers_are_not_authors_of_the_article():
    aside = '<aside><span class="byline">By Max Kern</span></aside>'
    assert article(page(article_html(after=aside))).authors == ()


def authors_of(author, before="", **stated):
    head = json_ld(headline="The bridge is closed", author=author) + meta(og__site_name="98 News", **stated)
    return article(page(article_html(before=f"<h1>The bridge is closed</h1>{before}"), head=head)).authors


def test_the_name_of_an_organisation_is_not_divided():
    body = {"@type": "GovernmentOrganization", "name": "Center for Roads and Bridges"}
    assert authors_of(body) == ("Center for Roads and Bridges",)
    people = {"@type": "Organization", "name": "Jo Park and Max Kern"}
    assert authors_of(people) == ("Jo Park", "Max Kern")


@pytest.mark.parametrize("author", ["98 News", {"@type": "Person", "name": "98 News"}])
def test_a_site_that_states_itself_as_author_is_one_whatever_its_name(author):
    assert authors_of(author) == ("98 News",)


def test_the_title_of_the_page_is_not_an_authors_name():
    stated = meta(og__title="Bridge Repair Costs") + '<meta name="author" content="Bridge Repair Costs">'
    assert article(page(article_html(), head=stated)).authors == ()


def test_a_byline_that_names_some_of_the_stated_authors_gives_way_to_all_of_them():
    head = '<meta name="citation_author" content="Jo Park"><meta name="citation_author" content="Max Kern">'
    assert article(page(article_html(before=BYLINE), head=head)).authors == ("Jo Park", "Max Kern")


def test_a_shorter_form_of_a_name_is_the_same_person():
    both = "<span class='author-name'>Jo Anne Park</span><span class='author-name'>Jo Anne</span>"
    assert article(page(article_html(before=f"<h1>The bridge</h1>{both}"))).authors == ("Jo Anne Park",)
