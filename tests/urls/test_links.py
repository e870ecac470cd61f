"""Links are resolved on their page, and name the host to which a request goes."""

import pytest

from worker.urls import BadUrl, host_key, host_key_or_none, is_http, join, without_user, without_www


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("b", "https://example.org/a/b"),
        ("/b?utm_source=x#c", "https://example.org/b?utm_source=x#c"),
        ("/b-c.html?d=/../e", "https://example.org/b-c.html?d=/../e"),
        ("/b/../c/./d", "https://example.org/c/d"),
        ("/b//c", "https://example.org/b//c"),
        ("//other.example/b", "https://other.example/b"),
        ("?page=2", "https://example.org/a/?page=2"),
        (" http://Other.example/b c ", "http://Other.example/b%20c"),
        ("/long\n  /link", "https://example.org/long%20%20/link"),
        ("feed:http://other.example/rss", "http://other.example/rss"),
    ],
)
def test_a_link_becomes_absolute_in_the_publishers_spelling(link: str, address: str) -> None:
    assert join("https://example.org/a/", link) == address


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "mailto:a@example.org",
        "data:text/html,x",
        "http://",
        "http://[::1",
        "tel:1",
        " ",
    ],
)
def test_a_link_that_leads_to_no_page_resolves_to_none(link: str) -> None:
    assert join("https://example.org/a/", link) is None


def test_without_a_base_only_absolute_links_resolve() -> None:
    assert join("", "/b") is None
    assert join("", "http://example.org/b") == "http://example.org/b"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTP://Example.ORG./a", "http://example.org:80"),
        ("https://example.org/a?b", "https://example.org:443"),
        ("https://user:pw@example.org:8443/", "https://example.org:8443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://bücher.example/", "http://xn--bcher-kva.example:80"),
    ],
)
def test_a_host_key_is_lower_case_with_its_port(url: str, key: str) -> None:
    assert host_key(url) == key
    assert host_key(key) == key


def test_an_address_without_a_host_has_no_host_key() -> None:
    with pytest.raises(BadUrl):
        host_key("/a/b")
    assert host_key_or_none("/a/b") is None
    assert host_key_or_none("https://example.org/a") == "https://example.org:443"


def test_is_http_requires_an_absolute_address() -> None:
    assert is_http("https://example.org")
    assert not is_http("example.org")
    assert not is_http("http://a b/")


@pytest.mark.parametrize(
    ("host", "name"),
    [("www.example.org", "example.org"), ("WWW2.Example.org.", "example.org"), ("www.org", "www.org"),
     ("news.example.org", "news.example.org")],
)  # fmt: skip
def test_a_publisher_is_named_by_its_host_without_www(host: str, name: str) -> None:
    assert without_www(host) == name


@pytest.mark.parametrize(
    "url,bare",
    [
        ("https://me:secret@a.example/x@y?b@c", "https://a.example/x@y?b@c"),
        ("feed:https://me@a.example/", "feed:https://a.example/"),
        ("feed://me:secret@a.example/", "feed://a.example/"),
        ("https://a@b@c.example/", "https://c.example/"),
        ("https://a.example/@me", "https://a.example/@me"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_only_a_user_before_the_host_is_removed(url: str, bare: str) -> None:
    assert without_user(url) == bare
