"""A host for an operator: what its robots.txt says to us, the settings in force, and ending a rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.fetch.host_book import DEFAULT, HostBook, HostScope
from worker.fetch.robots import RobotsRules
from worker.store import Connection, audit, host_pages, hosts


@dataclass(frozen=True, slots=True)
class HostSetting:
    """A setting as it applies to a host, and where it came from."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A robots.txt as read: its text, whether we may fetch the front page, and the delay that it wants."""

    text: str
    allowed: bool
    delay: float | None
    sitemaps: tuple[str, ...]


def robots_file(body: bytes | None, agent: str, key: str) -> RobotsFile | None:
    """Return the rules of a host for our agent; None if none were read."""
    if body is None:
        return None
    rules = RobotsRules.parse(body, agent)
    text = body.decode("utf-8", "replace")
    return RobotsFile(text, rules.allowed(f"{key}/"), rules.crawl_delay, tuple(rules.sitemaps))


def host_settings(host: Mapping[str, Any], book: HostBook, *, delay: float, agent: str) -> list[HostSetting]:
    """Return the settings that apply to a host, without values of secrets."""
    found = book.of(host["key"])
    scope = next((scope for scope, one in book.sections.items() if one is found), None)
    section = f'hosts_file ["{_words(scope)}"]' if scope else "default"

    def origin(differs: bool) -> str:
        return section if differs else "default"

    shown = [HostSetting("robots.txt is obeyed", _yes(found.robots), origin(found.robots != DEFAULT.robots))]
    if host["delay_seconds"] is not None:
        shown.append(
            HostSetting("delay between requests", f"{host['delay_seconds']:g} s", "set for this host")
        )
    elif found.delay_seconds is not None:
        shown.append(HostSetting("delay between requests", f"{found.delay_seconds:g} s", section))
    else:
        shown.append(HostSetting("delay between requests", f"{delay:g} s", "fetch_delay_seconds"))
    shown.append(HostSetting("pages are fetched", _yes(found.full_text), origin(not found.full_text)))
    shown.append(HostSetting("User-Agent", found.user_agent or agent, origin(bool(found.user_agent))))
    for name in sorted(found.headers):
        shown.append(HostSetting(f"header {name}", found.headers[name], section))
    for name in sorted(found.secrets):
        shown.append(HostSetting(f"header {name}", "***", section))
    if found.proxy:
        shown.append(HostSetting("proxy", found.proxy, section))
    if found.tls:
        shown.append(HostSetting("certificates", "of the section", section))
    return shown


def lift(db: Connection, host_id: int, *, by: str, now: datetime) -> bool:
    """End the rest of a host; return False if it does not rest."""
    if not host_pages.lift_rest(db, [host_id], now=now):
        return False
    hosts.wake(db, [host_id])
    audit.record(db, by, "host.rest_lifted", f"host:{host_id}", now=now)
    return True


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _words(scope: HostScope) -> str:
    port = f":{scope.port}" if scope.port else ""
    return f"{scope.scheme}://{scope.host}{port}" if scope.scheme else f"{scope.host}{port}"
