"""The replay serves each captured page at unique URLs, from a process that ends with its client."""

import gzip
import io
import subprocess
import sys
from typing import Any

import feedparser
import pytest
import requests

from tests.corpus import CORPUS, needs_corpus
from tests.site.corpus import CapturedPage, CorpusWeb, captured, replayed

PAGES = [
    CapturedPage(f"id{number}", f"/2024/story-{number}/", gzip.compress(f"<p>page {number}</p>".encode()))
    for number in range(7)
]


def test_copies_are_spread_over_the_hosts_with_unique_links_and_titles() -> None:
    web = CorpusWeb(PAGES, hosts=3, copies=2)
    with web.loopback:
        entries = [entry for feed in web.feeds for entry in _entries(feed)]
        texts = [requests.get(entry.link, timeout=5).text for entry in entries]

    assert len({entry.link for entry in entries}) == 14
    assert len({entry.title for entry in entries}) == 14
    assert sorted(texts) == sorted(f"<p>page {number}</p>" for number in range(7) for _ in range(2))
    assert not any("content" in entry or "summary" in entry for entry in entries)


def test_pages_are_sent_as_stored_to_clients_that_accept_gzip() -> None:
    web = CorpusWeb(PAGES[:1], hosts=1)
    with web.loopback:
        link = _entries(web.feeds[0])[0].link
        stored = requests.get(link, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=5)
        raw = stored.raw.read(decode_content=False)
        plain = requests.get(link, headers={"Accept-Encoding": "identity"}, timeout=5)

    assert raw == PAGES[0].zipped
    assert plain.content == b"<p>page 0</p>"


@pytest.mark.corpus
@needs_corpus
def test_the_corpus_is_replayed_by_a_process_that_ends_with_its_client() -> None:
    assert CORPUS is not None
    with replayed(hosts=4, copies=2, latency=0.001, limit=10) as feeds:
        links = [entry.link for feed in feeds for entry in _entries(feed)]
        page = requests.get(links[0], timeout=5)

    assert len(feeds) == 4
    assert len(set(links)) == 20
    assert page.content == gzip.decompress(captured(CORPUS, limit=1)[0].zipped)
    with pytest.raises(requests.ConnectionError):
        requests.get(links[0], timeout=5)


def test_a_replay_without_a_corpus_says_what_to_set() -> None:
    command = [sys.executable, "-m", "tests.site.corpus"]
    ended = subprocess.run(
        command, env={"WIREDESK_CORPUS": "/nowhere"}, capture_output=True, text=True, timeout=30
    )

    assert ended.returncode == 2
    assert "WIREDESK_CORPUS" in ended.stderr


def _entries(feed: str) -> Any:
    parsed = feedparser.parse(io.BytesIO(requests.get(feed, timeout=5).content))
    assert not parsed.bozo
    return parsed.entries
