"""Answers of 304 are believed for a while: what a false one hides is found, and its host is distrusted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from tests.services.service import Service
from tests.services.test_poll import feed_row
from tests.site import Site, SiteHost, faults
from worker.demo.reply import DemoReply
from worker.model import EntryState, FeedState
from worker.rows.entries import Entry
from worker.rows.feeds import Feed
from worker.services.engine.validators import (
    DISTRUST,
    FEWEST_NOT_MODIFIED,
    SPREAD,
    WHOLE_AFTER,
    Validators,
    after_not_modified,
    to_send,
    was_false,
)
from worker.services.fetch.decide import wants_whole

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HELD = Validators('"a"', "Mon, 23 Nov 2026 00:00:00 GMT")


def feed(**changes: Any) -> Feed:
    known = {
        "id": 1,
        "url": "https://a.example/feed",
        "host_id": 1,
        "state": FeedState.ACTIVE,
        "attempts": 0,
        "errors": 0,
        "etag": HELD.etag,
        "last_modified": HELD.last_modified,
        "body_hash": None,
        "item_hashes": None,
        "cadence": None,
        "moved_to": None,
        "moved_seen": 0,
        "last_polled_at": NOW - timedelta(minutes=15),
        "last_items": 1,
        "settings": {},
        "whole_at": NOW - timedelta(days=2),
        "not_modified": FEWEST_NOT_MODIFIED,
    }
    return Feed(**known | changes)


def test_a_poll_sends_its_validators_until_the_whole_document_is_old() -> None:
    assert to_send(feed(whole_at=NOW - WHOLE_AFTER), now=NOW) == HELD
    assert to_send(feed(whole_at=NOW - WHOLE_AFTER * (1 + SPREAD)), now=NOW) == Validators()


@pytest.mark.parametrize(
    "changes",
    [{"not_modified": FEWEST_NOT_MODIFIED - 1}, {"whole_at": None}, {"not_modified": 0}],
    ids=["a feed that is rarely polled", "a feed from an older version", "a feed that changes"],
)
def test_a_feed_is_not_requested_whole_sooner_than_it_must(changes: dict[str, Any]) -> None:
    assert to_send(feed(**changes), now=NOW) == HELD


def test_the_feeds_of_a_host_are_not_requested_whole_at_the_same_time() -> None:
    ages = [WHOLE_AFTER + timedelta(minutes=minute) for minute in range(0, 361, 30)]
    whole = [
        sum(to_send(feed(id=n, whole_at=NOW - age), now=NOW) != HELD for n in range(100)) for age in ages
    ]
    assert whole[-1] == 100
    assert max(after - before for before, after in zip([0, *whole], whole, strict=False)) <= 12


def test_no_validators_are_sent_while_the_host_is_distrusted() -> None:
    assert to_send(feed(not_modified=0, validators_off_until=NOW + DISTRUST), now=NOW) == Validators()
    assert to_send(feed(not_modified=0, validators_off_until=NOW), now=NOW) == HELD


@pytest.mark.parametrize(
    "headers,kept",
    [
        ({}, HELD),
        ({"etag": '"b"'}, Validators('"b"', HELD.last_modified)),
        ({"etag": 'W/"b"', "last-modified": "later"}, Validators('W/"b"', "later")),
    ],
)
def test_the_validators_of_a_304_replace_those_before(headers: Mapping[str, str], kept: Validators) -> None:
    assert after_not_modified(HELD, headers) == kept


HOURS_AGO = [NOW - timedelta(hours=hours) for hours in (3, 4)]


@pytest.mark.parametrize(
    "changes,headers,published,is_false",
    [
        ({}, {"etag": HELD.etag, "last-modified": HELD.last_modified}, [NOW], True),
        ({}, {"etag": '"b"'}, HOURS_AGO, True),
        ({}, {"etag": '"b"'}, HOURS_AGO[:1], False),
        ({}, {"etag": '"b"'}, [NOW, NOW, None], False),
        ({"errors": 1}, {"etag": '"b"'}, HOURS_AGO, False),
        ({"not_modified": 0}, {"etag": '"b"'}, HOURS_AGO, False),
        ({"etag": None, "last_modified": None}, {}, [NOW], False),
        ({}, {"etag": HELD.etag, "last-modified": HELD.last_modified}, [], False),
    ],
    ids=[
        "new entries under the same validators",
        "several entries older than the 304",
        "one entry that may be dated back",
        "entries that came since",
        "entries that may have come since, as the last poll failed",
        "a document after a document",
        "no validators at all",
        "no new entries",
    ],
)
def test_a_304_was_false_if_the_document_shows(
    changes: dict[str, Any],
    headers: Mapping[str, str],
    published: list[datetime | None],
    is_false: bool,
) -> None:
    assert was_false(feed(**changes), headers, published) is is_false


# On the service


def polls(service: Service, count: int, *, hours: float) -> None:
    for _ in range(count):
        service.later(hours=hours)
        service.work()


def conditions(site: Site, host: SiteHost) -> list[bool]:
    """Whether each request for the feed had a condition."""
    hits = [hit for hit in site.log if hit.url == f"{host.home}/feed.xml"]
    return ["If-None-Match" in hit.headers for hit in hits]


def test_what_a_host_hides_that_always_answers_304_is_found_within_thirty_hours(
    service: Service, site: Site
) -> None:
    host = site.host()
    known = host.feed("/feed.xml", articles=2)
    service.subscribe(known.url)
    host.fault("/feed.xml", faults.always_unchanged())
    service.work()
    known.add(host.article("Hidden one"))
    known.add(host.article("Hidden two"))
    polls(service, 5, hours=6.1)
    assert service.count("entries") == 4
    row = feed_row(service)
    assert row["validators_off_until"] is not None
    known.add(host.article("Found at once"))
    polls(service, 1, hours=6.1)
    assert service.count("entries") == 5


def test_a_truthful_host_is_believed_again_after_each_whole_document(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=2).url)
    service.work()
    polls(service, 12, hours=8)
    row = feed_row(service)
    assert row["validators_off_until"] is None
    assert row["polls_unchanged"] == 12
    assert conditions(site, host).count(False) == 3


def test_the_validators_of_the_last_answer_are_sent(service: Service, site: Site) -> None:
    heard: list[str | None] = []

    async def count(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        heard.append(request.headers.get("If-None-Match"))
        status = 304 if heard[-1] else 200
        body = reply.body if status == 200 else None
        return web.Response(status=status, body=body, headers={"ETag": f'W/"{len(heard)}"'})

    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    host.fault("/feed.xml", count)
    service.work()
    polls(service, 2, hours=8)
    assert heard == [None, 'W/"1"', 'W/"2"']


@pytest.mark.parametrize("etag", ['W/"weak"', "without-quotes", '"a b\'c"', "W/unquoted"])
def test_an_etag_is_sent_back_as_it_came(service: Service, site: Site, etag: str) -> None:
    heard: list[str | None] = []

    async def hear(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        heard.append(request.headers.get("If-None-Match"))
        return web.Response(body=reply.body, headers={"ETag": etag})

    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    host.fault("/feed.xml", hear)
    service.work()
    polls(service, 1, hours=8)
    assert heard == [None, etag]


def test_a_document_without_validators_ends_those_of_the_one_before(service: Service, site: Site) -> None:
    async def bare(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        return web.Response(body=reply.body)

    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    service.work()
    assert feed_row(service)["etag"]
    host.fault("/feed.xml", bare)
    polls(service, 1, hours=8)
    assert feed_row(service)["etag"] is None


def test_a_304_without_a_condition_is_a_failure(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=1).url)
    host.fault("/feed.xml", faults.status(304))
    service.work()
    row = feed_row(service)
    assert (row["reason"], row["errors"]) == ("not-modified", 1)
    host.heal()
    polls(service, 1, hours=8)
    assert service.count("entries") == 1


# Second looks at pages


def entry(looks: int) -> Entry:
    fields = dict.fromkeys(Entry.__slots__)
    return Entry(**fields | {"looks": looks, "state": EntryState.STORED})  # type: ignore[arg-type]


def test_the_last_look_and_every_third_before_it_are_without_conditions() -> None:
    assert [wants_whole(entry(looks), looks=5) for looks in range(6)] == [
        False,
        True,
        False,
        False,
        True,
        True,
    ]
    assert wants_whole(entry(0), looks=1)


def test_an_edit_that_a_page_hides_by_304_is_found(service: Service, site: Site) -> None:
    host = site.host()
    known = host.feed("/feed.xml")
    article = host.article("Before")
    known.add(article)
    service.subscribe(known.url)
    service.work()
    host.fault(article.url, faults.always_unchanged())
    article.edit(text="The text has changed since. " * 60)
    polls(service, 3, hours=3)
    assert service.count("revisions") == 1
