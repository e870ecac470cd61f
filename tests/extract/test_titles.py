"""The title is the headline as the page prints it, confirmed by what the page states."""

import pytest

from tests.extract.pages import URL, Item, json_ld, meta
from worker.extract.head import read_head
from worker.extract.titles import choose_title, site_names
from worker.outcome import Refusal
from worker.text.html import parse_html

H = "The bridge is closed"
CRUMBS = "<nav><ol><li><h1>Short</h1></li></ol></nav>"
TEASER = '<h1><a href="/x">{} too</a></h1>'


def choose(body="", head="", title="", site="", url=URL, entry=None):
    tree = parse_html(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>")
    assert not isinstance(tree, Refusal)
    said = read_head(tree)
    return choose_title(tree, said, url, site_names(site, said, url), entry)


def title(*args, **options):
    chosen = choose(*args, **options)
    return chosen[0] if chosen else None


@pytest.mark.parametrize(
    ("body", "head", "stated", "printed"),
    [
        # WordPress: the site's name is the first heading, and a link to its front page.
        ('<h1><a href="/">The Courier</a></h1><article><h2>{}</h2></article>', "", "{} | The Courier", "{}"),
        # Ghost, Arc, AEM: one heading inside of the article.
        ("<main><article><h1>{}</h1></article></main>", "", "{} – The Courier", "{}"),
        # Drupal: the heading is in the page's head region, outside of the article.
        ('<div class="region"><h1 class="page-title"><span>{}</span></h1></div>', "", "{} | X", "{}"),
        # A heading for search engines among the breadcrumbs, the printed one of the second level.
        (f"{CRUMBS}<article><h2>{{}}</h2></article>", json_ld(headline="{}"), "Short", "{}"),
        # No heading at all, the headline in a separate box.
        ('<div class="title">{}</div>', "", "{} - 新闻网", "{}"),
        # The sections between headline and site.
        ("<h1>{}</h1>", "", "{} | Local | Region | The Courier", "{}"),
        # A heading that is a menu's, one of a teaser, one that is the headline.
        (f'<nav><h1>{{}} menu</h1></nav><article><h1>{{}}</h1></article>{TEASER}', "", "{}", "{}"),
        # AMP: microdata.
        ('<h1 itemprop="headline">{}</h1>', meta(og__title="{} - and all you should know"), "{} - all", "{}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "headline",
    [
        "The old bridge is closed for weeks",
        "Die alte Brücke bleibt wochenlang gesperrt",
        "El viejo puente estará cerrado varias semanas",
        "Старый мост закрыли на несколько недель",
        "古い橋が数週間にわたり通行止めになる",
        "إغلاق الجسر القديم لعدة أسابيع",
        "नदी का पुराना पुल हफ़्तों के लिए बंद",
    ],
)
def test_the_printed_headline_is_found(body, head, stated, printed, headline):
    said = (part.replace("{}", headline) for part in (body, head, stated))
    assert title(*said) == printed.format(headline)


@pytest.mark.parametrize(
    "head",
    [
        meta(og__title="Bridge cracks: what commuters must know about the closed bridge"),
        json_ld(headline="The bridge is closed for we…"),
        json_ld(headline="SEO bridge river cracks") + meta(og__title="Bridge, the closed one"),
    ],
)
def test_the_printed_headline_wins_over_statements_for_other_readers(head):
    printed = "The bridge is closed for weeks, and the ferry is full"
    assert title(f"<article><h1>{printed}</h1></article>", head, "Bridge closed") == printed


def test_the_title_is_spelled_as_printed():
    assert title(
        "<h1>‘We had to’ – the mayor’s bridge</h1>", "", "'We had to' - the mayor's bridge | News"
    ) == ("‘We had to’ – the mayor’s bridge")


@pytest.mark.parametrize(
    ("heading", "stated", "expected"),
    [
        ('<span class="kicker">Traffic</span> {}', "{}", "{}"),
        ('<span class="c-topline">Verkehr</span><span>{}</span>', "Traffic, and more", "{}"),
        ('<span class="kicker">Traffic</span> {}', "Traffic: {}", "Traffic: {}"),
        ('<div class="topic-label">Traffic</div>{}<small>3 May</small>', "{}", "{}"),
        ('{} <span class="entry-subtitle">What now?</span>', "{}", "{}"),
        ("<style>.x{color:red}</style>{}", "{}", "{}"),
        ("{}<br>at once", "{} at once", "{} at once"),
    ],
)
def test_a_kicker_belongs_to_the_title_only_where_it_is_stated_with_it(heading, stated, expected):
    h1 = f"<article><h1>{heading.replace('{}', H)}</h1></article>"
    assert title(h1, meta(og__title=stated.format(H)), stated.format(H)) == expected.format(H)


def test_the_only_sentence_in_a_first_heading_is_the_headline_though_nothing_confirms_it():
    assert title("<h1>Commuters wait for the ferry</h1>", meta(og__title="Bridge shut"), "Bridge") == (
        "Commuters wait for the ferry"
    )


@pytest.mark.parametrize(
    "logo", ["<h1>MENU</h1>", '<h1><a href="/"><img alt=""></a></h1>', "<h1>News.example</h1>"]
)
def test_a_logo_in_a_heading_is_not_the_title(logo):
    assert title(logo, meta(og__title=f"{H} for weeks"), f"{H} for weeks") == f"{H} for weeks"


def test_statements_vote_if_no_headline_is_printed():
    head = json_ld(headline="SEO bridge river cracks") + meta(og__title=H, twitter__title=H)
    assert choose("", head, f"{H} - News.example") == (H, "opengraph")


def test_the_section_is_removed_together_with_the_sites_name():
    head = meta(article__section="Local", og__title=f"{H} | Local | The Courier", og__site_name="The Courier")
    assert title("", head, "", site="The Courier") == H


def test_entities_escaped_twice_are_read():
    assert title("", json_ld(headline="Fish &amp;amp; chips on the &quot;bridge&quot;")) == (
        'Fish & chips on the "bridge"'
    )


def test_the_feeds_title_is_the_fallback_and_then_the_sites_name():
    assert choose("", "", "News.example", entry=Item(title="Fish &amp; chips")) == ("Fish & chips", "feed")
    assert choose("", "", "News.example") == ("News.example", "html")
    assert choose() is None


@pytest.mark.parametrize(
    "stated",
    [
        f"The Courier : {H}",
        f"The Courier - {H} - Local news",
        f"The Courier | Local | {H} | May 2024",
    ],
)
def test_the_printed_piece_of_a_title_with_an_unknown_site_in_front_is_the_headline(stated):
    body = f"<div><a href='/'>The Courier</a></div><table><tr><td><b>{H}</b></td></tr></table>"
    assert title(body, title=stated) == H


def test_of_two_headings_that_are_parts_of_the_title_the_longer_is_the_headline():
    assert title(f"<h1>The Courier</h1><h1>{H}</h1>", title=f"The Courier | Local | {H}") == H


@pytest.mark.parametrize(
    "heading", [f"<span>Sponsored by</span> {H}", f"{H} <i>3.5.2024 12:26</i>", f"{H}<small>Photo: X</small>"]
)
def test_an_element_in_the_headline_is_left_out_if_the_title_lacks_its_text(heading):
    assert title(f"<h1>{heading}</h1>", title=f"{H} - Local - The Courier") == H


def test_the_sites_name_is_removed_from_a_printed_headline():
    assert (
        title(f"<h1>{H} – The Courier</h1>", title=f"{H} – The Courier - The Courier", site="The Courier")
        == H
    )


def test_under_a_title_with_the_section_alone_the_articles_first_sentence_is_the_headline():
    body = f"<nav><a href='/local'>Local</a></nav><main><h2>Menu</h2><h2>{H}</h2><p>Text</p></main>"
    assert title(body, title="Local | The Courier", site="The Courier") == H


def test_a_heading_in_furniture_that_holds_the_article_is_the_headline():
    text = "<p>Text.</p>" * 8
    head = meta(og__title="Cracks in two pillars")
    assert (
        title(f"<form class='has-sidebar'><h1>{H} on Friday</h1>{text}</form>", head=head) == f"{H} on Friday"
    )


def test_the_only_sentence_in_a_first_heading_wins_over_a_lower_heading_that_is_only_alike():
    body = "<h1>Top bridges that you should see in June</h1><h2>The best old bridges of June 2024</h2>"
    said = meta(og__title="Best old bridges of June 2024 and more")
    assert title(body, head=said) == "Top bridges that you should see in June"


def test_a_label_after_a_bar_is_not_part_of_the_title():
    assert title(f"<h1>{H} | Opinion</h1>", head=meta(og__title=f"{H} | Opinion")) == H
    assert title(title=f"{H} | Local News") == H


def test_a_short_beginning_or_a_long_end_with_a_bar_is_kept():
    assert title("<h1>Bridges | An old way over the river</h1>") == "Bridges | An old way over the river"
    assert title("<h1>Over the bridge | A day in June</h1>") == "Over the bridge | A day in June"
