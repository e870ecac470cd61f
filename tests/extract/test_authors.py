"""Authors are names: bylines cleaned, agencies told apart, teasers' authors left out."""

import pytest

from tests.extract.pages import article_html, json_ld, meta, page
from tests.extract.read import article
from worker.extract.authors import agencies_in
from worker.extract.names import clean_names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jo Park", ("Jo Park",)),
        ("Von Anna Müller und Max Kern", ("Anna Müller", "Max Kern")),
        ("Par Zoé Petit, Luc Roux", ("Zoé Petit", "Luc Roux")),
        ("Por Ana Ruiz y Juan Gil", ("Ana Ruiz", "Juan Gil")),
        ("Автор: Анна Петрова", ("Анна Петрова",)),
        ("Jo Park, Science Editor at Large", ("Jo Park",)),
        ("Jo Park (London)", ("Jo Park",)),
        ("Jo Park jo.park@news.example", ("Jo Park",)),
        ("文／山田太郎", ("山田太郎",)),
        ("박준석 기자", ("박준석",)),
        ("JO PARK & MAX KERN", ("Jo Park", "Max Kern")),
        ("https://www.facebook.com/jo.park", ()),
        ("admin", ()),
        ("", ()),
        ("x" * 2000, ()),
    ],
)
def test_a_byline_is_cut_into_names(byline, names):
    assert clean_names([byline]) == names


def test_each_name_comes_once():
    assert clean_names(["Jo Park", "By JO PARK", "Max Kern"]) == ("Jo Park", "Max Kern")


def test_agencies_are_known():
    assert agencies_in(("Jo Park", "dpa", "Reuters", "Anadolu Ajansı")) == (
        "dpa",
        "Reuters",
        "Anadolu Ajansı",
    )


@pytest.mark.parametrize(
    "author",
    [
        "Jo Park",
        ["Jo Park"],
        {"name": "Jo Park"},
        {"@type": "Person", "name": ["Jo Park"]},
        [{"name": "By Jo Park"}],
    ],
)
def test_schema_org_authors_come_in_many_shapes(author):
    assert article(page(article_html(), head=json_ld(headline="x", author=author))).authors == ("Jo Park",)


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">By <a href="/author/jo">Jo Park</a></p>',
        '<a rel="author" href="/jo">Jo Park</a>',
        '<div class="article-author"><span>By Jo Park</span></div>',
        '<span itemprop="author">Jo Park</span>',
    ],
)
def test_a_printed_byline_is_found(byline):
    assert article(page(article_html(before=byline))).authors == ("Jo Park",)


def test_a_person_in_the_byline_comes_before_the_site_as_its_own_author():
    head = json_ld(headline="x", author={"name": "The News"}) + meta(og__site_name="The News")
    assert article(page(article_html(before='<p class="byline">By Jo Park</p>'), head=head)).authors == (
        "Jo Park",
    )
    assert article(page(article_html(), head=head)).authors == ("The News",)


def test_authors_of_teasers_are_not_of_the_article():
    aside = '<aside><span class="byline">By Max Kern</span></aside>'
    assert article(page(article_html(after=aside))).authors == ()
