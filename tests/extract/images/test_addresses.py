"""The largest address of a picture, whichever way its markup gives it."""

import pytest
from lxml import html

from worker.extract.images.addresses import picture_address, picture_key, width_in
from worker.urls import join

BIG = "https://news.example/big.jpg"


def largest(markup: str) -> str | None:
    box = html.fromstring(f"<div>{markup}</div>")
    return picture_address(
        next(box.iter("img", "amp-img")), box, lambda link: join("https://news.example/a", link)
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/big.jpg">',
        '<img src="data:image/gif;base64,R0" data-src="/big.jpg">',
        '<img src="/images/blank.gif" data-lazy-src="/big.jpg">',
        '<img src="/spacer.png" data-original="/big.jpg">',
        '<img src="/s.jpg" srcset="/s.jpg 320w, /big.jpg 1280w, /m.jpg 640w">',
        '<img src="/s.jpg" srcset="/s.jpg 320w,/big.jpg 1280w">',
        '<img src="/s.jpg" data-srcset="/s.jpg 1x, /big.jpg 2x">',
        '<img src="data:," data-lazy-srcset="/big.jpg 900w, /s.jpg 300w">',
        '<img src="/s.jpg" srcset="/placeholder.png 2000w, /big.jpg 900w">',
        '<picture><source srcset="/big.jpg 2x, /s.jpg 1x"><img src="/s.jpg"></picture>',
        '<picture><source data-srcset="/big.jpg 1200w">'
        '<source srcset="/s.jpg 400w"><img src="/s.jpg"></picture>',
        '<img src="data:image/svg+xml,x"><noscript><img src="/big.jpg"></noscript>',
        '<amp-img src="/s.jpg" srcset="/s.jpg 300w, /big.jpg 1200w" width="16" height="9"></amp-img>',
    ],
)
def test_the_largest_address_is_taken(markup):
    assert largest(markup) == BIG


@pytest.mark.parametrize(
    "markup",
    [
        "<img>",
        '<img src="data:image/gif;base64,R0">',
        '<img src="/logo.svg">',
        '<img src="/img/1x1.gif">',
        '<img src="javascript:void(0)">',
    ],
)
def test_a_placeholder_is_not_an_address(markup):
    assert largest(markup) is None


def test_a_source_with_its_width_in_the_address_beats_a_small_srcset():
    assert largest('<img src="/photo/w1600/b.jpg" srcset="/photo/w300/b.jpg 300w">') == (
        "https://news.example/photo/w1600/b.jpg"
    )


def test_commas_inside_an_address_do_not_end_it():
    assert largest('<img srcset="/w_300,c_fit/b.jpg 300w, /w_900,c_fit/b.jpg 900w">') == (
        "https://news.example/w_900,c_fit/b.jpg"
    )


@pytest.mark.parametrize(
    ("link", "width"),
    [
        ("https://i.example/a.jpg?w=1200&q=80", 1200),
        ("https://i.example/640x360/a.jpg", 640),
        ("https://i.example/width=480,quality=80/a.jpg", 480),
        ("https://i.example/2024/a.jpg", None),
        ("https://i.example/a.jpg", None),
    ],
)
def test_a_width_is_read_from_the_address(link, width):
    assert width_in(link) == width


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "https://a.example/up/2024/05/bridge-river-2024-1-300x200.jpg",
            "https://a.example/up/2024/05/bridge-river-2024-1.jpg",
        ),
        (
            "https://a.example/x/w_120,c_limit/photo-12345678.jpg",
            "https://b.example/x/w_2240,c_limit/photo-12345678.jpg?s=1",
        ),
        ("https://a.example/w200/the-old-bridge.jpg", "https://b.example/w800/the-old-bridge.jpg?q=1"),
        (
            "https://c.example/img/12ab34cd-0000-4000-8000-1234567890ab_16-9_320w_0.webp",
            "https://c.example/clip/12ab34cd-0000-4000-8000-1234567890ab_source.jpg",
        ),
        ("https://a.example/600x0/https://i.example/2024/bridge.jpg", "https://i.example/2024/bridge.jpg"),
        (
            "https://a.example/fm/csm_old-bridge-77_93268333ee.jpg",
            "https://a.example/fm/csm_old-bridge-77_a395f41217.jpg",
        ),
    ],
)
def test_two_sizes_of_a_picture_have_one_key(one, other):
    assert picture_key(one) == picture_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/2024/bridge-1.jpg", "https://a.example/2024/bridge-2.jpg"),
        ("https://a.example/11/image.jpg", "https://a.example/image/22b/image.jpg"),
        ("https://a.example/20250429-196-19-scaled.jpg", "https://a.example/20250429-196-20-scaled.jpg"),
        ("https://a.example/plain/17835497/free/bistro", "https://a.example/plain/17835499/free/bistro"),
    ],
)
def test_two_pictures_have_two_keys(one, other):
    assert picture_key(one) != picture_key(other)
