"""Subscriptions from OPML or a list of addresses become feeds, each with its host and publisher."""

from datetime import UTC, datetime

import pytest

from tests.services.service import Service
from worker.feeds import opml
from worker.services.operator.subscribe import NotAList, Wish, read_wishes, subscribe

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_opml_gives_addresses_titles_and_folders_as_labels() -> None:
    body = opml.write([opml.OpmlFeed("https://one.example/feed", "One", ("World", "Europe"))], title="x")
    assert read_wishes(body) == [Wish("https://one.example/feed", "One", ("World", "Europe"))]


def test_a_text_gives_an_address_a_line() -> None:
    body = "\ufeff# comment\n\n https://one.example/feed  said beside it\r\nhttps://two.example/\n".encode()
    assert [wish.url for wish in read_wishes(body)] == ["https://one.example/feed", "https://two.example/"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"# only a comment\n",
        b"<rss/>",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b"\xff\xfe\x00",
        b"<opml version='2.0'><body/></opml>",
        b"<!DOCTYPE opml [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><opml>&c;</opml>",
    ],
)
def test_a_source_that_is_not_a_list_is_reported_in_one_line(body: bytes) -> None:
    with pytest.raises(NotAList, match=r"^[^\n]+$"):
        read_wishes(body)


def test_a_subscription_is_a_feed_with_its_host_and_publisher(service: Service) -> None:
    done = subscribe(service.store, [Wish("https://www.one.example/feed", "One", ("a",))], now=NOW)

    assert (len(done.added), done.known, done.bad) == (1, 0, ())
    assert service.read("feeds", "title", "labels", "due_at") == [
        {"title": "One", "labels": ["a"], "due_at": NOW}
    ]
    (feed,) = service.read("feeds", "host_id", "publisher_id")
    assert service.read("hosts", "key", "poll_due_at", id=feed["host_id"]) == [
        {"key": "https://www.one.example:443", "poll_due_at": NOW}
    ]
    assert service.read("publishers", "site", id=feed["publisher_id"]) == [{"site": "one.example"}]


def test_a_feed_that_is_known_or_named_twice_is_added_once(service: Service) -> None:
    first = subscribe(service.store, [Wish("https://one.example/"), Wish("https://one.example/")], now=NOW)
    second = subscribe(service.store, [Wish("https://one.example/"), Wish("https://two.example/")], now=NOW)
    assert (len(first.added), first.known) == (1, 0)
    assert (len(second.added), second.known) == (1, 1)


def test_a_bad_address_does_not_keep_out_the_good_ones(service: Service) -> None:
    done = subscribe(service.store, [Wish("gopher://old.example"), Wish("https://one.example/")], now=NOW)
    assert len(done.added) == 1
    assert [bad.url for bad in done.bad] == ["gopher://old.example"]
    assert "not an http" in done.bad[0].why


def test_an_address_with_a_password_is_rejected_with_a_hint_at_hosts_toml(service: Service) -> None:
    wishes = [Wish("https://me:secret@one.example/feed"), Wish("https://two.example/feed")]
    done = subscribe(service.store, wishes, now=NOW)
    assert len(done.added) == 1
    assert [bad.url for bad in done.bad] == ["https://one.example/feed"]
    assert "hosts.toml" in done.bad[0].why
    assert "secret" not in str(done)


@pytest.mark.parametrize(
    "body",
    [
        'url,title,folder\nhttps://one.example/feed,One,World\nhttps://two.example/feed,"Two, too",\n',
        'Title;Feed URL;Category\nOne;https://one.example/feed;World\n"Two, too";https://two.example/feed\n',
        "name\txmlUrl\tlabels\nOne\thttps://one.example/feed\tWorld\nTwo, too\thttps://two.example/feed\t\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_with_a_header_is_read(body: str, encoding: str) -> None:
    assert read_wishes(body.encode(encoding)) == [
        Wish("https://one.example/feed", "One", ("World",)),
        Wish("https://two.example/feed", "Two, too"),
    ]


def test_a_table_without_a_column_of_addresses_is_refused_in_one_line() -> None:
    with pytest.raises(
        NotAList, match=r"^a table without a column of addresses: .*\(its columns are: a, b\)$"
    ):
        read_wishes(b"a,b\nhttps://one.example/feed,x\n")


def test_addresses_with_commas_are_not_a_table() -> None:
    lines = ["https://one.example/artikel/0,1518,1.html", "https://one.example/artikel/0,1518,2.html"]
    assert [wish.url for wish in read_wishes("\n".join(lines).encode())] == lines


def test_every_outline_that_is_not_subscribed_is_reported(service: Service) -> None:
    body = b"""<opml><body><outline xmlUrl='https://one.example/feed'/>
    <outline text='Old' xmlUrl='gopher://old.example/'/><outline text='Site' type='rss'/>"""
    done = subscribe(service.store, read_wishes(body), now=NOW)
    assert len(done.added) == 1
    assert [bad.why for bad in done.bad] == [
        "line 2, 'Old': 'gopher://old.example/' is not an http or https address",
        "line 2, 'Site': the outline has no xmlUrl and nothing inside",
        "the file breaks off at line 2; 1 feeds were readable",
    ]
