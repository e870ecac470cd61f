"""Results of a rule win over everything else; misses are reported, and heuristics decide instead."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract import pages
from tests.extract.pages import DE, EN, URL, Item, article_html, json_ld, meta, page
from tests.extract.rules.files import STORY, rules
from worker.extract import Article, extract, from_document, to_document
from worker.extract.rules.apply import RuleRefusal
from worker.outcome import Reason, Refusal

PROMO = '<div class="promo">Subscribe to our letter, which comes every morning before you wake up.</div>'
HEAD = json_ld(
    headline="The stated title", author={"name": "Stated Name"}, datePublished="2020-01-01T00:00:00Z"
) + meta(og__description="The stated description.")
TOP = (
    '<h1 class="t">The printed title</h1><p class="lead">The printed standfirst.</p>'
    '<div class="by">By Ada Lind and Bob Jones</div>'
    '<time datetime="2024-05-03T10:00:00+02:00">Friday</time>'
)


def story(paragraphs: tuple[str, ...] = EN, inside: str = PROMO) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<div class="story">{text}{inside}</div>'


def ruled(body: bytes, *texts: str, url: str = URL, entry: Item | None = None) -> Article:
    found = extract(body, url=url, rules=rules(*(texts or (STORY,))), entry=entry)
    assert isinstance(found, Article), found
    return found


def only(key: str, selector: str) -> str:
    return f'hosts = "news.example"\n{key} = """{selector}"""'


def test_each_field_of_a_rule_wins_over_what_the_page_states():
    found = ruled(page(TOP + story(), head=HEAD))
    assert (found.title, found.summary) == ("The printed title", "The printed standfirst.")
    assert found.authors == ("Ada Lind", "Bob Jones")
    assert found.published == datetime(2024, 5, 3, 10, tzinfo=timezone(timedelta(hours=2)))
    assert found.published_precision == "instant"
    assert found.text.split("\n\n") == list(EN)
    sources = dict(found.provenance)
    assert {sources[name] for name in ("title", "authors", "published", "summary", "blocks")} == {"rule"}
    assert "rule" not in (sources["language"], sources["canonical_url"])
    assert found.rule_misses == ()


def test_without_a_rule_for_the_page_nothing_changes():
    body = page(TOP + story(), head=HEAD)
    plain = extract(body, url=URL)
    elsewhere = STORY.replace("news.example", "other.example")
    assert extract(body, url=URL, rules=rules(elsewhere)) == plain == extract(body, url=URL, rules=rules())


@pytest.mark.parametrize("name", ["EN", "DE", "RU", "JA", "AR", "HI"])
def test_a_body_is_all_text_of_its_element_in_any_script(name):
    paragraphs = getattr(pages, name)
    hidden = f'<aside><div class="sponsored related-links sidebar">{story(paragraphs)}</div></aside>'
    found = ruled(page(hidden + article_html(DE if name != "DE" else EN)), only("body", "div.story"))
    assert found.text.split("\n\n")[:4] == list(paragraphs)


def test_a_body_in_several_elements_is_read_in_order_and_each_text_once():
    parts = "".join(f'<div class="story"><p>{text}</p></div><nav>Menu</nav>' for text in EN[1:])
    nested = f'<div class="story"><div class="story"><p>{EN[0]}</p></div></div>'
    assert ruled(page(nested + parts), only("body", ".story")).text.split("\n\n") == list(EN)


def test_the_markup_of_a_body_becomes_blocks():
    inside = (
        "<h2>What now?</h2><blockquote>“It is closed.”</blockquote><ul><li>One</li></ul><p>"
        '<a href="/x">A link</a> in words.</p><table><tr><th>Year</th><td>2024</td></tr></table>'
        "<section>Words in one box</section><section>and in another</section><script>x()</script>"
    )
    found = ruled(page(story(inside=inside)), only("body", "div.story"))
    kinds = [block.kind for block in found.blocks[4:]]
    assert kinds == ["heading", "quote", "list_item", "paragraph", "table", "paragraph", "paragraph"]
    assert found.blocks[7].links[0].url == "https://news.example/x"
    assert found.blocks[8].text == "Year\t2024"
    assert "x()" not in found.text


def test_the_first_body_selector_that_matches_is_used():
    text = 'hosts = "news.example"\nbody = ["div.new-story", "xpath://div[@class=\'story\']"]'
    found = ruled(page(story(inside="")), text)
    assert found.text.split("\n\n") == list(EN)
    assert found.rule_misses == ()


def test_stripped_elements_are_removed_also_without_a_body_selector():
    between = article_html((*EN[:2], f"</p>{PROMO}<p>", *EN[2:]))
    assert ruled(page(between), only("strip", ".promo")).text.split("\n\n") == list(EN)


def test_the_text_after_a_stripped_element_is_kept():
    body = page(story(inside=f"<p>Before {PROMO.replace('div', 'span')} after it all.</p>"))
    assert ruled(body).text.endswith("Before after it all.")


def test_a_line_may_be_both_read_and_stripped():
    text = 'hosts = "news.example"\nauthor = ".by"\nstrip = ".by"'
    found = ruled(page(f"<article>{TOP}{story(inside='')}</article>"), text)
    assert found.authors == ("Ada Lind", "Bob Jones")
    assert "Ada" not in found.text


@pytest.mark.parametrize(
    "selector, title",
    [
        ("h1.t", "The printed title"),
        ("css:h1.t", "The printed title"),
        ("meta[name=x]", "In a meta"),
        ("meta[name=x]@content", "In a meta"),
        ("xpath://h1/text()", "The printed title"),
        ("xpath:string(//h1)", "The printed title"),
        ("xpath:substring-after(//h1, 'The ')", "printed title"),
        ("xpath://meta[re:test(@name, '^X$', 'i')]/@content", "In a meta"),
        ("div.two", "Over two lines"),
        ("div.empty, h1", "The printed title"),
    ],
)
def test_a_selector_names_elements_attributes_or_texts(selector, title):
    more = '<div class="empty"> </div><div class="two">Over<br>two <b>li</b>nes</div>'
    body = page(more + TOP + article_html(), head='<meta name="x" content="In a meta">')
    assert ruled(body, only("title", selector)).title == title


@pytest.mark.parametrize(
    "printed, published, precision",
    [
        ("2024-05-03T10:00:00Z", datetime(2024, 5, 3, 10, tzinfo=UTC), "instant"),
        ("2024-05-03", datetime(2024, 5, 3, tzinfo=UTC), "day"),
        ("Published on 3 May 2024", datetime(2024, 5, 3, tzinfo=UTC), "day"),
        ("3. Mai 2024", datetime(2024, 5, 3, tzinfo=UTC), "day"),
        ("3 мая 2024", datetime(2024, 5, 3, tzinfo=UTC), "day"),
    ],
)
def test_a_date_may_be_machine_readable_or_printed(printed, published, precision):
    found = ruled(page(f'<i class="d">{printed}</i>{article_html()}'), only("date", ".d"))
    assert (found.published, found.published_precision) == (published, precision)
    assert dict(found.provenance)["published"] == "rule"


def test_sections_tags_and_the_last_change_can_be_selected():
    text = 'hosts = "news.example"\nsection = ".s"\ntags = ".k"\nmodified = "time"'
    top = (
        "<p class=s>Local</p><i class=k>bridge, river</i><i class=k>town</i><time>2024-05-04T08:00:00Z</time>"
    )
    found = ruled(page(top + article_html()), text)
    assert (found.section, found.tags) == ("Local", ("bridge", "river", "town"))
    assert found.modified == datetime(2024, 5, 4, 8, tzinfo=UTC)


def test_captions_and_credits_outside_of_figures_belong_to_their_pictures():
    text = 'hosts = "news.example"\ncaption = ".under"\ncredit = ".under .who"'
    picture = (
        '<div class="pic"><span><img src="/a.jpg" width="900" height="600"></span>'
        '<div class="under">The bridge on Friday. <b class="who">Jo Park</b></div></div>'
    )
    found = ruled(page(f"<article>{picture}{article_html()}</article>"), text)
    (image,) = found.images
    assert (image.caption, image.credit) == ("The bridge on Friday.", "Jo Park")
    assert "on Friday. " not in found.text
    assert dict(found.provenance)["images"] == "rule"


def test_a_caption_after_the_box_of_its_picture_belongs_to_it():
    picture = (
        '<div><img src="/a.jpg" width="900" height="600"></div><p class="under">The bridge on Friday.</p>'
    )
    found = ruled(page(article_html(before=picture)), only("caption", ".under"))
    assert [image.caption for image in found.images] == ["The bridge on Friday."]
    assert found.text.split("\n\n") == list(EN)


def test_a_caption_far_from_any_picture_does_not_make_a_figure():
    far = '<img src="/a.jpg"><p>' + EN[0] + '</p><p class="under">The bridge.</p>'
    found = ruled(page(article_html(before=far)), only("caption", ".under"))
    assert EN[3] in found.text
    assert found.rule_misses == ("caption",)


def test_a_field_whose_selector_misses_is_found_by_heuristics_and_reported():
    found = ruled(page(article_html(), head=HEAD))
    assert found.title == "The stated title"
    assert found.authors == ("Stated Name",)
    assert found.text.split("\n\n") == list(EN)
    assert found.rule_misses == ("body", "strip .promo", "title", "author", "date", "summary")
    assert "rule" not in {
        dict(found.provenance)[name] for name in ("title", "authors", "published", "blocks")
    }


@pytest.mark.parametrize(
    "key, element",
    [
        ("author", "<p class='x'>By</p>"),
        ("date", "<p class='x'>soon</p>"),
        ("title", "<p class='x'><style>p {}</style></p>"),
    ],
)
def test_a_selector_that_matches_an_empty_element_counts_as_a_miss(key, element):
    assert ruled(page(element + article_html()), only(key, ".x")).rule_misses == (key,)


def test_optional_keys_are_never_reported_as_missed():
    assert ruled(page(article_html()), f'{only("author", ".by")}\noptional = "author"').rule_misses == ()


def test_an_error_that_shows_only_on_a_page_is_a_miss():
    assert ruled(page(article_html()), only("title", "xpath://article[f()]")).rule_misses == ("title",)


def test_a_selected_body_wins_where_the_page_looks_like_an_index():
    head, links = "<title>Access denied</title>", "".join(f'<a href="/{n}">Link</a>' for n in range(30))
    body = page(links + story(), head=head, title="404 - Page not found")
    assert ruled(body, url="https://news.example/?q=bridge").text.split("\n\n") == list(EN)


def test_a_wall_does_not_count_as_a_miss_of_the_rule():
    answer = extract(page("<p>Checking.</p>", title="Just a moment..."), url=URL, rules=rules(STORY))
    assert answer == Refusal(Reason.BOT_CHALLENGE, "the title is 'Just a moment...'")


def test_a_refusal_for_too_little_text_names_what_the_rule_missed():
    answer = extract(page("<p>Hardly a word.</p>"), url=URL, rules=rules(STORY))
    assert isinstance(answer, RuleRefusal)
    assert answer.reason is Reason.TOO_SHORT
    assert answer.detail.endswith(
        " words; the site's rule matched nothing for body, title, author, date, summary"
    )
    assert answer.rule_misses == ("body", "strip .promo", "title", "author", "date", "summary")


def test_misses_are_kept_if_the_article_is_made_from_the_feed():
    entry = Item(content=article_html(EN * 2))
    found = ruled(page("<p>Hardly a word.</p>"), entry=entry)
    assert dict(found.provenance)["blocks"] == "feed"
    assert "body" in found.rule_misses


def test_the_feeds_body_replaces_a_beginning_but_not_a_body_that_a_rule_selects():
    entry = Item(content=article_html(EN * 3))
    beginning = page(article_html(EN[:1], after='<div class="story"></div>') + TOP)
    assert dict(ruled(beginning, only("title", "h1"), entry=entry).provenance)["blocks"] == "feed"
    assert dict(ruled(page(story()), only("body", ".story"), entry=entry).provenance)["blocks"] == "rule"


def test_misses_survive_a_round_trip_through_a_document():
    found = ruled(page(article_html()))
    assert to_document(found)["rule_misses"] == list(found.rule_misses)
    assert from_document(to_document(found)) == found


@given(st.binary(max_size=400))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_handled_under_a_rule(body):
    assert isinstance(extract(body, url=URL, rules=rules(STORY)), Article | Refusal)
