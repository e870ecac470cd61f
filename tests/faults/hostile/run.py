"""Cases run concurrently through the real services, next to good hosts, and the result of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

from aiohttp import connector
from structlog.testing import capture_logs

from tests.faults.hostile.case import Case
from tests.faults.hostile.links import NAMES
from tests.faults.hostile.server import CERTIFICATES, HostileWeb
from tests.names import resolving
from tests.services.service import Service
from tests.site import Site, SiteHost

SETTINGS: dict[str, object] = {
    "fetch_allow_networks": (ip_network("127.0.0.1/32"),),
    "fetch_connect_seconds": 1.5,
    "fetch_read_seconds": 1.2,
    "fetch_total_seconds": 4.0,
    "fetch_max_bytes": 2_000_000,
    "fetch_crawl_delay_cap_seconds": 0.1,
    "poll_max_entries": 100,
    "batch_hosts": 1000,
    "queue_limit": 1000,
    "fetch_hosts_at_once": 1000,
}
"""One address of loopback stands for the internet, the others for what is private."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the work on something ended. `detail` has the feed's warning, too."""

    outcome: str
    reason: str = ""
    detail: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Results:
    """The result of each case and of its good host, by the name of the case."""

    cases: dict[str, Ended] = field(default_factory=dict)
    beside: dict[str, Ended] = field(default_factory=dict)


def run(service: Service, site: Site, cases: Sequence[Case]) -> Results:
    """Poll once, and for pages fetch and extract; each case runs next to its own good host."""
    trust_the_authority()
    with HostileWeb(cases) as web, capture_logs() as lines, resolving(NAMES):
        good = {case.name: site.host() for case in cases}
        for case in cases:
            service.subscribe(*_feeds(case, good[case.name], web.homes.get(case.name, "")))
        for stage in ("poll",) if cases[0].part == "feed" else ("poll", "fetch", "extract"):
            service.tick()
            messages, service.queue.messages = service.queue.messages, []
            for name, claims in messages:
                if name == stage:
                    service.do(stage, claims)
    told = _Told(service, lines)
    return Results(
        {case.name: told.of(case, web.homes.get(case.name, "")) for case in cases},
        {case.name: told.good(good[case.name], polled=case.part == "feed") for case in cases},
    )


def trust_the_authority() -> None:
    """Let the client know the authority that has signed the certificates, bad and good, of the cases."""
    connector._SSL_CONTEXT_VERIFIED.load_verify_locations(CERTIFICATES / "authority.pem")


def _feeds(case: Case, host: SiteHost, home: str) -> list[str]:
    """What is subscribed to: the feed of the good host, which lists the entry of a page or link."""
    feed = host.feed("/feed.xml", articles=1)
    if case.part == "feed":
        return [feed.url, f"{home}/feed"]
    link = case.link or f"{home}/page"
    feed.add(host.article(case.name), link=link, title=case.name, guid=case.name, summary=None)
    return [feed.url]


class _Told:
    """The final events of all work, and their rows."""

    def __init__(self, service: Service, lines: Sequence[Any]) -> None:
        self._by_url = {line["url"]: line for line in lines if line["event"] == "feed polled"}
        self._fetched = {line["entry_id"]: line for line in lines if line["event"] == "page fetched"}
        self._read = {line["entry_id"]: line for line in lines if line["event"] == "page extracted"}
        self._feeds = {str(row["url"]): row for row in service.read("feeds", "url", "warning")}
        entries = service.read("entries", "id", "title", "url", "state", "reason", "detail")[::-1]
        self._by_title = {str(row["title"]): row for row in entries}
        self._by_link = {str(row["url"]): row for row in entries}

    def of(self, case: Case, home: str) -> Ended:
        """How a case ended."""
        if case.part == "feed":
            return self._poll(f"{home}/feed")
        return self._entry(self._by_title.get(case.name))

    def good(self, host: SiteHost, *, polled: bool) -> Ended:
        """How a good host's poll ended, or its article, with the time of its slowest step."""
        poll = self._poll(host.feeds[0].url)
        if polled:
            return poll
        page = self._entry(self._by_link.get(host.feeds[0].items[-1].link))
        return replace(page, seconds=max(poll.seconds, page.seconds))

    def _poll(self, url: str) -> Ended:
        line = self._by_url.get(url)
        if line is None:
            return Ended("not polled")
        detail = f"{line.get('detail', '')} {self._feeds[url]['warning'] or ''}".strip()
        return Ended(line["outcome"], line.get("reason", ""), detail, line["seconds"])

    def _entry(self, row: dict[str, object] | None) -> Ended:
        if row is None:
            return Ended("no entry")
        lines = [found[row["id"]] for found in (self._fetched, self._read) if row["id"] in found]
        if not lines:
            return Ended(str(row["state"]), str(row["reason"] or ""), str(row["detail"] or ""))
        last = lines[-1]
        seconds = max(line["seconds"] for line in lines)
        return Ended(last["outcome"], last.get("reason", ""), last.get("detail", ""), seconds)
