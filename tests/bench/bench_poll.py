"""What a poll costs from the claim to the saved row: `python -m tests.bench.bench_poll [--feeds 100]`.

CPU milliseconds a poll of the polling process (its PostgreSQL not included), over feeds on loopback hosts:
one that answers 304, one whose body is the same bytes, one of 165 KiB with one new entry; compared with what
plain feedparser takes to parse that feed once.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import feedparser
from aiohttp import web

from tests.bench.bench_feeds import sample
from tests.services.service import Service
from worker.demo.serving import Loopback
from worker.embedded.postgres import Postgres
from worker.monitor import logging
from worker.store import migrate

ETAG = '"1"'


class Publisher:
    """One feed on each host; what it answers is chosen by `mode`: fresh, not-modified, same or new."""

    def __init__(self, feeds: int) -> None:
        self.mode = "fresh"
        self.body = sample()
        self.loopback = Loopback()
        self.urls = [self.loopback.open(self._answer) + "/feed.xml" for _ in range(feeds)]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.mode == "not-modified":
            return web.Response(status=304, headers={"ETag": ETAG})
        body = self.body
        if self.mode == "new":
            body = body.replace(b"<item>", f"<item><guid>new-{id(request)}</guid></item><item>".encode(), 1)
        return web.Response(body=body, headers={"Content-Type": "application/rss+xml", "ETag": ETAG})

    def serve(self) -> None:
        """Say the URLs as JSON, then take each line of standard input as the new mode, until it ends."""
        with self.loopback:
            print(json.dumps(self.urls), flush=True)
            for line in sys.stdin:
                self.mode = line.strip()
                print("ok", flush=True)


@contextmanager
def published(feeds: int) -> Iterator[tuple[list[str], Callable[[str], None]]]:
    """The URLs of a publisher in a separate process, and the function that sets its mode."""
    command = [sys.executable, "-m", "tests.bench.bench_poll", "--serve", "--feeds", str(feeds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pipe, answers = process.stdin, process.stdout

        def choose(mode: str) -> None:
            print(mode, file=pipe, flush=True)
            answers.readline()

        yield json.loads(answers.readline()), choose
        process.stdin.close()


def measured(service: Service, polls: int) -> float:
    """CPU milliseconds of each poll, when all feeds are polled once."""
    service.later(days=2)
    began = time.process_time()
    service.tick()
    for message in [m for m in service.queue.messages if m[0] == "poll"]:
        service.do(*message)
    service.queue.messages.clear()
    return 1000 * (time.process_time() - began) / polls


def plain(body: bytes) -> float:
    """CPU milliseconds in which plain feedparser parses the feed once."""
    began = time.process_time()
    for _ in range(5):
        feedparser.parse(io.BytesIO(body))
    return 1000 * (time.process_time() - began) / 5


def figures(feeds: int, say: Callable[[str], None] = print) -> dict[str, float]:
    """Print all figures as they come."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        server = Postgres(Path(directory) / "postgres", durable=False)
        migrate.upgrade(server.start())
        service = Service(server.url, turn_seconds=20.0)
        with published(feeds) as (urls, choose):
            service.subscribe(*urls)
            measured(service, feeds)
            for mode in ("not-modified", "same", "new"):
                choose(mode)
                # The least of three: the machine may have been busy with something else.
                found[mode] = min(measured(service, feeds) for _ in range(3))
                say(f"  {mode:14} {found[mode]:6.2f} ms CPU a poll")
        found["feedparser"] = plain(sample())
        size = len(sample()) // 1024
        say(f"  {'feedparser':14} {found['feedparser']:6.2f} ms CPU to parse the same {size} KiB, plain")
        service.store.close()
        server.stop()
    return found


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--serve", action="store_true", help="only be the publisher")
    arguments = parser.parse_args()
    if arguments.serve:
        Publisher(arguments.feeds).serve()
        return
    logging.configure(form="json", level="warning")
    figures(arguments.feeds)


if __name__ == "__main__":
    main()
