"""Decisions of WebSub: leases, renewals and retries, as laws."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.config.groups import WebSubPolicy
from worker.fetch.reply import Reply
from worker.services.websub.decide import (
    LONGEST_LEASE,
    granted_lease,
    hub_parameters,
    named_hubs,
    next_request,
    renewal_due,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LIMITS = WebSubPolicy(
    callback="https://news.example.org/under/",
    lease=timedelta(days=10),
    polls=timedelta(hours=1),
    silence=timedelta(days=1),
    error_base=timedelta(minutes=5),
    error_cap=timedelta(days=1),
)
SPANS = st.timedeltas(timedelta(0), timedelta(days=400))
JITTER = st.floats(0, 1, exclude_max=True)


def reply(body: str = "", link: str | None = None) -> Reply:
    headers = {"content-type": "application/rss+xml"} | ({"link": link} if link else {})
    return Reply(url="https://news.example/feed", status=200, headers=headers, body=body.encode())


def test_the_callback_is_below_the_configured_address() -> None:
    assert LIMITS.callback_of("abc") == "https://news.example.org/under/websub/abc"


def test_a_document_without_hubs_is_not_read_twice() -> None:
    assert named_hubs(reply("<rss><item>the GitHub hub</item></rss>")) == (
        [],
        "https://news.example/feed",
    )


def test_at_most_three_hubs_are_taken_and_overlong_addresses_are_ignored() -> None:
    links = [f'<https://{n}.example/>; rel="hub"' for n in "abcde"]
    long = f'<https://long.example/{"x" * 3000}>; rel="hub"'
    hubs, topic = named_hubs(reply(link=", ".join([long, *links, "</self>; rel=self"])))
    assert hubs == ["https://a.example/", "https://b.example/", "https://c.example/"]
    assert topic == "https://news.example/self"


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/html"])
def test_only_the_beginning_of_a_huge_document_is_searched_for_hubs(kind: str) -> None:
    link = '<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://a.example/"/>'
    items = "<item><title>words</title></item>" * 400_000
    body = f"<rss><channel>{link}{items}</channel></rss>"
    if kind == "text/html":
        body = f"<html><head>{link}</head><body>{items}</body></html>"
    huge = Reply(url="https://n.example/", status=200, headers={"content-type": kind}, body=body.encode())
    began = time.process_time()
    assert named_hubs(huge) == (["https://a.example/"], "https://n.example/")
    assert time.process_time() - began < 1


@given(st.none() | st.text(max_size=15) | st.integers(-(10**15), 10**15).map(str))
def test_every_answer_of_a_hub_gives_a_lease_within_bounds(said: str | None) -> None:
    assert timedelta(seconds=1) <= granted_lease(said, LIMITS) <= LONGEST_LEASE


@given(st.timedeltas(timedelta(minutes=2), LONGEST_LEASE), JITTER)
def test_a_renewal_leaves_a_quarter_of_the_lease(granted: timedelta, jitter: float) -> None:
    waits = renewal_due(granted, now=NOW, jitter=jitter) - NOW
    assert timedelta(minutes=1) <= waits <= 0.75 * granted


@given(st.integers(1, 50), JITTER)
def test_a_hub_that_took_the_request_has_time_to_verify(tries: int, jitter: float) -> None:
    taken = next_request(tries, accepted=True, now=NOW, jitter=jitter, policy=LIMITS)
    refused = next_request(tries, accepted=False, now=NOW, jitter=jitter, policy=LIMITS)
    assert NOW < refused <= taken <= NOW + LIMITS.error_cap
    assert taken >= NOW + timedelta(minutes=10)


def test_a_hub_parameter_that_is_given_twice_is_rejected() -> None:
    assert hub_parameters([("hub.mode", "a"), ("x", "1"), ("x", "2")]) == {"hub.mode": "a"}
    assert hub_parameters([("hub.mode", "a"), ("hub.mode", "a")]) is None
