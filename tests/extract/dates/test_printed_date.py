"""Dates as content systems print them: which is the article's, and which is of its last change."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld, meta, page
from tests.extract.read import article

TITLE = "The bridge is closed"
MAY_3 = datetime(2024, 5, 3, tzinfo=UTC).date()
NO_DAY = "https://news.example/the-bridge"


def read(before, *, head="", after="", lang="en", text=EN, url=NO_DAY, above=""):
    body = f"{above}<main><h1>{TITLE}</h1>{before}{article_html(text)}</main>{after}"
    return article(page(body, head=head, lang=lang, title=TITLE), url=url)


def at(hour, minute, offset, second=0):
    return datetime(2024, 5, 3, hour, minute, second, tzinfo=timezone(timedelta(hours=offset)))


@pytest.mark.parametrize(
    ("lang", "text", "printed"),
    [
        ("en", EN, "<p class='published-date'>May 3, 2024 7:00 AM</p>"),
        ("en", EN, "<span class='p-article__byline__date'>May 3rd 2024 1:01PM</span>"),
        ("en", EN, "<div>By Ann Example <br>Posted on May 3, 2024</div>"),
        ("de", DE, "<p class='text'><span class='stand'>Stand: 03.05.2024 18:00 Uhr</span></p>"),
        ("de", DE, "<div class='docData'><span class='label'>Datum:</span> <span>03.05.2024</span></div>"),
        ("de", DE, "<small>Erstellt am: 03.05.2024 18:36 / sk</small>"),
        ("fr", EN, "<p>Publié le 3 mai 2024 à 14h05 | Mis à jour le 4 mai 2024 à 9h10</p>"),
        ("es", EN, "<div class='fecha'>Viernes, 3 de mayo de 2024</div>"),
        ("it", EN, "<time class='data'>3 maggio 2024</time>"),
        ("ru", RU, "<div class='article-date'>3 мая 2024, 14:05</div>"),
        ("ja", JA, "<p>2024年5月3日 09:43</p>"),
        ("ko", JA, "<p class='date'>입력 2024.05.03 14:05 수정 2024.05.04 09:00</p>"),
        ("ar", AR, "<div>نشر في ٣ مايو ٢٠٢٤</div>"),
        ("hi", HI, "<span>प्रकाशित: 3 मई 2024</span>"),
        ("fa", AR, "<span class='date'>۱۴۰۳/۰۲/۱۴</span>"),
        ("th", EN, "<div class='date'>3 พ.ค. 2567 10:30 น.</div>"),
        ("en", EN, "<abbr class='published' title='2024-05-03'>Friday</abbr>"),
    ],
)
def test_a_date_near_the_headline_is_the_publications_day(lang, text, printed):
    found = read(printed, lang=lang, text=text)
    assert (found.published.date(), found.published_precision) == (MAY_3, "day")
    assert dict(found.provenance)["published"] == "html"


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("<p>1 comment | May 3, 2024 at 08:34 PM EDT</p>", at(20, 34, -4)),
        ("<span>May 3, 2024, 11:05 IST</span>", at(11, 5, 5.5)),
        ("<div class='date'>3 мая 2024, 14:05 МСК</div>", at(14, 5, 3)),
        ("<div class='date'>3 tháng 5, 2024 | 10:30 (GMT+7)</div>", at(10, 30, 7)),
        ("<time data-published='2024-05-03 09:13:00Z'>May 3, 2024</time>", at(9, 13, 0)),
        ("<span class='smart-date' data-origindate='2024-05-03 14:27:02 +0800'></span>", at(14, 27, 8, 2)),
        ("<time datetime='2024-05-03 16:01:26'>05/03/2024 04:01 PM EDT</time>", at(16, 1, -4, 26)),
        ("<time datetime='2024-05-03T11:44:11-08:00'>today</time>", at(11, 44, -8, 11)),
        ("<span class='date' data-timestamp='1714728600'>3 May 2024</span>", at(9, 30, 0)),
    ],
)
def test_a_printed_date_with_a_zone_or_a_machine_value_is_an_instant(printed, instant):
    found = read(printed)
    assert (found.published, found.published_precision) == (instant, "instant")
    assert found.published.utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<aside><p class='date'>1 January 2020</p></aside>",
        "<div class='comments'><time>1 January 2020</time></div>",
        "<ul class='related'><li><a href='/x'><span class='date'>1 January 2020</span></a></li></ul>",
        "<footer><p>Copyright 1 January 2020</p></footer>",
    ],
)
def test_dates_of_other_parts_of_the_page_are_ignored(elsewhere):
    assert read("", after=elsewhere, above=elsewhere).published is None
    assert read("<p class='date'>3 May 2024</p>", after=elsewhere, above=elsewhere).published.date() == MAY_3


def test_a_date_in_a_sentence_of_the_text_is_ignored():
    sentence = (
        "Since 4 August 2014 there is a law about bridges of this kind, and nobody has ever asked for it."
    )
    assert read(f"<p>{sentence}</p>").published is None


def test_a_date_at_the_beginning_of_the_text_is_the_articles():
    assert read("<p>Berlin, 3.5.2024 – " + EN[0] * 3 + "</p>").published.date() == MAY_3


def test_an_update_is_not_taken_for_the_publication():
    found = read("<p>Published: May 3, 2024 2:05 PM EDT / Updated: May 4, 2024 9:10 AM EDT</p>")
    assert found.published == at(14, 5, -4)
    assert found.modified == datetime(2024, 5, 4, 13, 10, tzinfo=UTC)


def test_a_printed_update_alone_gives_the_last_change():
    assert read("<p>Last updated May 3, 2024</p>").published.date() == MAY_3


def test_a_relative_time_is_not_read_as_a_date():
    assert read("<time>3 hours ago</time>").published is None


def test_a_clock_gets_the_zone_of_the_same_clock_elsewhere():
    head = json_ld(datePublished="2024-05-03T14:05:00") + meta(
        article__modified_time="2024-05-03T14:05:30+09:00"
    )
    assert read("", head=head).published == at(14, 5, 9)


def test_a_clock_gets_the_offset_that_another_time_of_the_page_has():
    head = json_ld(datePublished="2024-05-03 14:05", dateModified="2024-05-05T10:00:00+02:00")
    assert read("", head=head).published == at(14, 5, 2)


def test_an_offset_of_another_season_is_ignored():
    head = json_ld(datePublished="2024-05-03 14:05", dateModified="2024-12-05T10:00:00+01:00")
    assert read("", head=head).published_precision == "day"


def test_a_local_clock_that_claims_utc_gets_its_real_offset():
    head = meta(article__published_time="2024-05-03T20:00:00Z")
    found = read("<time datetime='2024-05-03T20:00:00+09:00'>today</time>", head=head)
    assert found.published == at(20, 0, 9)


def test_an_instant_is_given_in_the_zone_of_the_page():
    head = json_ld(datePublished="2024-05-04T03:37:37+00:00")
    found = read("<time datetime='2024-05-03T23:37:37-04:00'>Friday</time>", head=head)
    assert (found.published, found.published.utcoffset()) == (at(23, 37, -4, 37), timedelta(hours=-4))


def test_a_clock_is_not_refined_by_an_instant_that_it_cannot_show():
    head = json_ld(datePublished="2024-05-03 14:05") + meta(article__published_time="2024-05-03T09:13:00Z")
    assert read("", head=head).published_precision == "day"


def test_a_printed_date_outranks_a_loose_statement_but_not_a_clear_one():
    printed = "<p class='date'>3 May 2024</p>"
    assert read(printed, head=meta(date="2024-05-12")).published.date() == MAY_3
    assert read(printed, head=meta(article__published_time="2024-05-12")).published.day == 12


def test_the_day_in_the_address_outranks_an_unsure_printed_date():
    url = "https://news.example/2024/05/03/x"
    assert read("<p>2 May 2024</p>", url=url).published.date() == MAY_3
    assert read("", url="https://news.example/blog-20240503.html").published.date() == MAY_3


def test_the_data_of_scripts_refines_and_comes_last():
    script = '<script>window.__data = {"id": 1, "publishedAt": "2024-05-03T09:30:00Z"}</script>'
    assert read("", after=script).published == at(9, 30, 0)
    assert read("<p class='date'>3 May 2024</p>", after=script).published == at(9, 30, 0)
    assert read("<p class='date'>1 May 2024</p>", after=script).published.day == 1


@pytest.mark.parametrize(
    "data",
    [
        '<script>init({"createTime": "2024-05-03T09:30:00Z", "updateTime": "2024-05-09T09:30:00Z"})</script>',
        "<script>var post = {created_at: '2024-05-03T09:30:00Z'}</script>",
        '<script>var pubDate = "2024-05-03T09:30:00Z";</script>',
        "<div data-page='{&quot;datePublished&quot;:&quot;2024-05-03T09:30:00Z&quot;}'></div>",
    ],
)
def test_the_usual_names_of_a_date_in_data_are_read(data):
    assert read("", after=data).published == at(9, 30, 0)


def test_text_behind_a_line_break_is_a_line_apart():
    found = read("<p>Agency24<br>3 May 2024, 22:11 GMT+10</p>")
    assert (found.published.date(), found.published.utcoffset()) == (MAY_3, timedelta(hours=10))


def test_a_date_behind_an_icon_is_read():
    assert read("<div><svg><use href='#calendar'></use></svg> May 3, 2024 </div>").published.date() == MAY_3


@pytest.mark.parametrize("box", ["form", "aside", "div class='has-sidebar related-layout'"])
def test_what_is_around_the_headline_as_well_does_not_make_a_date_foreign(box):
    page_in_box = (
        f"<{box}><h1>{TITLE}</h1><div class='day'>3 May 2024</div>{article_html(EN)}</{box.split()[0]}>"
    )
    assert article(page(page_in_box, title=TITLE), url=NO_DAY).published.date() == MAY_3


@pytest.mark.parametrize(
    "comments",
    [
        "<section id='disqus_thread'><time datetime='2020-01-01'>1 January 2020</time></section>",
        "<div id='respond'><p><b>Max</b> Posted: 1 January 2020</p></div>",
        "<ol class='replies'><li><span class='date'>1 January 2020</span></li></ol>",
        "<div class='discussion'><time>1 January 2020</time></div>",
    ],
)
def test_dates_of_comments_are_not_the_articles(comments):
    assert read("", after=comments).published is None


@pytest.mark.parametrize("footer", ["div class='post-footer'", "div class='asset-footer'", "article><footer"])
def test_the_footer_of_an_article_holds_its_date(footer):
    line = f"<{footer}><div><p>By Jo on 3 May 2024 | News</p></div>"
    assert read("", after=line).published.date() == MAY_3


def test_a_label_says_that_a_date_below_the_text_is_the_publications():
    event = "<dl class='event'><dt>When</dt><dd>28 June 2027 18:30</dd></dl>"
    found = read(event, after="<p>Posted: 3 May 2024</p>", url="https://news.example/events/20270628.html")
    assert found.published.date() == MAY_3


@pytest.mark.parametrize(
    "printed",
    [
        "<h4>Published</h4><div>3 May 2024</div>",
        "<div><b>(Re)published:</b><br>3 May 2024</div>",
        "<div><span>Publish date</span></div><div><time>3 May 2024</time></div>",
    ],
)
def test_a_label_in_an_aside_says_that_the_date_is_the_articles(printed):
    assert read("", after=f"<aside>{printed}</aside>").published.date() == MAY_3


def test_a_date_far_behind_the_headline_is_read_if_none_is_near():
    far = "<i>x</i>" * 400 + "<p class='date'>Published on 3 May 2024</p>"
    assert read("", after=far).published.date() == MAY_3


def test_a_printed_clock_shows_the_zone_of_an_instant_in_utc():
    head = meta(article__published_time="2024-05-04T01:49:09Z")
    found = read("<p class='date'>May 3, 2024 at 5:49 p.m.</p>", head=head)
    assert (found.published, found.published.utcoffset()) == (at(17, 49, -8, 9), timedelta(hours=-8))


def test_a_clock_of_other_minutes_says_nothing_about_the_zone():
    head = meta(article__published_time="2024-05-04T01:49:09Z")
    assert (
        read("<p class='date'>May 3, 2024 at 5:20 p.m.</p>", head=head).published.utcoffset() == timedelta()
    )


@pytest.mark.parametrize(
    ("stated", "changed"),
    [
        ("2025-06-24", "2025-06-24"),
        ("2025-06-24T00:00:00Z", "2025-06-20T00:00:00Z"),
    ],
)
def test_a_printed_day_outranks_the_day_of_the_sites_build(stated, changed):
    head = json_ld(datePublished=stated, dateModified=changed)
    assert read("<p class='date'>3 May 2024</p>", head=head).published.date() == MAY_3


def test_a_printed_day_does_not_outrank_a_publication_before_its_change():
    head = json_ld(datePublished="2025-06-24", dateModified="2025-06-26")
    assert read("<p class='date'>3 May 2024</p>", head=head).published.year == 2025


def test_an_unsure_printed_day_does_not_outrank_a_stated_one():
    head = json_ld(datePublished="2025-06-24T09:30:00Z", dateModified="2025-06-24T09:30:00Z")
    assert read("<p>3 May 2024</p>", head=head).published.year == 2025


@pytest.mark.parametrize("name", ["today-date", "todays-date-custom", "header-date current-date"])
def test_the_day_in_the_masthead_is_not_the_articles(name):
    today = f"<p class='date {name}'>Friday, May 10, 2024</p>"
    assert read("", above=today).published is None
    assert read("<p>3 May 2024</p>", above=today).published.date() == MAY_3


def test_an_aside_right_below_the_headline_holds_the_articles_date():
    assert read("<aside class='side'><p class='date'>3 May 2024</p></aside>").published.date() == MAY_3


IN_UTC = meta(article__published_time="2024-05-04T02:10:11Z")


@pytest.mark.parametrize(
    ("elsewhere", "offset"),
    [
        ("<div class='comments'><time datetime='2024-05-06T11:16:33-04:00'>Monday</time></div>", -4),
        ("<script>var publication_date = '2024-05-03 21:10:11';</script>", -5),
    ],
)
def test_an_instant_in_utc_gets_the_offset_that_makes_it_the_day_in_print(elsewhere, offset):
    found = read("<p class='date'>3 May 2024</p>", head=IN_UTC, after=elsewhere)
    assert found.published == at(2, 10, 0, 11) + timedelta(days=1)
    assert found.published.utcoffset() == timedelta(hours=offset)


def test_an_instant_in_utc_that_agrees_with_the_day_in_print_keeps_its_offset():
    elsewhere = "<div class='comments'><time datetime='2024-05-06T11:16:33-04:00'>Monday</time></div>"
    found = read("<p class='date'>4 May 2024</p>", head=IN_UTC, after=elsewhere)
    assert found.published.utcoffset() == timedelta()


def test_a_labelled_day_outranks_a_build_that_is_stated_with_an_offset():
    build = "2024-08-11T17:00:02-04:00"
    head = json_ld(headline=TITLE, datePublished=build, dateModified=build)
    assert read("<p>Published: May 3, 2024</p>", head=head).published.date() == MAY_3
