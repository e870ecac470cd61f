"""The printed byline, by its markup in the layouts of content systems or by its form."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, page
from worker.extract.authors.byline import Byline, printed_byline
from worker.extract.authors.unmarked import unmarked_byline
from worker.extract.page_index import Index, index_of
from worker.outcome import Refusal
from worker.text.html import Tree, parse_page


def tree(body: str) -> Tree:
    parsed = parse_page(page(body))
    assert not isinstance(parsed, Refusal)
    return parsed


def index(body: str) -> Index:
    return index_of(tree(body))


def names(byline: Byline | None) -> tuple[str, ...]:
    return byline.names if byline else ()


def printed(before: str, texts: tuple[str, ...] = EN, after: str = "") -> tuple[str, ...]:
    """The marked byline of an article with `before` between its headline and its text."""
    return names(
        printed_byline(index(article_html(texts, before=f"<h1>The bridge</h1>{before}", after=after)))
    )


def unmarked(before: str, texts: tuple[str, ...] = EN, after: str = "") -> tuple[str, ...]:
    return names(
        unmarked_byline(tree(article_html(texts, before=f"<h1>The bridge</h1>{before}", after=after)))
    )


LAYOUTS = {
    "wordpress": '<span class="byline">by <span class="author vcard">'
    '<a class="url fn n" href="/author/jo/">Jo Park</a>'
    "</span></span>",
    "wordpress with category": '<div class="byline">May 3, 2024 · by '
    '<a rel="author" href="/author/jo">Jo Park</a> · in '
    '<a href="/c/city">City</a> · <a href="#respond">Leave a comment</a></div>',
    "drupal": '<div class="field field--name-field-author">Von '
    '<a class="username" href="/user/7">Jo Park</a></div>',
    "drupal submitted": '<p class="submitted">Submitted by <span class="username">Jo Park'
    "</span> on Fri, 03/05/2024</p>",
    "arc": '<div class="b-byline"><span>By </span>'
    '<a class="c-link b-byline__names" href="/people/jo-park/">Jo Park</a>'
    "<span> | Staff Writer</span></div>",
    "aem": '<div class="cmp-author"><span class="cmp-author__name">Jo Park</span>'
    '<span class="cmp-author__role">Chief '
    "Reporter</span></div>",
    "ghost": '<section class="article-meta"><h4 class="author-name"><a href="/author/jo/">Jo Park'
    "</a></h4>"
    '<time datetime="2024-05-03">3 May</time></section>',
    "amp": '<div class="amp-wp-meta amp-wp-byline"><span class="amp-wp-author author vcard">Jo Park'
    "</span></div>",
    "blogger": '<span class="post-author vcard">Posted by <span class="fn" itemprop="author">'
    '<a rel="author" '
    'href="/profile/12"><span itemprop="name">Jo Park</span></a></span></span>',
    "medium": '<div><a rel="author" href="/@jopark">Jo Park</a><button>Follow</button></div>',
    "microdata": '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
    '<span itemprop="name">Jo Park'
    '</span>, <span itemprop="jobTitle">Editor</span></span>',
    "microformats": '<address class="p-author h-card">Jo Park</address>',
    "address": "<address>By Jo Park</address>",
    "typo3": '<p class="news-list-author">Von Jo Park, Berlin</p>',
    "german broadcaster": '<p class="autorenzeile small">Von Jo Park, NDR</p>',
    "link only": '<p>By <a href="https://news.example/reporters/jo-park">Jo Park</a></p>',
    "numbered link": '<p><a href="/author/180/">著者：Jo Park</a></p>',
    "above the headline's end": '<div class="articleMeta"><p class="author">von '
    '<a href="mailto:jo@n.example">Jo Park</a></p></div>',
    "footer of the article": '<footer class="post-footer"><span class="writer">Jo Park</span></footer>',
    "mail": '<a class="byline__authorLink" href="/staff/jopark/posts.html">Jo Park | jo@news.example</a>',
    "capitals": '<p class="byline">BY JO PARK</p>',
    "id": '<div id="article-byline">Jo Park</div>',
    "aside": '<aside class="post-author">Jo Park</aside>',
    "reviewed": '<div class="author-box">By <a href="/author/jo">Jo Park</a>. Reviewed by '
    '<a href="/author/max">Max Kern</a></div>',
    "column next to a sidebar": '<div class="main-sidebar"><span class="byline">By Jo Park</span></div>',
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_byline_is_found_in_each_layout(layout):
    assert printed(layout) == ("Jo Park",)


@pytest.mark.parametrize(
    ("texts", "layout", "name"),
    [
        (DE, '<div class="autor">Von <b>Anna Müller</b></div>', "Anna Müller"),
        (
            RU,
            '<div class="article__author">Автор: <a href="/authors/petrova">Анна Петрова</a></div>',
            "Анна Петрова",
        ),
        (JA, '<span class="writer">文・山田太郎</span>', "山田太郎"),
        (JA, '<p class="author-name">山田太郎 記者</p>', "山田太郎"),
        (AR, '<div class="author-name">بقلم: سارة حسن</div>', "سارة حسن"),
        (HI, '<div class="author">लेखक: अमित शर्मा</div>', "अमित शर्मा"),
        (EN, '<p class="journalist"><span>박준석</span> 기자</p>', "박준석"),
    ],
)
def test_the_byline_is_found_in_each_language_and_script(texts, layout, name):
    if name == "山田太郎":
        layout = layout.replace("文・", "文：")
    assert printed(layout, texts) == (name,)


@pytest.mark.parametrize(
    "layout",
    [
        '<p class="byline">By Jo Park, Max Kern and Ana Ruiz</p>',
        '<ul><li class="author"><a href="/people/jo">Jo Park</a></li><li class="author">'
        '<a href="/people/max">Max Kern</a>'
        '</li><li class="author"><a href="/people/ana">Ana Ruiz</a></li></ul>',
        '<p><span itemprop="author">Jo Park</span>, <span itemprop="author">Max Kern</span> and '
        '<span itemprop="author">Ana Ruiz</span></p>',
        '<div class="byline"><a rel="author" href="/a/1">Jo Park</a>'
        '<a rel="author" href="/a/2">Max Kern</a>'
        '<a rel="author" href="/a/3">Ana Ruiz</a></div>',
        '<span class="author"><a rel="author" href="/jo">Jo Park</a> (with Max Kern and Ana Ruiz)</span>',
    ],
)
def test_all_authors_of_a_byline_are_returned(layout):
    assert printed(layout) == ("Jo Park", "Max Kern", "Ana Ruiz")


@pytest.mark.parametrize(
    "surely", ['<a rel="author" href="/u/7">freeman84</a>', '<span class="author">Olga</span>']
)
def test_a_single_word_is_an_author_if_the_markup_says_so(surely):
    assert len(printed(surely)) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<aside><span class="byline">By Max Kern</span></aside>',
        '<div class="related"><h3>More</h3><span class="author">Max Kern</span></div>',
        '<ol class="comments"><li class="comment"><b class="fn">Max Kern</b></li></ol>',
        '<div class="sidebar"><a rel="author" href="/author/max">Max Kern</a></div>',
        '<nav><a href="/author/max">Max Kern</a></nav>',
        '<figure><figcaption class="author">Max Kern</figcaption></figure>',
        '<form class="comment-form"><p class="author">Max Kern</p></form>',
        '<p>Edited by <a class="author" href="/author/max">Max Kern</a></p>',
        '<p>Photo: <span class="author">Max Kern</span></p>',
    ],
)
def test_names_in_other_roles_are_not_authors(elsewhere):
    assert printed("", after=elsewhere) == ()
    assert printed('<p class="byline">By Jo Park</p>', after=elsewhere) == ("Jo Park",)


def test_authors_in_a_list_of_articles_are_not_authors_of_this_one():
    items = "".join(
        f'<div class="item"><h3>Another bridge is closed for weeks</h3><p class="by-line">{name}</p></div>'
        for name in ("Max Kern", "Ana Ruiz", "Luc Roux")
    )
    assert printed("", after=items) == ()


def test_the_byline_below_the_headline_wins_over_the_leader_writers_in_the_header():
    body = (
        '<div class="top"><h2><a href="/leader">A port adrift</a></h2><span class="author">By '
        '<a rel="author" href="/author/max">Max Kern</a></span></div>'
        '<h1>The bridge</h1><a rel="author" href="/author/jo">Jo Park</a>'
    )
    assert names(printed_byline(index(body))) == ("Jo Park",)


def test_authors_listed_in_one_line_are_not_taken_for_teasers():
    links = ", ".join(
        f'<a rel="author" class="by" href="/author/{number}">{name}</a>'
        for number, name in enumerate(("Jo Park", "Max Kern", "Ana Ruiz", "Luc Roux"))
    )
    assert printed(f"<p>{links}</p>") == ("Jo Park", "Max Kern", "Ana Ruiz", "Luc Roux")


def test_the_byline_below_the_headline_wins_over_one_above_and_one_far_below():
    body = (
        '<div class="author">Max Kern</div>'
        + "<p>x</p>" * 30
        + '<h1>The bridge</h1><p class="author">Jo Park</p>'
    )
    assert names(printed_byline(index(body + "<p>x</p>" * 500 + '<p class="author">Ana Ruiz</p>'))) == (
        "Jo Park",
    )


def test_of_several_bylines_the_byline_stated_in_the_head_wins():
    body = article_html(before='<h1>B</h1><p class="byline">By Max Kern</p><p class="author">Jo Park</p>')
    assert names(printed_byline(index(body), ("Jo Park",))) == ("Jo Park",)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<p>By Jo Park</p>", ("Jo Park",)),
        ("<p>By <strong>Jo Park</strong></p>", ("Jo Park",)),
        ("<p>Von Jo Park und Max Kern</p>", ("Jo Park", "Max Kern")),
        ("<p>11.12.2019 - Jo Park</p>", ("Jo Park",)),
        ("<p>Jo Park, 01.12.2021</p>", ("Jo Park",)),
        ("<span>3 May 2024 by Jo Park</span>", ("Jo Park",)),
        ("<small>04.02.2022 | 13:10 Uhr | Jo Park</small>", ("Jo Park",)),
        ("<p>Auteur : Zoé Petit</p>", ("Zoé Petit",)),
        ("<li><strong>Autorin/Autor</strong> Anna Müller</li>", ("Anna Müller",)),
        ("<p>Текст: Анна Петрова</p>", ("Анна Петрова",)),
        ("<p>作者：王小明</p>", ("王小明",)),
        ("<div><h6>Author(s)</h6><ul><li>Jo Park</li><li>Max Kern</li></ul></div>", ("Jo Park", "Max Kern")),
        ("<div><strong>Contributors:</strong> Jo Park</div>", ("Jo Park",)),
        ('<div><img alt="Photo of Jo Park"><div><p>Jo Park</p><p>3 May</p></div></div>', ("Jo Park",)),
        ('<div><img alt="Bridge Toy Deluxe"><h3>Bridge Toy Deluxe</h3></div>', ()),
        ("<p>By the way, the bridge is old</p>", ()),
        ("<p>Elections 2024</p>", ()),
        ("<p>Updated on 3 May 2024</p>", ()),
    ],
)
def test_a_line_with_the_form_of_a_byline_is_one_without_markup(line, found):
    assert unmarked(line) == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p><strong>Jo Park</strong></p>", ""),
        ("<p>… as three pillars have cracks</p><p><b>Jo Park</b></p>", ""),
        ("", "<p><strong>Jo Park</strong></p>"),
        ("", "<p><em>Jo Park</em></p>"),
    ],
)
def test_a_name_alone_in_bold_at_either_end_of_the_text_is_its_author(before, after):
    assert unmarked(before, after=after) == ("Jo Park",)


def test_a_bold_line_in_the_middle_is_a_heading():
    texts = (*EN[:2], "<strong>Jo Park</strong>", *EN[2:])
    assert unmarked("", texts) == ()


@pytest.mark.parametrize("icon", ["bi bi-person", "fa fa-user", "fas fa-user-circle", "icon icon-author"])
def test_the_icon_of_a_person_marks_the_name_next_to_it(icon):
    assert printed(f"<ul><li><i class='{icon}'></i> Jo Park</li><li>3 May</li></ul>") == ("Jo Park",)


def test_the_office_of_an_author_is_not_another_author():
    office = "<div class='author-role'>Marketing and Road Works</div>"
    assert printed(f"<div class='author-name'>Jo Park</div>{office}") == ("Jo Park",)


def test_a_headline_below_the_sites_name_has_its_byline_below():
    texts = "".join(f"<p>{text}</p>" for text in EN)
    head = "<h1><a href='/'>Ann’s blog</a></h1>" + texts
    below = "<h2>The bridge is closed</h2><div class='publish-date-author'>3 May · Jo Park</div>"
    assert names(printed_byline(index(f"{head}{below}{texts}"))) == ("Jo Park",)


def test_a_label_makes_a_name_in_an_aside_the_authors():
    aside = "<aside><h4>Author</h4><p>Jo Park</p></aside>"
    assert names(unmarked_byline(tree(f"{article_html(before='<h1>The bridge</h1>')}{aside}"))) == (
        "Jo Park",
    )


def test_a_role_of_any_length_may_follow_the_name_and_a_comma():
    line = "<p>By Jo Park, member of the committee for bridges and roads</p>"
    assert unmarked(line) == ("Jo Park",)
    assert unmarked("<p>By the end of May, Jo Park had closed every bridge of the region</p>") == ()
