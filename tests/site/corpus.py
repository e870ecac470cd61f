"""The corpus of captured pages, replayed as sites on loopback with generated feeds, for measurements.

`python -m tests.site.corpus --hosts 50 --copies 5 --latency 0.05` prints the feed URLs as a JSON list in
one line and serves until its stdin closes; then it prints what it served, as a JSON object in one line.
Pages are sent as stored, in gzip. They carry the publisher's own canonical link, which names a foreign
host: an honest client does not take it for the page's identity.
"""

import argparse
import asyncio
import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from aiohttp import web

from tests.corpus import CORPUS
from worker.demo.feeds import CONTENT_TYPES, FeedDocument, Item, render
from worker.demo.outlets import FeedFormat
from worker.demo.serving import Handler, Loopback

_FEED = "/feed.xml"


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """One page of the corpus: its id, the path it had, and its gzipped HTML."""

    id: str
    path: str
    zipped: bytes


def captured(corpus: Path, *, limit: int | None = None) -> list[CapturedPage]:
    """The pages that `extraction/gold.jsonl` lists, in its order, at most `limit`."""
    folder = corpus / "extraction"
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        golds = [json.loads(line) for line in lines][:limit]
    return [
        CapturedPage(
            gold["id"], urlsplit(gold["url"]).path, (folder / "html" / f"{gold['id']}.html.gz").read_bytes()
        )
        for gold in golds
    ]


@dataclass(slots=True)
class CorpusHost:
    """One host: the gzipped page of each path, and the titles that its feed gives."""

    pages: dict[str, bytes] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    feed: bytes = b""

    def add(self, page: CapturedPage, copy: int) -> None:
        """Put a copy of `page` on this host at a unique path."""
        slug = re.sub(r"[^a-z0-9]+", "-", page.path.lower()).strip("-")[-60:]
        path = f"/{copy}/{slug}-{page.id}.html"
        self.pages[path] = page.zipped
        self.titles[path] = f"{slug.replace('-', ' ') or 'untitled'} [{page.id}, {copy}]"

    def write_feed(self, home: str) -> None:
        """Fix the feed, now that the host's address is known: titles, links and dates, no text."""
        newest = datetime.now(UTC).replace(microsecond=0)
        items = [
            Item(home + path, title, guid=home + path, published=newest - timedelta(minutes=age))
            for age, (path, title) in enumerate(self.titles.items())
        ]
        self.feed = render(FeedDocument(home, f"{home}/", home + _FEED, items), FeedFormat.RSS)


class CorpusWeb:
    """`copies` of the pages, dealt over `hosts` hosts; every answer `latency` seconds late."""

    def __init__(
        self, pages: Sequence[CapturedPage], *, hosts: int, copies: int = 1, latency: float = 0
    ) -> None:
        self.latency = latency
        self.served = 0
        self.loopback = Loopback(uvloop.new_event_loop())
        self.hosts = [CorpusHost() for _ in range(hosts)]
        for number, (copy, page) in enumerate((c, p) for c in range(copies) for p in pages):
            self.hosts[number % hosts].add(page, copy)
        self.feeds = [self._open(host) for host in self.hosts]

    def _open(self, host: CorpusHost) -> str:
        home = self.loopback.open(self._handler(host))
        host.write_feed(home)
        return home + _FEED

    def _handler(self, host: CorpusHost) -> Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if self.latency:
                await asyncio.sleep(self.latency)
            self.served += 1
            return _answer(host, request)

        return answer


def _answer(host: CorpusHost, request: web.BaseRequest) -> web.Response:
    if request.path == _FEED:
        return web.Response(body=host.feed, headers={"Content-Type": CONTENT_TYPES[FeedFormat.RSS]})
    zipped = host.pages.get(request.path)
    if zipped is None:
        return web.Response(status=404)
    # No charset: as when the page was captured, only the page itself may name one.
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=gzip.decompress(zipped), headers={"Content-Type": "text/html"})
    return web.Response(body=zipped, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})


@contextmanager
def replayed(
    *, hosts: int, copies: int = 1, latency: float = 0, limit: int | None = None
) -> Iterator[list[str]]:
    """Yield the feed URLs of a replay in a separate process, so that its CPU time is not the client's."""
    sizes = {"hosts": hosts, "copies": copies, "latency": latency, "limit": limit}
    options = [f"--{name}={value}" for name, value in sizes.items() if value is not None]
    command = [sys.executable, "-m", "tests.site.corpus", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the replay did not start: {' '.join(command)}")
        yield json.loads(line)
        process.communicate()


def main() -> None:
    """Serve until stdin closes."""
    parser = argparse.ArgumentParser(prog="python -m tests.site.corpus", description="Replay the corpus.")
    parser.add_argument("--hosts", type=int, default=50, help="how many hosts the pages are dealt over")
    parser.add_argument("--copies", type=int, default=1, help="how often each page is served")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--limit", type=int, help="only the first so many pages")
    chosen = parser.parse_args()
    if CORPUS is None:
        parser.error("there is no corpus; set WIREDESK_CORPUS to its directory")
    pages = captured(CORPUS, limit=chosen.limit)
    served = CorpusWeb(pages, hosts=chosen.hosts, copies=chosen.copies, latency=chosen.latency)
    with served.loopback:
        print(json.dumps(served.feeds), flush=True)
        sys.stdin.read()
    print(json.dumps({"served": served.served, "cpu_seconds": round(time.process_time(), 3)}), flush=True)


if __name__ == "__main__":
    main()
