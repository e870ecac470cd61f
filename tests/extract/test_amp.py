"""AMP and print versions of an article say the same as the page itself, and name it as the canonical one."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, article_html, json_ld
from tests.extract.read import article

CANONICAL = "https://news.example/2024/05/03/the-bridge"
PICTURE = (
    '<figure><amp-img src="/small.jpg" srcset="/small.jpg 320w, /large.jpg 1280w" width="1280" height="720" '
    'layout="responsive" alt="A bridge"></amp-img><figcaption>The bridge on Friday.</figcaption></figure>'
)
WIDGETS = (
    '<amp-iframe src="https://video.example/1"><div placeholder>Video</div></amp-iframe>'
    '<amp-ad type="doubleclick"></amp-ad><amp-social-share type="email"></amp-social-share>'
    '<amp-consent layout="nodisplay"><div>We value your privacy. <button>Accept</button></div></amp-consent>'
    '<amp-sidebar layout="nodisplay"><ul><li><a href="/">Home</a></li></ul></amp-sidebar>'
)


def amp(text: tuple[str, ...], head: str = "") -> bytes:
    """An AMP page as the AMP boilerplate and the WordPress plug-in print it."""
    return (
        f'<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><title>The bridge is closed</title>'
        f'<script async src="https://cdn.ampproject.org/v0.js"></script>'
        f'<link rel="canonical" href="{CANONICAL}">'
        f"<style amp-custom>p{{margin:0}}</style>{head}</head><body>{WIDGETS}"
        f"{article_html(text, before=PICTURE)}</body></html>"
    ).encode()


@pytest.mark.parametrize("text", [EN, DE, RU, HI, AR])
@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/2024/05/03/the-bridge/amp/",
        "https://amp.news.example/2024/05/03/the-bridge",
        "https://news.example/2024/05/03/the-bridge?amp=1",
        "https://news.example/amp/2024/05/03/the-bridge",
    ],
)
def test_an_amp_page_is_the_article_that_it_names(text, url):
    found = article(amp(text, json_ld(headline="The bridge is closed")), url=url)
    assert found.text.split("\n\n") == list(text)
    assert (found.title, found.canonical_url) == ("The bridge is closed", CANONICAL)
    assert dict(found.provenance)["canonical_url"] == "html"


def test_the_picture_of_an_amp_page_is_its_largest():
    found = article(amp(EN))
    assert [(image.url, image.caption) for image in found.images] == [
        ("https://news.example/large.jpg", "The bridge on Friday.")
    ]


def test_a_page_with_an_amp_version_stays_itself():
    link = f'<link rel="amphtml" href="{CANONICAL}/amp"><link rel="canonical" href="{CANONICAL}">'
    body = f"<html><head><title>The bridge</title>{link}</head><body>{article_html()}</body></html>"
    assert article(body.encode()).canonical_url == CANONICAL


@pytest.mark.parametrize("text", [EN, DE, RU, JA, AR])
def test_a_print_version_without_structure_is_read(text):
    body = (
        f'<html><head><title>The bridge</title><link rel="canonical" href="{CANONICAL}">'
        f"</head><body onload='window.print()'><h1>The bridge</h1>"
        f"{''.join(f'<p>{part}</p>' for part in text)}<hr><a href='#'>X</a></body></html>"
    )
    found = article(body.encode(), url=f"{CANONICAL}/print")
    assert found.text.split("\n\n") == list(text)
    assert found.canonical_url == CANONICAL
