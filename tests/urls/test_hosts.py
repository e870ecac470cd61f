"""A host has one spelling: the one to which a browser would connect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.urls import BadUrl, host_of, normal_host


@pytest.mark.parametrize(
    ("spelling", "host"),
    [
        ("Example.ORG.", "example.org"),
        ("under_score.example.org", "under_score.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("☕.example", "xn--53h.example"),
        ("ⓔxample.org", "example.org"),
        ("ex%61mple.org", "example.org"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("[0:0:0::1]", "::1"),
        ("::FFFF:127.0.0.1", "::ffff:7f00:1"),
    ],
)
def test_a_host_is_spelled_as_a_browser_reads_it(spelling: str, host: str) -> None:
    assert normal_host(spelling) == host
    assert normal_host(host) == host


@given(st.text(alphabet="aA.0x19é-_:[]%２５①\u0e51", max_size=20))
def test_spelling_a_host_again_does_not_change_it(spelling: str) -> None:
    try:
        host = normal_host(spelling)
    except BadUrl:
        return
    assert normal_host(host) == host


@pytest.mark.parametrize("spelling", ["0177.0.0.1", "0127.0.0.1", "017700000001", "09.1.1.1", "9" * 5000])
def test_ipv4_numbers_that_parsers_read_differently_are_refused(spelling: str) -> None:
    with pytest.raises(BadUrl):
        normal_host(spelling)


@pytest.mark.parametrize("url", ["http://1.1.1.1 &@2.2.2.2/", "http://a@b@c/"])
def test_an_ambiguous_authority_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        host_of(url)


def test_host_of_returns_the_host_to_which_the_request_goes() -> None:
    assert host_of("http://user:pw@[::1]:8080/a") == "::1"
    assert host_of("http://evil.example\\@good.example/") == "evil.example"
