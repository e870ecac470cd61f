"""A dry run of one feed: what would be ingested, and why not. Nothing is stored.

request the feed, as a poll would                     if it is a web page: list the feeds that it offers
read it: each entry has a page to fetch, or only its own text, or neither
fetch and extract the first pages, in turns of their hosts
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from worker.config.groups import TurnPolicy
from worker.extract import Article, Rules, extract
from worker.extract.rights import reservation_against
from worker.feeds import ParsedEntry, ParsedFeed, parse
from worker.feeds.discover import discover
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import HostTurn, NotAsked
from worker.outcome import Reason, Refusal
from worker.rows.entries import Item
from worker.services.operator.visit import begin_visit, visit_page
from worker.services.poll.match import items_of_entries
from worker.text.dates.precision import Precision
from worker.urls import host_key


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """How the requests are made.

    The first `pages` pages are fetched, and extracted with the `rules` of their sites; `honoured` are the
    reservations in pages that keep an article out of the store.
    """

    turn: TurnPolicy
    book: HostBook
    pages: int
    honoured: frozenset[str] = frozenset()
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """What would become of an entry.

    `verdict`: 'page' or 'text' would be extracted, 'article' was extracted; otherwise a reason.
    """

    title: str | None
    url: str | None
    published: datetime | None
    published_precision: Precision | None
    verdict: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFeed:
    """What a poll would find; if it is not a feed, `reason` says why and `offers` are feeds to try."""

    url: str
    status: int | None
    kind: str | None = None
    title: str | None = None
    language: str | None = None
    moved_permanently_to: str | None = None
    warnings: tuple[str, ...] = ()
    entries: tuple[CheckedEntry, ...] = ()
    reason: str | None = None
    detail: str = ""
    offers: tuple[str, ...] = ()


async def check_feed(url: str, *, policy: CheckPolicy, now: datetime) -> CheckedFeed:
    """Try the feed at `url`. Failures of hosts are returned, not raised."""
    async with Client(policy.turn.user_agent, policy.turn.limits, policy.book) as client:
        answer = await client.get(url, purpose=Purpose.FEED)
        if isinstance(answer, Failure):
            return _refused(answer.url or url, answer.status, answer.refusal)
        body = answer.content()
        parsed = parse(body, url=answer.url, content_type=answer.headers.get("content-type"))
        if isinstance(parsed, Refusal):
            refused = _refused(answer.url, answer.status, parsed)
            return replace(
                refused,
                offers=tuple(
                    feed.url for feed in discover(body, url=answer.url, headers=answer.headers.items())[:10]
                ),
            )
        return await _read(client, answer, parsed, policy, now)


def _refused(url: str, status: int | None, refusal: Refusal) -> CheckedFeed:
    return CheckedFeed(url=url, status=status, reason=refusal.reason, detail=refusal.words)


async def _read(
    client: Client, answer: Reply, parsed: ParsedFeed, policy: CheckPolicy, now: datetime
) -> CheckedFeed:
    found = list(
        zip(parsed.entries, items_of_entries(parsed.entries, (), feed_id=0, positions=()), strict=True)
    )
    verdicts = await _verdicts(client, found, policy, now)
    return CheckedFeed(
        url=answer.url,
        status=answer.status,
        kind=parsed.kind,
        title=parsed.title,
        language=parsed.language,
        moved_permanently_to=answer.moved_permanently_to,
        warnings=parsed.warnings,
        entries=tuple(_entries(found, verdicts)),
    )


def _entries(
    found: Sequence[tuple[ParsedEntry, Item]], verdicts: Mapping[str, tuple[str, str]]
) -> list[CheckedEntry]:
    seen = set()
    entries = []
    for entry, item in found:
        if item.facts in seen:
            verdict, detail = "duplicate", "the feed lists it twice"
        elif item.url is not None:
            verdict, detail = verdicts.get(item.url, ("page", ""))
        elif item.content or item.summary:
            verdict, detail = "text", "it has no link; the feed's own text is extracted"
        else:
            verdict, detail = Reason.NO_LINK, Reason.NO_LINK.words
        seen.add(item.facts)
        url, stated = item.url or entry.link, (entry.published, entry.published_precision)
        entries.append(CheckedEntry(entry.title, url, *stated, verdict, detail))
    return entries


async def _verdicts(
    client: Client, found: Sequence[tuple[ParsedEntry, Item]], policy: CheckPolicy, now: datetime
) -> dict[str, tuple[str, str]]:
    """Return verdicts on the first pages, by address."""
    wanted = {item.url: entry for entry, item in found if item.url}
    by_host: dict[str, list[str]] = {}
    for url in list(wanted)[: policy.pages]:
        by_host.setdefault(host_key(url), []).append(url)
    turns = [_turn(client, host, urls, wanted, policy, now) for host, urls in by_host.items()]
    return {url: verdict for turn in await asyncio.gather(*turns) for url, verdict in turn.items()}


async def _turn(
    client: Client,
    host: str,
    urls: Sequence[str],
    entries: Mapping[str, ParsedEntry],
    policy: CheckPolicy,
    now: datetime,
) -> dict[str, tuple[str, str]]:
    if not policy.book.of(host).full_text:
        return dict.fromkeys(urls, ("text", Reason.FEED_ONLY.words))
    turn = await begin_visit(client, urls[0], policy=policy.turn, now=now)
    if not isinstance(turn, HostTurn):
        return dict.fromkeys(urls, _verdict(turn, None, policy, now))
    return {
        url: _verdict(
            await visit_page(turn, url, client=client, policy=policy.turn, now=now),
            entries[url],
            policy,
            now,
        )
        for url in urls
    }


def _verdict(
    answer: Reply | Failure | NotAsked, entry: ParsedEntry | None, policy: CheckPolicy, now: datetime
) -> tuple[str, str]:
    if isinstance(answer, NotAsked):
        return "page", f"not fetched: {answer}"
    if isinstance(answer, Failure):
        return answer.refusal.reason, answer.refusal.words
    read = extract(
        answer.content(),
        url=answer.url,
        content_type=answer.headers.get("content-type"),
        entry=entry,
        rules=policy.rules,
        headers=tuple(answer.headers.items()),
        now=now,
    )
    if isinstance(read, Article):
        if words := reservation_against(read.rights, policy.honoured):
            return Reason.RESERVED, words
        return "article", f"{read.word_count} words, {read.language or 'language unknown'}"
    return read.reason, read.words
