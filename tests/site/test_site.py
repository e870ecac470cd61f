"""The site is a web in miniature: what a test puts there is served, and every request is on record."""

import io
from typing import Any

import feedparser
import pytest
import requests

from tests.site import Site, most_at_once, pauses
from tests.site.prose import prose


@pytest.mark.parametrize("kind", ["rss", "rdf", "atom", "json"])
def test_a_feed_lists_what_was_added_newest_first(site: Site, kind: str) -> None:
    host = site.host("The Test Times")
    feed = host.feed("/feed", kind, articles=2)
    feed.add(host.article("A third one"))

    body = requests.get(feed.url, timeout=5)

    titles = [e["title"] for e in _entries(body, kind)]
    assert titles[0] == "A third one"
    assert len(titles) == 3


def test_a_feed_drops_articles_beyond_its_window(site: Site) -> None:
    feed = site.host().feed(window=3, articles=5)

    assert len(_entries(requests.get(feed.url, timeout=5))) == 3


def test_an_item_can_differ_from_its_article(site: Site) -> None:
    host = site.host()
    feed = host.feed()
    feed.add(host.article("Undated"), guid="", published=None, updated=None, content="<p>all of it</p>")

    entry = _entries(requests.get(feed.url, timeout=5))[0]

    assert "id" not in entry
    assert "published" not in entry
    assert entry["content"][0]["value"] == "<p>all of it</p>"


def test_an_article_is_served_at_its_url_and_changes_when_edited(site: Site) -> None:
    article = site.host(layout="portal").article("The old title", text="The first words.")
    first = requests.get(article.url, timeout=5)

    article.edit(title="The new title", text="Other words.")
    second = requests.get(article.url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)

    assert "The first words." in first.text
    assert second.status_code == 200
    assert "The new title" in second.text
    assert "Other words." in second.text


def test_an_unchanged_document_is_answered_with_304(site: Site) -> None:
    feed = site.host().feed(articles=1)
    first = requests.get(feed.url, timeout=5)

    by_tag = requests.get(feed.url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    by_date = requests.get(feed.url, headers={"If-Modified-Since": first.headers["Last-Modified"]}, timeout=5)

    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_date.status_code == 304


def test_a_removed_article_is_gone_and_unknown_paths_are_404(site: Site) -> None:
    host = site.host()
    article = host.article("Soon gone")
    host.remove(article.url)

    assert requests.get(article.url, timeout=5).status_code == 404
    assert requests.get(f"{host.home}/robots.txt", timeout=5).status_code == 404


def test_a_query_does_not_hide_an_article(site: Site) -> None:
    article = site.host().article("Tracked")

    assert requests.get(f"{article.url}?utm_source=rss", timeout=5).status_code == 200


def test_every_request_is_logged_with_its_times(site: Site) -> None:
    host, other = site.host(), site.host()
    article = host.article("Watched")
    other.put("/robots.txt", "User-agent: *\n", "text/plain")

    for _ in range(3):
        requests.get(article.url, headers={"User-Agent": "tester"}, timeout=5)
    requests.get(f"{other.home}/robots.txt", timeout=5)

    hits = site.hits(host.home)
    assert [hit.url for hit in hits] == [article.url] * 3
    assert hits[0].headers["User-Agent"] == "tester"
    assert all(pause > 0 for pause in pauses(hits))
    assert most_at_once(hits) == 1
    assert len(site.hits()) == 4


def test_each_host_has_its_own_url_and_the_site_lists_their_feeds(site: Site) -> None:
    feeds = [site.host().feed().url for _ in range(5)]

    assert len(set(feeds)) == 5
    assert site.feeds == feeds


def test_invented_text_is_stable_and_different_for_every_title() -> None:
    shingles = {seed: _shingles(prose(seed)) for seed in ("one", "two", "three")}

    assert prose("one") == prose("one")
    for one, two in [("one", "two"), ("two", "three"), ("one", "three")]:
        shared = len(shingles[one] & shingles[two]) / len(shingles[one] | shingles[two])
        assert shared < 0.1


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def _entries(response: requests.Response, kind: str = "rss") -> Any:
    if kind == "json":
        return response.json()["items"]
    parsed = feedparser.parse(io.BytesIO(response.content))
    assert not parsed.bozo
    return parsed.entries
