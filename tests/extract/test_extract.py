"""From a page to an article: the whole way, on pages of several languages and scripts."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.extract import pages
from tests.extract.pages import DE, EN, RU, Item, article_html, json_ld, meta, page
from tests.extract.read import article
from worker.extract import VERSION

FURNITURE = (
    '<header><nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li>'
    '<li><a href="/sport">Sport</a></li></ul></nav></header>'
)
FOOT = (
    '<aside><h2>Most read</h2><a href="/a">Nothing to see in the town of Elsewhere</a></aside>'
    "<footer>© 2024 The News. All rights reserved. Imprint, privacy, cookies.</footer>"
)


@pytest.mark.parametrize("name", ["EN", "DE", "RU", "JA", "AR", "HI"])
def test_the_text_is_the_paragraphs_and_nothing_else_in_any_script(name):
    paragraphs = getattr(pages, name)
    body = page(FURNITURE + article_html(paragraphs) + FOOT, lang=name.lower())
    found = article(body)
    assert found.text.split("\n\n") == list(paragraphs)
    assert [block.kind for block in found.blocks] == ["paragraph"] * 4
    assert found.language == name.lower()


def test_a_page_that_states_everything_gives_every_field():
    head = json_ld(
        headline="Brücke gesperrt",
        author=[{"@type": "Person", "name": "Anna Müller"}, {"@type": "Organization", "name": "dpa"}],
        datePublished="2024-05-03T08:15:00+02:00",
        dateModified="2024-05-03T09:00:00+02:00",
        inLanguage="de_AT",
        articleSection="Chronik",
        keywords=["Brücke", "Verkehr"],
        publisher={"@type": "Organization", "name": "Das Blatt"},
        isAccessibleForFree=True,
        description="Zwei Pfeiler haben Risse.",
    )
    canonical = '<link rel="canonical" href="/2024/05/03/bruecke">'
    found = article(
        page(article_html(DE), head=head + canonical, lang="de", title="Brücke gesperrt - Das Blatt")
    )
    vienna = timezone(timedelta(hours=2))
    assert (found.title, found.site_name, found.section) == ("Brücke gesperrt", "Das Blatt", "Chronik")
    assert (found.authors, found.agencies, found.tags) == (
        ("Anna Müller", "dpa"),
        ("dpa",),
        ("Brücke", "Verkehr"),
    )
    assert found.published == datetime(2024, 5, 3, 8, 15, tzinfo=vienna)
    assert found.published.utcoffset() == timedelta(hours=2)
    assert found.modified == datetime(2024, 5, 3, 9, tzinfo=vienna)
    assert (found.published_precision, found.language, found.paywalled) == ("instant", "de-AT", False)
    assert found.summary == "Zwei Pfeiler haben Risse."
    assert found.canonical_url == "https://news.example/2024/05/03/bruecke"
    assert found.extractor == VERSION


def test_every_field_names_the_source_that_won():
    head = json_ld(headline="Closed", datePublished="2024-05-03T08:15:00Z") + meta(
        og__description="Two pillars have cracks.", article__section="Local"
    )
    found = article(page(article_html(), head=head, title="Closed"), entry=Item(authors=("Jo Park",)))
    provenance = dict(found.provenance)
    assert provenance["title"] == provenance["published"] == "json-ld"
    assert provenance["summary"] == provenance["section"] == "opengraph"
    assert provenance["authors"] == "feed"
    assert provenance["canonical_url"] == "url"
    assert provenance["language"] == provenance["blocks"] == "html"


def test_fields_that_nothing_states_stay_empty():
    found = article(page(article_html(), lang="", title=""), url="https://news.example/story")
    assert (found.title, found.authors, found.published, found.published_precision) == (None, (), None, None)
    assert (found.section, found.tags, found.paywalled) == (None, (), None)


def test_the_text_decides_the_language_if_the_page_is_silent_or_wrong():
    for lang in ("", "en"):
        found = article(page(article_html(RU), lang=lang))
        assert (found.language, dict(found.provenance)["language"]) == ("ru", "text")


def test_the_title_is_not_repeated_in_the_text():
    head = meta(og__title="The bridge is closed")
    found = article(page(article_html(before="<h1>The bridge is closed</h1>"), head=head))
    assert found.text.startswith(EN[0])


def test_each_paragraph_is_returned_once():
    found = article(page(article_html((*EN, EN[1]))))
    assert found.text.count(EN[1]) == 1


@pytest.mark.parametrize(
    "pointer",
    [
        "Read more: how the bridge was built",
        "Lesen Sie auch: Wie die Brücke gebaut wurde",
        "Lire aussi : la construction du pont",
        "Читайте также: как строили мост",
        '<a href="/other">How the bridge was built a hundred years ago</a>',
    ],
)
def test_pointers_to_other_articles_are_kept_out(pointer):
    found = article(page(article_html((*EN[:2], pointer, *EN[2:]))))
    assert found.text.split("\n\n") == list(EN)


def test_the_markup_of_the_body_becomes_blocks():
    inside = (
        f"<h2>What now?</h2><p>{EN[0]}</p><blockquote><p>{EN[1]}</p></blockquote>"
        "<ul><li>Buses take the long way round</li><li>Cyclists have to walk</li></ul>"
        f"<p>{EN[2]}</p><table><tr><th>Year</th><th>Cost</th></tr>"
        "<tr><td>2024</td><td>4 million</td></tr></table>"
        f"<p>{EN[3]}</p>"
    )
    found = article(page(f"<article><p>{EN[0][::-1]}</p>{inside}</article>"))
    kinds = [block.kind for block in found.blocks]
    expected = ["paragraph", "heading", "paragraph", "quote", "list_item", "list_item", "paragraph", "table"]
    assert kinds == [*expected, "paragraph"]
    assert found.blocks[1].level == 2
    assert found.blocks[7].text == "Year\tCost\n2024\t4 million"


def test_links_are_spans_of_the_text_and_absolute():
    linked = f'{EN[0]} The <a href="/council">town council</a> agreed.'
    block = article(page(article_html((linked, *EN[1:])))).blocks[0]
    (link,) = block.links
    assert block.text[link.start : link.end] == "town council"
    assert link.url == "https://news.example/council"


def test_links_are_resolved_against_the_base_element():
    linked = f'{EN[0]} The <a href="council">town council</a> agreed.'
    body = page(article_html((linked, *EN[1:])), head='<base href="https://other.example/x/">')
    assert article(body).blocks[0].links[0].url == "https://other.example/x/council"


def test_the_kind_of_an_article_is_recognised():
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Live"}</script>'
    assert article(page(article_html(), head=live)).kind == "live-blog"
    assert article(page(article_html(), head=meta(og__type="video.other"))).kind == "video"
    assert article(page(article_html())).kind == "article"


def test_rights_of_page_and_headers_are_read():
    robots = '<meta name="robots" content="noarchive, NoAI, max-snippet:50">'
    reserved = '<meta name="tdm-reservation" content="1">'
    rights = article(page(article_html(), head=robots + reserved)).rights
    assert rights.robots == ("noarchive", "noai", "max-snippet:50")
    assert (rights.noarchive, rights.noai, rights.tdm_reserved, rights.licence) == (True, True, True, None)


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (json_ld(headline="x", isAccessibleForFree="False"), True),
        (json_ld(headline="x", isAccessibleForFree="true"), False),
        (meta(article__content_tier="metered"), True),
        (meta(article__content_tier="free"), False),
        ("", None),
    ],
)
def test_an_article_is_paywalled_if_the_page_says_so(head, paywalled):
    assert article(page(article_html(), head=head)).paywalled is paywalled


def test_a_canonical_link_to_another_site_or_the_front_page_is_ignored():
    for link in ("https://elsewhere.example.org/story", "https://news.example/"):
        found = article(page(article_html(), head=f'<link rel="canonical" href="{link}">'))
        assert found.canonical_url == pages.URL


def test_words_are_counted_and_characters_in_scripts_without_spaces():
    assert article(page(article_html())).word_count == sum(len(text.split()) for text in EN)
    assert article(page(article_html(pages.JA))).word_count > 100


def test_meta_elements_that_say_value_for_content_are_read():
    head = '<meta name="author" value="Jo Park"><meta property="article:section" value="Local">'
    found = article(page(article_html(), head=head))
    assert (found.authors, found.section) == (("Jo Park",), "Local")
