"""A programmable web on loopback: hosts that a test fills, spoils and watches."""

import time

from aiohttp import web

from tests.site.host import SiteHost
from tests.site.log import Hit
from worker.demo.reply import send
from worker.demo.serving import Handler, Loopback


class Site:
    """Any number of hosts, served between `start` and `stop`; `log` has every request answered so far."""

    def __init__(self) -> None:
        self.hosts: list[SiteHost] = []
        self.log: list[Hit] = []
        self._loopback = Loopback()

    def start(self) -> None:
        """Serve."""
        self._loopback.start()

    def stop(self) -> None:
        """Close every host, also in the middle of a slow answer."""
        self._loopback.stop()

    def host(self, name: str = "", *, layout: str = "gazette", language: str = "en") -> SiteHost:
        """Add a host with its own URL."""
        number = len(self.hosts)
        home = self._loopback.open(self._handler(number))
        self.hosts.append(SiteHost(home, name or f"Outlet {number + 1}", layout=layout, language=language))
        return self.hosts[-1]

    @property
    def feeds(self) -> list[str]:
        """The URLs of all feeds of all hosts."""
        return [feed.url for host in self.hosts for feed in host.feeds]

    def hits(self, prefix: str = "") -> list[Hit]:
        """The requests for URLs that begin with `prefix` (a `home`, a page), in order of answer."""
        return [hit for hit in list(self.log) if hit.url.startswith(prefix)]

    def _handler(self, number: int) -> Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            began = time.monotonic()
            host = self.hosts[number]
            response: web.StreamResponse | None = None
            try:
                response = await _answer(host, request)
            finally:
                # Also logged when a fault hung up or the client went away: the request was made.
                status = response.status if response is not None else 0
                ended = time.monotonic()
                self.log.append(Hit(host.home, request.path_qs, status, began, ended, dict(request.headers)))
            return response

        return answer


async def _answer(host: SiteHost, request: web.BaseRequest) -> web.StreamResponse:
    fault = host.fault_of(request.path_qs)
    reply = host.reply(request.path_qs)
    return await fault(request, reply) if fault else send(request, reply)
