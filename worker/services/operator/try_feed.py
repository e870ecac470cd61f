"""Before a subscription: what an address offers, and what would be ingested from it. Nothing is stored.

look for the sources of the site                        an address that is a feed is its own source
try the source that was chosen, else the best one      (check: some of its pages are fetched, too)

All requests are bounded in number and time, and go through the same guard as polls.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from worker.fetch.loop import run_async
from worker.outcome import Reason
from worker.services.operator.check import CheckedFeed, CheckPolicy, check_feed
from worker.services.operator.discover import FEEDS, Discovery, find_sources

REQUESTS = 20
"""Requests for looking around on a site. A guess: fewer than the command makes, since a person waits."""

SECONDS = 45.0
"""Time for all of it. A guess: proxies give up after 60 seconds."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found at an address, and what the chosen source would bring; None if there is nothing to try.

    `problem` says why there is no result, in one line.
    """

    found: Discovery | None = None
    checked: CheckedFeed | None = None
    problem: str = ""


def try_address(url: str, *, source: str | None, policy: CheckPolicy, now: datetime) -> Tried:
    """Look for feeds at `url`, and try `source`, else the best of them; `url` may lack its scheme."""
    address = url if "://" in url else f"https://{url}"

    async def look() -> Tried:
        try:
            async with asyncio.timeout(SECONDS):
                return await _look(address, source, policy, now)
        except TimeoutError:
            return Tried(problem=f"the site did not answer within {SECONDS:g} seconds: try again later")

    return run_async(look())


async def _look(address: str, source: str | None, policy: CheckPolicy, now: datetime) -> Tried:
    found = await find_sources(address, policy=policy.turn, book=policy.book, now=now, requests=REQUESTS)
    if found.reason is not None:
        cure = (
            "; the setting fetch_allow_networks allows it" if found.reason == Reason.FORBIDDEN_ADDRESS else ""
        )
        return Tried(found, problem=f"{found.detail or found.reason} ({found.url}){cure}")
    feeds = [offer.url for offer in found.offers if offer.kind in FEEDS]
    chosen = source if source in {offer.url for offer in found.offers} else next(iter(feeds), None)
    if chosen is None:
        return Tried(found)
    return Tried(found, await check_feed(chosen, policy=policy, now=now))
