"""Links to one page have one canonical address, links to different pages do not."""

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.urls import BadUrl, canonical, is_http

PIECES = st.text(
    alphabet=st.sampled_from("aZé0.-~%2F3a/\\?&=+#!:;@[]()<>\"' \tamp\ud800Ａ\u0301\u0338\u037e"), max_size=40
)


@given(
    st.sampled_from(["http://example.org/", "HTTPS://exämple.org:443", "http://example.org/?amp;"]), PIECES
)
@example("http://example.org/?", "amp;amp;b=1&a=2")
@example("http://example.org/", "%2%35")
@example("http://example.org/?", "\\\u0301")
def test_a_canonical_address_is_ascii_and_stable(start: str, rest: str) -> None:
    try:
        once = canonical(start + rest)
    except BadUrl:
        return
    assert canonical(once) == once
    assert once.isascii()
    assert urlsplit(once).path.startswith("/")


@pytest.mark.parametrize(
    ("spelling", "same"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:/a", "http://example.org/a"),
        ("http://example.org./a", "http://example.org/a"),
        ("http://example.org/a/./b/../c", "http://example.org/a/c"),
        ("http://example.org/a/%2e%2E/c", "http://example.org/c"),
        ("http://example.org/../..", "http://example.org/"),
        ("http://example.org/%7Eme/caf%c3%a9", "http://example.org/~me/café"),
        ("http://example.org/cafe%CC%81", "http://example.org/caf%C3%A9"),
        ("http://example.org/%43%CC%A7", "http://example.org/Ç"),
        ("http://example.org/50%", "http://example.org/50%25"),
        ("http://example.org/two words", "http://example.org/two%20words"),
        (" \n<http://example.org/a\nb>\n", "http://example.org/ab"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://ｅxample.org/", "http://example.org/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]:80/", "http://[::1]/"),
        ("http://example.org\\a\\b", "http://example.org/a/b"),
        ("http:/example.org/a", "http://example.org/a"),
        ("feed:https://example.org/a", "https://example.org/a"),
        ("feed://example.org/a", "http://example.org/a"),
        ("http://:@example.org/", "http://example.org/"),
        ("http://me:secret@example.org/a", "http://example.org/a"),
        ("http://example.org/a;jsessionid=1F2E?b=1", "http://example.org/a?b=1"),
        ("http://example.org/a#comments", "http://example.org/a"),
        ("http://example.org/?b=2&a=1", "http://example.org/?a=1&b=2"),
        ("http://example.org/?&a=1&", "http://example.org/?a=1"),
        ("http://example.org/?a=1&amp;b=2", "http://example.org/?a=1&b=2"),
        ("http://example.org/?q=two+words", "http://example.org/?q=two%20words"),
        ("http://example.org/?u=http%3A%2F%2Fa.example", "http://example.org/?u=http://a.example"),
        ("http://example.org/?UTM_Source=x&id=7&fbclid=y&__hssc=z", "http://example.org/?id=7"),
    ],
)
def test_links_to_the_same_page_have_one_canonical_address(spelling: str, same: str) -> None:
    assert canonical(spelling) == canonical(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("http://example.org/a", "http://example.org/a/"),
        ("http://example.org/a", "http://example.org/A"),
        ("http://example.org/a//b", "http://example.org/a/b"),
        ("http://example.org/a%2Fb", "http://example.org/a/b"),
        ("http://example.org/a%23b", "http://example.org/a#b"),
        ("http://example.org/?a=1%26b", "http://example.org/?a=1&b"),
        ("http://example.org/?a=%CC%B8", "http://example.org/?a%E2%89%A0"),
        ("http://example.org/?a=1&a=2", "http://example.org/?a=2&a=1"),
        ("http://example.org/#!/story/1", "http://example.org/#!/story/2"),
        ("http://example.org:8080/", "http://example.org/"),
    ],
)
def test_links_to_different_pages_have_different_canonical_addresses(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "nonsense",
    [
        *(
            "",
            "  ",
            "/a/b",
            "example.org",
            "javascript:alert(1)",
            "ftp://example.org/",
            "mailto:a@example.org",
        ),
        *("http://", "http:///?a", "http://a b/", "http://example.org:port/", "http://example.org:99999/"),
        *("http://[::1", "http://[zz]/", "http://1.2.3.4.5/", "http://256.1.1.1.1/", "http://999.1.1.1/"),
        *("http://a..b/", "http://09.1/", "http://\u2488example.org\ufffd/"),
    ],
)
def test_an_address_that_is_not_http_is_refused_with_a_message_of_one_line(nonsense: str) -> None:
    with pytest.raises(BadUrl, match=r"\A[^\n]+\Z"):
        canonical(nonsense)


@pytest.mark.parametrize("part", ['"', " ", "<", "%", "&amp;", "/..", ";jsessionid=", "\u200b", "@"])
def test_a_hostile_address_is_refused_quickly(part: str) -> None:
    start = time.thread_time()
    for rest in (part * 1_000_000, (part * 7000)[:7900] + "x"):
        is_http("http://example.org/" + rest)
    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize(
    "query",
    [
        "ref=rss",
        "source=rss",
        "src=feed",
        "ref=RSS-Feed",
        "via=rss_feed",
        "from=atom",
        "x=dlvr_it",
        "ref=dlvr.it",
    ],
)
def test_a_parameter_that_names_a_feed_as_the_origin_is_removed(query: str) -> None:
    assert canonical(f"https://s.example/a?id=1&{query}") == "https://s.example/a?id=1"
    assert canonical(f"https://s.example/a?{query}", by_value=False).startswith("https://s.example/a?")


@pytest.mark.parametrize(
    "query",
    [
        "feed=rss2",
        "format=rss",
        "type=atom",
        "q=rss",
        "ref=123",
        "source=reuters",
        "from=2026-11-30",
        "ref=rssi",
    ],
)
def test_a_parameter_that_may_choose_the_page_stays(query: str) -> None:
    assert canonical(f"https://s.example/a?{query}") == f"https://s.example/a?{query}"
