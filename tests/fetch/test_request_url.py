"""The URL requested for a link: its own spelling if that is legal, else an encoded one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.redirects import request_url


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/?next=http%3A%2F%2Fb%2F&sig=%2c%7E",
        "http://a.example/%e9;v=1?a+b=%20",
        "http://a.example/a//b",
        "/path?x[]=1",
        "?page=2",
    ],
)
def test_a_legal_url_keeps_its_spelling(text: str) -> None:
    assert str(request_url(text)) == text


@pytest.mark.parametrize(
    "text,url",
    [
        (" http://a.example/x \n", "http://a.example/x"),
        ("http://a.example/a b|c", "http://a.example/a%20b%7Cc"),
        ("http://a.example/é?ü=1", "http://a.example/%C3%A9?%C3%BC=1"),
        ("http://a.example/50%", "http://a.example/50%25"),
        ("http://a.example/caf\udce9", "http://a.example/caf%E9"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("HTTP://A.Example/X", "http://a.example/X"),
    ],
)
def test_an_illegal_url_is_encoded(text: str, url: str) -> None:
    assert str(request_url(text)).lower() == url.lower()


@given(st.text(max_size=40))
def test_any_text_is_a_url_or_a_value_error(text: str) -> None:
    try:
        url = request_url("http://a.example/" + text)
    except ValueError:
        return
    assert str(url).isascii()
    assert "\n" not in str(url)
