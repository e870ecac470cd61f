"""A service whose callback a hub reaches, and a site with a feed that names the hub."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.services.hubs import HubProcess
from tests.services.service import Service
from tests.site import Site, SiteFeed, SiteHost, faults
from worker.demo.reply import DemoReply, send
from worker.model import FeedEvent
from worker.store import feeds
from worker.store.db import run


@dataclass
class World:
    """A service whose callback the hub reaches, and a host with a feed of one article."""

    service: Service
    hub: HubProcess
    site: Site
    host: SiteHost
    feed: SiteFeed

    @property
    def topic(self) -> str:
        """What the hub pushes."""
        return self.feed.url

    def announce(self, *hubs: str, topic: str | None = None) -> None:
        """The feed's answers name these hubs from now on."""
        self.host.fault(self.feed.url, naming(hubs, topic or self.feed.url))

    def subscribed(self, **options: object) -> dict[str, Any]:
        """Poll the feed, which names the hub, and ask the hub: its row, once the hub has called back."""
        self.announce(self.hub.url(**options))
        self.service.subscribe(self.feed.url)
        self.service.work()
        self.hub.verified(self.topic)
        return self.row()

    def row(self) -> dict[str, Any]:
        """The only subscription."""
        (found,) = self.service.read("hub_subscriptions")
        return found

    def feed_row(self) -> dict[str, Any]:
        """The only feed, with the time to its next poll."""
        (found,) = self.service.read("feeds")
        due, polled = found["due_at"], found["last_polled_at"]
        return {**found, "wait": due - polled if due and polled else None}

    def write(self, title: str = "Just written", **item: Any) -> None:
        """A new article, at the top of the feed, dated now."""
        now = self.service.now()
        self.feed.add(self.host.article(title, published=now), **{"published": now, **item})

    def pause(self) -> None:
        """The operator pauses the feed."""
        with self.service.store.begin() as db:
            feeds.turn(db, int(self.feed_row()["id"]), FeedEvent.PAUSE, now=self.service.now())

    def run(self, sql: str, **values: object) -> None:
        """Change something in the store."""
        with self.service.store.begin() as db:
            run(db, sql, **values)

    def polls(self) -> int:
        """Requests of ours for the feed."""
        return sum("Wiredesk" in hit.headers.get("User-Agent", "") for hit in self.site.hits(self.feed.url))


def naming(hubs: tuple[str, ...], topic: str) -> faults.Fault:
    """The right answer, with Link headers."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        response = send(request, reply)
        for hub in hubs:
            response.headers.add("Link", f'<{hub}>; rel="hub"')
        response.headers.add("Link", f'<{topic}>; rel="self"')
        return response

    return answer
