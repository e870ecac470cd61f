"""The demo is a small web that keeps its promises: a plain reader ends with exactly what `expected` says."""

import re
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests

from tests.demo import reader
from tests.demo.conftest import BEGAN, MovedClock
from worker.demo import DemoWeb

BREAKING = "Night market lights a thousand lanterns"


def test_a_plain_reader_ends_with_the_expected_counts(demo: DemoWeb, clock: MovedClock) -> None:
    clock.move(3600)

    discovered, stored, refused, sightings = reader.count(demo.feeds)

    expected = demo.expected()
    assert (discovered, stored, sightings) == (expected.discovered, expected.stored, expected.sightings)
    assert refused == Counter({str(reason): n for reason, n in expected.refused.items()})


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has one loopback address")
def test_each_outlet_has_a_host_to_itself() -> None:
    demo = DemoWeb()

    hosts = {urlsplit(site.home).hostname for site in demo.sites}

    assert len(hosts) == len(demo.sites)
    assert not demo.one_address


def test_where_the_machine_has_one_loopback_address_the_outlets_share_it(clock: MovedClock) -> None:
    # An address of TEST-NET-1 (RFC 5737), which no machine has.
    with DemoWeb(clock=clock, began=BEGAN, first_address="192.0.2.1") as demo:
        clock.move(3600)
        discovered, stored, *_ = reader.count(demo.feeds)

        assert demo.one_address
        assert {urlsplit(site.home).hostname for site in demo.sites} == {"127.0.0.1"}
        assert (discovered, stored) == (demo.expected().discovered, demo.expected().stored)


def test_the_expected_counts_add_up_and_include_every_mishap(demo: DemoWeb) -> None:
    expected = demo.expected()

    assert expected.discovered == expected.stored + expected.duplicate + sum(expected.refused.values())
    assert set(map(str, expected.refused)) == {"consent-wall", "http-gone", "not-html", "robots"}
    assert expected.duplicate > 0
    assert expected.sightings > expected.discovered
    assert expected.stories == expected.stored - 1
    assert expected.revised == 1


def test_breaking_news_appears_after_a_while(demo: DemoWeb, clock: MovedClock) -> None:
    feed = _feed(demo, "/feed/")
    before = [item.title for item in reader.items(feed)]
    early = demo.expected(at=clock())

    clock.move(30)

    after = reader.items(feed)
    assert not any(title.startswith(BREAKING) for title in before)
    assert after[0].title.startswith(BREAKING)
    assert demo.expected(at=clock()).discovered == early.discovered + 1
    assert BREAKING in requests.get(after[0].link, timeout=5).text


def test_breaking_news_cannot_be_read_before_it_appears(demo: DemoWeb, clock: MovedClock) -> None:
    clock.move(30)
    link = reader.items(_feed(demo, "/feed/"))[0].link

    clock.move(-30)

    assert requests.get(link, timeout=5).status_code == 404


def test_an_article_is_edited_a_while_after_it_was_first_read(demo: DemoWeb, clock: MovedClock) -> None:
    # As on a machine whose workers take five minutes to start.
    clock.move(300)
    link = next(i.link for i in reader.items(_feed(demo, "/feed/")) if "ferry" in i.link)
    first = requests.get(link, timeout=5)
    before = demo.expected(at=clock())

    clock.move(20)
    second = requests.get(link, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)

    assert second.status_code == 200
    assert "full by noon" in second.text
    assert "article:modified_time" in second.text
    assert "full by noon" not in first.text
    assert (before.revised, demo.expected(at=clock()).revised) == (0, 1)


def test_every_feed_and_page_is_answered_304_when_unchanged(demo: DemoWeb, clock: MovedClock) -> None:
    clock.move(3600)
    urls = demo.feeds + [item.link for feed in demo.feeds for item in reader.items(feed)]
    for url in urls:
        first = requests.get(url, timeout=5)
        if first.status_code == 200:
            again = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
            assert again.status_code == 304, url


def test_a_syndicated_copy_has_the_same_words_at_another_outlet(demo: DemoWeb) -> None:
    original = next(i.link for i in reader.items(_feed(demo, "/feed/")) if "library-lends" in i.link)
    copy = next(i.link for i in reader.items(_feed(demo, "/index.rdf")) if "library-lends" in i.link)

    paragraphs = [
        re.findall(r"<p>([^<]{80,})</p>", requests.get(url, timeout=5).text) for url in (original, copy)
    ]

    assert len(paragraphs[0]) > 3
    assert set(paragraphs[0]) <= set(paragraphs[1])


def test_the_feeds_have_the_usual_oddities_of_feeds(demo: DemoWeb) -> None:
    seen = {feed: reader.items(feed) for feed in demo.feeds}
    every = [item for items in seen.values() for item in items]

    assert any(item.key == item.link.partition("?")[0] and "utm_source" in item.link for item in every), (
        "no guid"
    )
    assert sum(1 for item in every if not item.published) == 1
    assert any(item.content for item in every)
    assert any("/s/" in item.link for item in every)
    assert len({item.link.split("/")[2] for item in every}) == len(demo.outlets) >= 6


def test_articles_look_fresh_whenever_the_demo_begins(demo: DemoWeb) -> None:
    for site in demo.sites:
        for article in site.visible(BEGAN):
            assert timedelta(0) <= BEGAN - site.published(article) < timedelta(days=1)
            assert site.published(article).utcoffset() is not None


def test_the_opml_lists_every_feed(demo: DemoWeb) -> None:
    outlines = ElementTree.fromstring(demo.opml()).iterfind(".//outline[@xmlUrl]")

    assert [outline.get("xmlUrl") for outline in outlines] == demo.feeds


def test_front_pages_link_to_the_feeds_and_pictures_exist(demo: DemoWeb) -> None:
    for site in demo.sites:
        front = requests.get(f"{site.home}/", timeout=5).text
        assert all(site.home + feed.path in front for feed in site.outlet.feeds)
        assert (
            requests.get(f"{site.home}/pictures/x.svg", timeout=5).headers["Content-Type"] == "image/svg+xml"
        )


def test_the_demo_command_prints_its_feeds_and_ends_on_a_signal() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "worker.demo"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        feed = process.stdout.readline().strip()
        status = requests.get(feed, timeout=5).status_code
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)

    assert status == 200
    assert process.returncode == 0


def _feed(demo: DemoWeb, ending: str) -> str:
    return next(feed for feed in demo.feeds if feed.endswith(ending) and "city" not in feed)
