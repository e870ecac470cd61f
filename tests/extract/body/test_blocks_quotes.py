"""Speakers of quotes in the markup of content systems."""

import pytest

from tests.extract.body.trees import blocks
from worker.extract.types import Block

SAID = {
    "en": ("“We had to act at once, and so we did.”", "Jo Park, mayor"),
    "de": ("„Wir mussten sofort handeln, und so geschah es.“", "Eva Lang, Bürgermeisterin"),
    "fr": ("« Il fallait agir tout de suite, et c’est fait. »", "Luc Roy, maire"),
    "ru": ("«Мы должны были действовать немедленно».", "Иван Петров, мэр"),
    "ja": ("「すぐに動く必要があったので、そうしました」と話した。", "市長 山田太郎"),
    "ar": ("«كان لا بد من التحرك فورا، وهذا ما فعلناه»", "سامي حداد، رئيس البلدية"),
    "hi": ("“हमें तुरंत कदम उठाना था, और हमने उठाया।”", "रवि कुमार, महापौर"),
}
LAYOUTS = {
    "cite in the quote": "<blockquote><p>{said}</p><cite>{who}</cite></blockquote>",
    "cite at the end of the line": "<blockquote>{said} — <cite>{who}</cite></blockquote>",
    "cite in a footer": "<blockquote><p>{said}</p><footer>— <cite>{who}</cite></footer></blockquote>",
    "figure and figcaption": "<figure><blockquote>{said}</blockquote><figcaption>{who}</figcaption></figure>",
    "WordPress": '<figure class="wp-block-pullquote"><blockquote><p>{said}</p><cite>{who}</cite></blockquote>'
    "</figure>",
    "AEM": '<div class="cmp-quote"><p class="cmp-quote__text">{said}</p>'
    '<p class="cmp-quote__author">{who}</p></div>',
    "Drupal": '<div class="field--quote"><blockquote>{said}</blockquote>'
    '<div class="attribution">{who}</div></div>',
    "a line that begins with a dash": "<blockquote><p>{said}</p><p>— {who}</p></blockquote>",
    "a dash behind the quote": "<blockquote>{said}</blockquote><p>– {who}</p>",
    "an aside": '<aside class="pull-quote"><p>{said}</p><footer>{who}</footer></aside>',
    "two breaks": "<blockquote>{said}<br><br>— {who}</blockquote>",
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_speaker_is_the_attribution_of_the_quote_and_not_text(layout, language):
    said, who = SAID[language]
    quote = LAYOUTS[layout].format(said=said, who=who)
    before, after = Block("paragraph", "What came before it."), Block("paragraph", "What came after it.")
    assert blocks(f"<p>{before.text}</p>{quote}<p>{after.text}</p>") == (
        before,
        Block("quote", said, attribution=who),
        after,
    )


def test_a_name_after_a_dash_in_the_same_line_is_the_speaker():
    (one,) = blocks("<blockquote>We had to act at once, and so we did. — Jo Park, mayor</blockquote>")
    assert (one.text, one.attribution) == ("We had to act at once, and so we did.", "Jo Park, mayor")


def test_name_and_office_of_the_speaker_are_joined():
    footer = "<footer><div>Jo Park</div><div>Mayor of Oldtown</div></footer>"
    (one,) = blocks(f"<blockquote><p>We had to act at once.</p>{footer}</blockquote>")
    assert one.attribution == "Jo Park, Mayor of Oldtown"


def test_the_speaker_belongs_to_the_last_paragraph_of_a_quote():
    found = blocks("<blockquote><p>We had to act.</p><p>So we did.</p><cite>Jo Park</cite></blockquote>")
    assert [one.attribution for one in found] == [None, "Jo Park"]


def test_the_speaker_of_an_embedded_post_is_its_author():
    (one,) = blocks(
        '<blockquote class="twitter-tweet"><p>Buses go the long way round.</p>'
        '&mdash; Oldtown Buses (@oldbus) <a href="/s/1">May 3, 2024</a></blockquote>'
    )
    assert (one.text, one.attribution, one.links) == (
        "Buses go the long way round.",
        "Oldtown Buses (@oldbus)",
        (),
    )


def test_a_post_is_a_quote_without_its_date_and_the_address_of_its_picture():
    (one,) = blocks(
        '<blockquote class="bluesky-embed"><p>Buses go the long way. <a href="/t">pic.twitter.com/abc</a></p>'
        '— Jo Park (<a href="/p">@park.example</a>) <a href="/p/1">2025-03-04T08:11:00Z</a></blockquote>'
    )
    assert (one.kind, one.text, one.attribution) == (
        "quote",
        "Buses go the long way.",
        "Jo Park (@park.example)",
    )


def test_parts_of_a_name_that_only_the_layout_sets_apart_are_joined_by_a_comma():
    (one,) = blocks("<blockquote>We had to act at once.</blockquote><cite>Jo Park<span>Mayor</span></cite>")
    assert one.attribution == "Jo Park, Mayor"


def test_the_caption_of_a_picture_next_to_a_quote_is_not_its_speaker():
    picture = "<img src='/p.jpg' width='800'><figcaption>Jo Park at work</figcaption>"
    (one,) = blocks(f"<figure><blockquote>We had to act at once.</blockquote>{picture}</figure>")
    assert (one.text, one.attribution) == ("We had to act at once.", None)


def test_the_caption_of_a_table_in_a_figure_is_text():
    table = "<table><tr><td>Bend</td><td>4.1</td></tr></table>"
    found = blocks(f"<figure>{table}<figcaption>Depth of the channel</figcaption></figure>")
    assert [one.text for one in found] == ["Bend\t4.1", "Depth of the channel"]


def test_lines_of_dialogue_with_dashes_are_not_speakers():
    talk = ["— Мост закрыли?", "— Да, ещё в пятницу.", "— А автобусы"]
    found = blocks(f"<blockquote>{''.join(f'<p>{line}</p>' for line in talk)}</blockquote>")
    assert [(one.text, one.attribution) for one in found] == [(line, None) for line in talk]


def test_a_sentence_with_a_dash_after_a_quote_is_text():
    found = blocks("<blockquote>We had to act at once.</blockquote><p>— That is what she said on Friday.</p>")
    assert [one.attribution for one in found] == [None, None]


def test_a_cited_title_in_a_paragraph_is_kept():
    (one,) = blocks("<p>So it was written in <cite>The Oldtown Gazette</cite></p>")
    assert one == Block("paragraph", "So it was written in The Oldtown Gazette")


def test_the_author_box_after_a_final_quote_is_not_the_speaker():
    text = "".join(
        f"<p>{'The council met on Friday and talked of it for hours. ' * 3}{n}</p>" for n in range(5)
    )
    quote = "<blockquote>We had to act at once.</blockquote>"
    found = blocks(f"<div>{text}{quote}<div class='author-box'>Jo Park writes about bridges</div></div>")
    assert found[-2:] == (
        Block("quote", "We had to act at once."),
        Block("paragraph", "Jo Park writes about bridges"),
    )


def test_a_paragraph_whose_class_says_that_it_begins_with_a_quote_is_a_paragraph():
    (one,) = blocks('<p class="has-quote">“We act,” she said, and so they did.</p>')
    assert one.kind == "paragraph"
