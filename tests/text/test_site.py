"""One rule says whether two addresses are of one publisher."""

import pytest

from worker.text.site import same_site


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.news.example/a", "http://news.example/b"),
        ("https://amp.news.example/a", "https://www.news.example/a"),
        ("https://news.bbc.co.uk/a", "https://www.bbc.co.uk/b"),
        ("https://m.folha.uol.com.br/a", "https://www1.folha.uol.com.br/a"),
        ("https://a.blogspot.com/x", "https://www.a.blogspot.com/x"),
        ("https://www.tumblr.com/a", "https://tumblr.com/b"),
        ("https://xn--e1afmkfd.xn--p1ai/a", "https://www.пример.рф/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b"),
    ],
)
def test_hosts_below_one_registered_domain_are_the_same_site(one: str, other: str) -> None:
    assert same_site(one, other)
    assert same_site(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://one.co.uk/a", "https://other.co.uk/a"),
        ("https://a.blogspot.com/x", "https://b.blogspot.com/x"),
        ("https://a.github.io/x", "https://b.github.io/x"),
        ("https://a.wordpress.com/x", "https://b.wordpress.com/x"),
        ("https://news.example/a", "https://news.example.evil.example/a"),
        ("https://news.example/a", "https://notnews.example/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8081/a"),
        ("http://127.0.0.1/a", "http://126.0.0.1/a"),
        ("https://news.example/a", "mailto:desk@news.example"),
    ],
)
def test_hosts_that_others_may_register_are_different_sites(one: str, other: str) -> None:
    assert not same_site(one, other)
    assert not same_site(other, one)
