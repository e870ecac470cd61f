"""The demo: invented outlets, each on a host of its own on loopback, with feeds, pages and mishaps."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from worker.demo.expected import Expected, expected
from worker.demo.opml import opml
from worker.demo.outlets import Outlet, load_outlets
from worker.demo.reply import send
from worker.demo.serving import Handler, Loopback
from worker.demo.site import OutletSite

Clock = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DemoWeb:
    """A small web of news sites that needs no internet; serves between `start` and `stop`.

    `clock` (aware instants) decides what has appeared and been edited, `began` is the instant to which the
    ages of the articles relate, by default the clock's now. The addresses are known at once.
    """

    def __init__(
        self,
        *,
        clock: Clock = _utc_now,
        began: datetime | None = None,
        outlets: Sequence[Outlet] | None = None,
    ) -> None:
        self.clock = clock
        self.began = began or clock()
        self.outlets = list(outlets if outlets is not None else load_outlets())
        self.sites: list[OutletSite] = []
        self._loopback = Loopback()
        for outlet in self.outlets:
            self._open(outlet)

    def start(self) -> None:
        """Serve; returns when every host answers."""
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
        """The subscriptions as OPML 2.0, a folder for each outlet."""
        folders = {
            site.outlet.name: [(feed.title, site.home + feed.path) for feed in site.outlet.feeds]
            for site in self.sites
        }
        return opml("Wiredesk demo", folders)

    def expected(self, *, at: datetime | None = None) -> Expected:
        """What a perfect ingestion ends with, of all that will ever appear, or of what is there at `at`."""
        elapsed = float("inf") if at is None else (at - self.began).total_seconds()
        return expected(self.outlets, elapsed=elapsed)

    def _open(self, outlet: Outlet) -> None:
        self.sites.append(OutletSite(outlet, self._loopback.open(self._handler(len(self.sites))), self.began))

    def _handler(self, number: int) -> Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return send(request, self.sites[number].reply(request.path_qs, self.clock()))

        return answer
