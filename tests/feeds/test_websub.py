"""The hubs of a feed, and whether a notification is genuine."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.websub import links, signature_ok

URL = "https://example.org/blog/feed"
HUB, SELF = "https://hub.example/", "https://example.org/feed"
EVIL = "https://evil.example/"
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom">
    <link rel="hub" href="{HUB}"/><link rel="self" href="{SELF}"/>
    <entry><link rel="hub" href="{EVIL}"/></entry></feed>"""
RSS = f"""<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><link>https://example.org/</link>
    <a:link rel="hub" href="{HUB}"/><a:link rel="self" href="/feed"/>
    <item><a:link rel="hub" href="{EVIL}"/></item></channel></rss>"""
HTML = f"""<html><head><link rel=hub href={HUB}><link rel=self href=/feed></head>
    <body><link rel=hub href={EVIL}></body></html>"""
JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "{SELF}",
    "hubs": [{{"type": "WebSub", "url": "{HUB}"}}, {{"type": "other", "url": "{EVIL}"}}, 1]}}"""


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ATOM, "application/atom+xml"),
        (RSS, "application/rss+xml"),
        (RSS, None),
        (RSS, "text/html"),
        (HTML, "text/html; charset=utf-8"),
        (f"<?xml version='1.0'?>{HTML}", "application/xhtml+xml"),
        (ATOM.replace("</entry>", "<content><![CDATA[<html>]]></content></entry>"), None),
        (JSON, "application/feed+json"),
    ],
)
def test_the_hub_and_the_topic_are_found_in_every_format(body: str, content_type: str | None) -> None:
    assert links([], body.encode(), url=URL, content_type=content_type) == ([HUB], SELF)


@pytest.mark.parametrize(
    "headers",
    [
        [("Link", f'<{HUB}>; rel="hub"'), ("link", f'<{SELF}>; rel="self"')],
        [("LINK", f"<{HUB}>;rel=hub, <../feed>; title=\"a, b; c\"; rel='x' , <../feed>; rel=SELF")],
        [
            (
                "Link",
                f'<{HUB}>; rel="next hub"; rel="prev", <{SELF}>; rel=self, </x>; rel=hub; anchor="/"',
            )
        ],
    ],
)
def test_links_in_the_headers_take_precedence_over_the_document(headers: list[tuple[str, str]]) -> None:
    body = ATOM.replace("hub.example", "old.example")
    assert links(headers, body.encode(), url=URL, content_type=None) == ([HUB], SELF)


@pytest.mark.parametrize("header", ["</style.css>; rel=preload", f"<{HUB}>; rel=hub", f"<{SELF}>; rel=self"])
def test_links_missing_in_the_headers_are_taken_from_the_document(header: str) -> None:
    assert links([("Link", header)], ATOM.encode(), url=URL, content_type=None) == ([HUB], SELF)


def test_several_hubs_keep_their_order_and_bad_ones_are_left_out() -> None:
    headers = [("Link", f"<{address}>; rel=hub") for address in (HUB, "ftp://a/", "https://b.example/", HUB)]
    assert links(headers, b"", url=URL, content_type=None) == ([HUB, "https://b.example/"], None)


TYPES = st.sampled_from(["text/html", "application/json", "", None])


@given(st.binary(max_size=100), st.text(max_size=60), TYPES)
def test_link_discovery_never_raises_whatever_the_bytes(
    body: bytes, header: str, content_type: str | None
) -> None:
    hubs, _ = links([("Link", header)], body, url=URL, content_type=content_type)
    assert all(hub.startswith("http") for hub in hubs)


def signed(secret: str, body: bytes, method: str) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


METHODS = st.sampled_from(["sha1", "sha256", "sha384", "sha512"])


@given(st.text(min_size=1), st.binary(), METHODS, st.binary(min_size=1))
def test_only_the_body_that_was_signed_passes(secret: str, body: bytes, method: str, more: bytes) -> None:
    signature = signed(secret, body, method)
    assert signature_ok(secret, signature, body)
    assert signature_ok(secret, signature.upper(), body)
    assert not signature_ok(secret, signature, body + more)
    assert not signature_ok(secret + "x", signature, body)


@pytest.mark.parametrize("header", [None, "", "sha256", "sha256=", "=", "é=é", "sha256=é", "sha256=\ud800"])
def test_a_malformed_signature_is_rejected(header: str | None) -> None:
    assert not signature_ok("secret", header, b"body")


def test_weak_methods_and_an_empty_secret_are_rejected() -> None:
    assert not signature_ok("secret", signed("secret", b"body", "md5"), b"body")
    assert not signature_ok("", signed("", b"body", "sha256"), b"body")
