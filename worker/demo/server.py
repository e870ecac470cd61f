"""The demo: invented outlets, each on its own loopback host, with feeds, pages and mishaps."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self
from xml.etree import ElementTree

from aiohttp import web

from worker.demo.expected import Expected, expected
from worker.demo.outlets import Outlet, load_outlets
from worker.demo.reply import send
from worker.demo.serving import Handler, Loopback
from worker.demo.site import OutletSite


class DemoWeb:
    """A small web of news sites that needs no internet; it serves between `start` and `stop`.

    `clock` (aware) decides which articles have appeared or been edited. The ages of the articles count from
    `began`, by default the current time of the clock. The URLs are known before the start.

    Each outlet has an address, from `first_address` on, so that each is a publisher. Where a machine has
    127.0.0.1 alone, as macOS does, all are on that, and `one_address` is true.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        began: datetime | None = None,
        outlets: Sequence[Outlet] | None = None,
        first_address: str = "127.0.0.2",
    ) -> None:
        self.clock = clock
        self.began = began or clock()
        self.outlets = list(outlets if outlets is not None else load_outlets())
        self.sites: list[OutletSite] = []
        self.one_address = False
        self._loopback = Loopback()
        for number, outlet in enumerate(self.outlets):
            home = self._open(number, str(IPv4Address(first_address) + number))
            self.sites.append(OutletSite(outlet, home, self.began))

    def start(self) -> None:
        """Start serving; returns when every host answers."""
        self._loopback.start()

    def stop(self) -> None:
        """Close every host."""
        self._loopback.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def feeds(self) -> list[str]:
        """The URLs of all feeds."""
        return [site.home + feed.path for site in self.sites for feed in site.outlet.feeds]

    def opml(self) -> bytes:
        """Return the subscriptions as OPML 2.0, with a folder for each outlet."""
        root = ElementTree.Element("opml", version="2.0")
        ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Wiredesk demo"
        body = ElementTree.SubElement(root, "body")
        for site in self.sites:
            folder = ElementTree.SubElement(body, "outline", text=site.outlet.name)
            for feed in site.outlet.feeds:
                url = site.home + feed.path
                ElementTree.SubElement(folder, "outline", type="rss", text=feed.title, xmlUrl=url)
        return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))

    def expected(self, *, at: datetime | None = None) -> Expected:
        """Return the counts after a perfect ingestion of everything, or of what is online at `at`."""
        if at is None:
            return expected(self.outlets)
        homes = {site.outlet.key: site for site in self.sites}
        return expected(
            self.outlets,
            elapsed=(at - self.began).total_seconds(),
            edited=lambda outlet, article: homes[outlet.key].modified(article, at) is not None,
        )

    def _open(self, number: int, address: str) -> str:
        if not self.one_address:
            try:
                return self._loopback.open(self._handler(number), address)
            except OSError:
                self.one_address = True
        return self._loopback.open(self._handler(number))

    def _handler(self, number: int) -> Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return send(request, self.sites[number].reply(request.path_qs, self.clock()))

        return answer
