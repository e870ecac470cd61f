"""What is no article is refused with its reason; what is one never is."""

import pytest

from tests.extract.pages import EN, article_html, json_ld, page
from tests.extract.read import article, refused
from worker.outcome import Reason

SHORT = "<p>Please wait while we look at your browser.</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 stream", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n0000", None),
        (b"\xff\xd8\xff\xe0 JFIF", "text/html"),
        (b"PK\x03\x04 a word document", None),
        (b'{"error": "no such article"}', None),
        (b'[{"title": "x"}]', "application/json"),
        (b"<?xml version='1.0'?><rss><channel></channel></rss>", "text/html"),
        (b"0000 binary", "video/mp4"),
    ],
)
def test_what_is_not_html_is_told_by_its_bytes_or_type(body, content_type):
    assert refused(body, content_type=content_type) is Reason.NOT_HTML


def test_html_with_a_wrong_content_type_is_read_all_the_same():
    assert article(page(article_html()), content_type="application/json").text.startswith(EN[0])


def test_an_empty_body_and_one_of_blanks():
    assert refused(b"") is Reason.EMPTY_BODY
    assert refused(b" \r\n\t") is Reason.EMPTY_BODY


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "Access denied", "Are you a robot?"]
)
def test_a_challenge(title):
    assert refused(page(SHORT, title=title)) is Reason.BOT_CHALLENGE


def test_a_challenge_told_by_its_script():
    body = page(
        SHORT + '<form action="/"><script src="https://geo.captcha.example/px-captcha.js"></script></form>'
    )
    assert refused(body) is Reason.BOT_CHALLENGE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Before you continue", "We use cookies and data to deliver our services."),
        ("Example", "We value your privacy. We and our partners store information on a device."),
        ("Zustimmung erforderlich", "Mit Werbung weiterlesen oder ein Abo abschließen."),
    ],
)
def test_a_consent_wall(title, text):
    assert refused(page(f"<form><p>{text}</p><button>OK</button></form>", title=title)) is Reason.CONSENT_WALL


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found - The News", "Seite nicht gefunden", "Error 404"]
)
def test_an_error_page_served_as_200(title):
    assert (
        refused(page("<p>Sorry, there is nothing at this address.</p>", title=title)) is Reason.NOT_AN_ARTICLE
    )


def test_an_index_of_links():
    items = "".join(
        f'<div><h2><a href="/{n}">The {n}th thing that happened in town and why it matters</a></h2></div>'
        for n in range(30)
    )
    body = page(f"<main>{items}</main>", title="The News")
    assert refused(body, url="https://news.example/") is Reason.NOT_AN_ARTICLE
    assert refused(body, url="https://news.example/find?q=bridge") is Reason.NOT_AN_ARTICLE


def test_frames_and_nothing_else():
    frames = b"<html><title>x</title><frameset cols='1,2'><frame src='a'><frame src='b'></frameset></html>"
    assert refused(frames) is Reason.FRAMES_ONLY


def test_the_stub_before_a_paywall():
    head = json_ld(headline="The bridge is closed", isAccessibleForFree=False)
    assert refused(page(article_html(EN[:1]), head=head)) is Reason.PAYWALL


def test_too_little_text():
    assert refused(page("<p>Back soon.</p>")) is Reason.TOO_SHORT


def test_too_many_bytes_elements_or_attributes():
    assert refused(b"<p>" + b"word " * 2_100_000) is Reason.TOO_LARGE
    assert refused(b"<html><body>" + b"<i>x</i>" * 70_000) is Reason.TOO_LARGE
    many = b" ".join(b"a%d=1" % number for number in range(10_000))
    assert refused(b"<html><body><div " + many + b">" + page(article_html())) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "title",
    [
        "Access denied: how the town lost its bridge",
        "404 days without a bridge",
        "Your privacy choices, explained",
    ],
)
def test_an_article_about_walls_and_errors_is_an_article(title):
    assert article(page(article_html(EN * 3), title=title)).title == title


def test_an_article_with_a_cookie_banner_is_an_article():
    banner = "<div class='cookie-banner'><form>We value your privacy. <button>Accept</button></form></div>"
    assert article(page(banner + article_html(EN * 3))).text.startswith(EN[0])
