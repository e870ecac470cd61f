"""Pages that are not articles are refused with a reason; articles never are."""

import pytest

from tests.extract.pages import EN, URL, article_html, json_ld, page
from tests.extract.read import article, refused
from worker.extract import extract
from worker.outcome import Reason, Refusal

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
def test_a_body_that_is_not_html_is_refused_by_its_bytes_or_type(body, content_type):
    assert refused(body, content_type=content_type) is Reason.NOT_HTML


def test_html_with_a_wrong_content_type_is_read():
    assert article(page(article_html()), content_type="application/json").text.startswith(EN[0])


def test_an_empty_or_blank_body_is_refused():
    assert refused(b"") is Reason.EMPTY_BODY
    assert refused(b" \r\n\t") is Reason.EMPTY_BODY


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "Access denied", "Are you a robot?"]
)
def test_a_challenge_is_refused(title):
    assert refused(page(SHORT, title=title)) is Reason.BOT_CHALLENGE


def test_a_challenge_is_recognised_by_its_script():
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
def test_a_consent_wall_is_refused(title, text):
    assert refused(page(f"<form><p>{text}</p><button>OK</button></form>", title=title)) is Reason.CONSENT_WALL


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found - The News", "Seite nicht gefunden", "Error 404"]
)
def test_an_error_page_served_as_200_is_refused(title):
    assert (
        refused(page("<p>Sorry, there is nothing at this address.</p>", title=title)) is Reason.NOT_AN_ARTICLE
    )


def test_an_index_of_links_is_refused():
    items = "".join(
        f'<div><h2><a href="/{n}">The {n}th thing that happened in town and why it matters</a></h2></div>'
        for n in range(30)
    )
    body = page(f"<main>{items}</main>", title="The News")
    assert refused(body, url="https://news.example/") is Reason.NOT_AN_ARTICLE
    assert refused(body, url="https://news.example/find?q=bridge") is Reason.NOT_AN_ARTICLE


def test_a_page_of_frames_is_refused():
    frames = b"<html><title>x</title><frameset cols='1,2'><frame src='a'><frame src='b'></frameset></html>"
    assert refused(frames) is Reason.FRAMES_ONLY


def test_a_stub_before_a_paywall_is_refused():
    head = json_ld(headline="The bridge is closed", isAccessibleForFree=False)
    assert refused(page(article_html(EN[:1]), head=head)) is Reason.PAYWALL


def test_too_little_text_is_refused():
    assert refused(page("<p>Back soon.</p>")) is Reason.TOO_SHORT


def test_too_many_bytes_elements_or_attributes_are_refused():
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
def test_an_article_about_walls_and_errors_is_accepted(title):
    assert article(page(article_html(EN * 3), title=title)).title == title


def test_an_article_with_a_cookie_banner_is_accepted():
    banner = "<div class='cookie-banner'><form>We value your privacy. <button>Accept</button></form></div>"
    assert article(page(banner + article_html(EN * 3))).text.startswith(EN[0])


@pytest.mark.parametrize(
    "title",
    [
        "Sicherheitsüberprüfung",
        "Vérification de sécurité",
        "Acceso denegado",
        "Проверка браузера",
        "アクセスが拒否されました",
        "人机验证",
        "تم رفض الوصول",
        "Vercel Security Checkpoint",
    ],
)
def test_a_challenge_is_recognised_in_many_languages(title):
    assert refused(page(SHORT, title=title)) is Reason.BOT_CHALLENGE


@pytest.mark.parametrize(
    "script",
    [
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/x.js'></script>",
        "<script>window._cf_chl_opt={cvId:'3'}</script>",
        "<script>var dd={'host':'geo.datadome.example'}</script>",
        "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>",
        "<script src='https://captcha.px-cdn.example/px-captcha.js'></script>",
        "<script src='/akam/13/5ab1'></script>",
        "<script src='https://x.token.awswaf.com/challenge.js'></script>",
        "<script src='https://check.ddos-guard.net/check.js'></script>",
        "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>",
        "<script src='https://hcaptcha.com/1/api.js'></script>",
    ],
)
def test_a_challenge_of_each_vendor_is_recognised(script):
    body = page(f"<p>One more step.</p>{script}", title="news.example")
    assert refused(body) is Reason.BOT_CHALLENGE
    assert article(page(article_html(EN * 3) + script)).text.startswith(EN[0])


@pytest.mark.parametrize(
    "title",
    [
        "Artikel nicht mehr verfügbar",
        "Cette page n'existe plus",
        "Página no encontrada | Diario",
        "Página não encontrada",
        "Pagina non trovata",
        "Страница не найдена",
        "ページが見つかりません",
        "페이지를 찾을 수 없습니다",
        "页面不存在",
        "الصفحة غير موجودة",
        "Sayfa bulunamadı",
        "Error establishing a database connection",
    ],
)
def test_an_error_page_is_recognised_by_title_or_headline_in_many_languages(title):
    assert refused(page("<p>Try the front page.</p>", title=title)) is Reason.NOT_AN_ARTICLE
    assert refused(page(f"<h1>{title}</h1><p>Try it.</p>", title="News")) is Reason.NOT_AN_ARTICLE


@pytest.mark.parametrize(
    ("body", "head", "words"),
    [
        ("", '<meta http-equiv="refresh" content="0; url=https://news.example/new">', "leads on to"),
        ("<p>One moment.</p>", '<meta http-equiv="Refresh" content="3;URL=\'/neu\'">', "leads on to /neu"),
        ("<script>window.location.href='/new';</script>", "", "by a script"),
        ("<script>location.replace('/new')</script>", "", "by a script"),
        ("<p>This page has moved permanently.</p>", "", "moved"),
        ("<p>Sie werden weitergeleitet.</p>", "", "moved"),
        ("<p>Вы будете перенаправлены.</p>", "", "moved"),
        ("<p>This domain is for sale.</p>", "", "parked"),
        ("<p>Diese Domain steht zum Verkauf.</p>", "", "parked"),
        ("<p>Этот домен продаётся.</p>", "", "parked"),
        ("<h1>Welcome to nginx!</h1>", "", "parked"),
    ],
)
def test_a_page_without_text_is_refused_with_its_cause(body, head, words):
    answer = extract(page(body, head=head, title="news.example"), url=URL)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NOT_AN_ARTICLE
    assert words in answer.detail


@pytest.mark.parametrize(
    "body",
    [
        '<div id="root"></div><script src="/a.js"></script>',
        '<div id="__next"></div><script src="/a.js"></script>',
        "<noscript>You need to enable JavaScript to run this app.</noscript><script></script>",
        "<noscript>Bitte aktivieren Sie JavaScript.</noscript><script src='/a.js'></script>",
        "<p>Включите JavaScript</p><script src='/a.js'></script>",
        "<noscript>JavaScriptを有効にしてください</noscript><script src='/a.js'></script>",
    ],
)
def test_a_shell_that_scripts_fill_is_refused(body):
    assert refused(page(body)) is Reason.SCRIPT_ONLY


def test_the_refusal_of_a_stub_has_its_title_date_and_summary():
    head = json_ld(
        headline="The bridge", datePublished="2024-05-03T10:00:00+02:00", isAccessibleForFree=False
    )
    answer = extract(page(article_html(EN[:1]), head=head), url=URL)
    assert isinstance(answer, Refusal)
    assert "words are shown; The bridge; 2024-05-03T10:00:00+02:00" in answer.detail


def test_an_article_that_redirects_or_requires_scripts_is_accepted():
    head = '<meta http-equiv="refresh" content="300">'
    extra = "<noscript>Please enable JavaScript.</noscript><script>if(x)location.href='/y'</script>"
    assert article(page(article_html() + extra, head=head)).text.startswith(EN[0])
