"""An article is paywalled by an explicit statement or by two signs; otherwise it is unknown."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld, page
from tests.extract.read import article, refused
from worker.outcome import Reason

PART = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}


def meta(name: str, value: str) -> str:
    return f'<meta name="{name}" content="{value}">'


@pytest.mark.parametrize(
    ("head", "paywalled", "source"),
    [
        (json_ld(headline="x", isAccessibleForFree=False), True, "json-ld"),
        (json_ld(headline="x", isAccessibleForFree="False"), True, "json-ld"),
        (json_ld(headline="x", isAccessibleForFree="http://schema.org/False"), True, "json-ld"),
        (json_ld(headline="x", isAccessibleForFree=True, hasPart=PART), False, "json-ld"),
        (json_ld(headline="x", hasPart=PART), True, "json-ld"),
        (json_ld(headline="x", hasPart=[{"@type": "ImageObject"}, PART]), True, "json-ld"),
        ('<meta itemprop="isAccessibleForFree" content="false">', True, "microdata"),
        (meta("article:content_tier", "free"), False, "meta"),
        (meta("article:content_tier", "metered"), True, "meta"),
        (meta("cXenseParse:abc-premium", "true"), True, "meta"),
        (meta("cXenseParse:abc-is_free", "no"), True, "meta"),
        (meta("k5a:paid", "0"), False, "meta"),
        (meta("isPremium", "1"), True, "meta"),
        (meta("outbrain:article_access_status", "free"), False, "meta"),
        (meta("adv:premium", "yes"), None, None),
        (meta("accessMode", "textual"), None, None),
        ("", None, None),
    ],
)
def test_one_explicit_statement_decides_whether_an_article_is_paywalled(head, paywalled, source):
    found = article(page(article_html(), head=head))
    assert (found.paywalled, dict(found.provenance).get("paywalled")) == (paywalled, source)


CALLS = [
    (EN, "Subscribe to continue reading"),
    (EN, "Already a subscriber? Log in"),
    (DE, "Nur für Abonnenten. Bereits Abonnent? Anmelden"),
    (EN, "Cet article est réservé aux abonnés"),
    (EN, "Contenido exclusivo para suscriptores"),
    (EN, "Contenuto riservato agli abbonati"),
    (RU, "Оформите подписку, чтобы прочитать материал"),
    (JA, "この記事は会員限定です"),
    (EN, "구독자 전용 기사입니다"),
    (EN, "订阅后阅读全文"),
    (AR, "هذا المحتوى للمشتركين فقط"),
    (HI, "केवल सदस्यों के लिए"),
    (EN, "Pozostało 80% artykułu"),
]


@pytest.mark.parametrize(("text", "call"), CALLS)
@pytest.mark.parametrize("box", ["paywall", "c-regwall__box", "post-paywall-teaser", "article--premium"])
def test_a_paywalls_box_with_a_call_to_subscribe_makes_an_article_paywalled(text, call, box):
    wall = f'<div class="{box}"><h3>{call}</h3><button>OK</button></div>'
    assert article(page(article_html(text * 3, after=wall))).paywalled is True


@pytest.mark.parametrize(
    "wall",
    [
        '<div class="paywall" style="display: none"><p>Subscribe to continue reading</p></div>',
        '<div class="paywall" hidden><p>Subscribe to continue reading</p></div>',
        '<div class="paywall"></div>',
        '<div class="newsletter"><p>Subscribe to read our newsletter</p></div>',
        '<footer><div class="paywall">Subscribe to continue reading</div></footer>',
        f'<div class="paywall">{"".join(f"<p>{text}</p>" for text in EN * 8)}Subscribers only</div>',
    ],
    ids=["style", "hidden", "empty", "newsletter", "footer", "the text itself"],
)
def test_one_sign_of_a_paywall_is_not_enough(wall):
    assert article(page(article_html(EN * 3, after=wall))).paywalled is None


def test_a_stub_before_a_paywalls_box_is_refused_as_paywall():
    wall = '<div class="paywall"><p>Subscribe to continue reading</p></div>'
    assert refused(page(article_html(EN[:1], after=wall))) is Reason.PAYWALL
