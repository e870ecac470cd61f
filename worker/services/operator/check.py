"""A dry run of one feed: what would be ingested, and why not. Nothing is stored.

ask for the feed, as a poll would                     a web page instead: the feeds that it offers
read it: each entry has a page to fetch, or only its own text, or nothing
look at the first pages, each in a turn of its host: robots.txt, the answer, the article
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from worker.config.groups import TurnPolicy
from worker.extract import Article, Rules, extract
from worker.extract.terms.reserved import forbidden
from worker.feeds import ParsedEntry, ParsedFeed, parse
from worker.feeds.discover import discover
from worker.fetch.client import Client
from worker.fetch.host_book import HostBook
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import HostTurn, NotAsked
from worker.outcome import Reason, Refusal
from worker.rows.entries import Item
from worker.services.operator import visit
from worker.services.poll.match import items_of_entries
from worker.urls import host_key


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """How the requests are made; `pages` is how many pages are looked at, by the `rules` of their sites.

    `honoured` are the reservations that are acted upon: here those of the pages themselves.
    """

    turn: TurnPolicy
    book: HostBook
    pages: int
    honoured: frozenset[str] = frozenset()
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """What would become of an entry: 'page' or 'text' would be read, 'article' was; else a reason."""

    title: str | None
    url: str | None
    published: datetime | None
    verdict: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a poll of the feed would find; `reason` is set when it is none, `offers` then are feeds to try."""

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


async def check(url: str, *, policy: CheckPolicy, now: datetime) -> Checked:
    """Try the feed at `url` out. Never raises for what hosts do."""
    async with Client(policy.turn.user_agent, policy.turn.limits, policy.book) as client:
        answer = await client.get(url)
        if isinstance(answer, Failure):
            return _refused(answer.url or url, answer.status, answer.refusal)
        body = answer.content()
        parsed = parse(body, url=answer.url, content_type=answer.headers.get("content-type"))
        if isinstance(parsed, Refusal):
            refused = _refused(answer.url, answer.status, parsed)
            return replace(refused, offers=tuple(feed.url for feed in discover(body, url=answer.url)[:10]))
        return await _read(client, answer, parsed, policy, now)


def _refused(url: str, status: int | None, refusal: Refusal) -> Checked:
    return Checked(
        url=url, status=status, reason=refusal.reason, detail=refusal.detail or refusal.reason.words
    )


async def _read(
    client: Client, answer: Reply, parsed: ParsedFeed, policy: CheckPolicy, now: datetime
) -> Checked:
    found = list(
        zip(parsed.entries, items_of_entries(parsed.entries, (), feed_id=0, positions=()), strict=True)
    )
    looked = await _look(client, found, policy, now)
    return Checked(
        url=answer.url,
        status=answer.status,
        kind=parsed.kind,
        title=parsed.title,
        language=parsed.language,
        moved_permanently_to=answer.moved_permanently_to,
        warnings=parsed.warnings,
        entries=tuple(_entries(found, looked)),
    )


def _entries(
    found: Sequence[tuple[ParsedEntry, Item]], looked: Mapping[str, tuple[str, str]]
) -> list[CheckedEntry]:
    seen = set()
    entries = []
    for entry, item in found:
        if item.key in seen:
            verdict, detail = "duplicate", "the feed lists it twice"
        elif item.url is not None:
            verdict, detail = looked.get(item.url, ("page", ""))
        elif item.content or item.summary:
            verdict, detail = "text", "it has no link; the feed's own text is read"
        else:
            verdict, detail = Reason.NO_LINK, Reason.NO_LINK.words
        seen.add(item.key)
        entries.append(CheckedEntry(entry.title, item.url or entry.link, entry.published, verdict, detail))
    return entries


async def _look(
    client: Client, found: Sequence[tuple[ParsedEntry, Item]], policy: CheckPolicy, now: datetime
) -> dict[str, tuple[str, str]]:
    """Verdicts on the first pages, by address."""
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
    turn = await visit.begin(client, host, policy=policy.turn, now=now)
    if not isinstance(turn, HostTurn):
        return dict.fromkeys(urls, _verdict(turn, None, policy))
    return {
        url: _verdict(
            await visit.page(turn, url, client=client, policy=policy.turn, now=now),
            entries[url],
            policy,
        )
        for url in urls
    }


def _verdict(
    answer: Reply | Failure | NotAsked, entry: ParsedEntry | None, policy: CheckPolicy
) -> tuple[str, str]:
    if isinstance(answer, NotAsked):
        return "page", f"not looked at: {answer}"
    if isinstance(answer, Failure):
        return answer.refusal.reason, answer.refusal.detail or answer.refusal.reason.words
    read = extract(
        answer.content(),
        url=answer.url,
        content_type=answer.headers.get("content-type"),
        entry=entry,
        rules=policy.rules,
        headers=tuple(answer.headers.items()),
    )
    if isinstance(read, Article):
        if words := forbidden(read.rights, policy.honoured):
            return Reason.RESERVED, words
        return "article", f"{read.word_count} words, {read.language or 'language unknown'}"
    return read.reason, read.detail or read.reason.words
