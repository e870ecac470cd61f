"""One rule says whether two addresses are of one publisher."""

import pytest

from worker.text.site import may_speak_for, same_site


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.news.example/a", "http://news.example/b"),
        ("https://amp.news.example/a", "https://www.news.example/a"),
        ("https://news.bbc.co.uk/a", "https://www.bbc.co.uk/b"),
        ("https://m.folha.uol.com.br/a", "https://www1.folha.uol.com.br/a"),
        ("https://a.blogspot.com/x", "https://www.a.blogspot.com/x"),
        ("https://a.blogspot.co.uk/x", "http://www.a.blogspot.co.uk/x"),
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
        ("https://a.blogspot.de/x", "https://b.blogspot.de/x"),
        ("https://a.blogspot.co.uk/x", "https://b.blogspot.co.uk/x"),
        ("https://a.wordpress.com/x", "https://b.wordpress.com/x"),
        ("https://a.blog.fc2.com/x", "https://b.blog.fc2.com/x"),
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


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("https://uni.example/~ada/one", "https://uni.example/~bob/one"),
        ("https://uni.example/%7Eada/one", "https://uni.example/news/one"),
        ("https://uni.example/news/one", "https://uni.example/~ada/one"),
        ("https://uni.example/staff/~ada/one", "https://uni.example/staff/~bob/one"),
        ("https://host.example/u/ada/one", "https://host.example/u/bob/one"),
        ("https://host.example/users/ada/one", "https://host.example/one"),
        ("https://host.example/@ada/one", "https://host.example/@bob/one"),
        ("https://note.com/ada/n/1", "https://note.com/bob/n/1"),
        ("https://ada.blogspot.com/one", "https://bob.blogspot.com/one"),
        ("https://ada.substack.com/p/one", "https://substack.com/p/one"),
        ("https://one.example/a", "https://other.example/a"),
    ],
)
def test_a_user_of_a_host_cannot_speak_for_others(page: str, address: str) -> None:
    assert not may_speak_for(page, address)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("https://uni.example/~ada/one?print=1", "https://uni.example/~ada/one"),
        ("https://uni.example/%7EAda/one", "https://uni.example/~ada/one"),
        ("https://host.example/@ada/one/amp", "https://host.example/@ada/one"),
        ("https://m.host.example/u/ada/one", "https://www.host.example/u/ada/one"),
        ("https://news.example/sport/one", "https://news.example/home/one"),
        ("https://news.example/blog/one/amp", "https://news.example/blog/one"),
        ("https://news.example/people/ada/one", "https://news.example/culture/one"),
        ("https://news.example/story-by-@ada", "https://news.example/story"),
        ("https://news.example/user", "https://news.example/one"),
        ("http://m.news.example/one", "https://www.news.example/one"),
    ],
)
def test_a_page_may_name_another_page_of_its_site_or_of_its_user(page: str, address: str) -> None:
    assert may_speak_for(page, address)
