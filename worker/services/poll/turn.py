"""Polling: asking feeds for what is new, and saving it as entries.

take the hosts whose claims still hold; side by side, in each host's turn:
    for each due feed, in order, spaced by the host's delay:
        request it, with the validators of the last copy      (validators: pure)
        read the answer: unchanged, a document, or a failure      (read: pure)
        of a sitemap, request those of an index, and take unknown pages first
        load what the store knows, decide, save                   (decide: pure; one transaction)
        emit what became of it
        after a document: subscribe at the hubs that it names     (websub.ask)
    then seek other feeds on the sites of those that are gone, to offer them
    then walk back through archives, for what was missed          (walk.turn)
    then, where the host is a hub, ask it what is due             (websub.ask)
    end the turn: when may the next request be made?              (engine.turns)

robots.txt does not apply to feeds: a feed is published for programs, and the operator named it.
A known Crawl-delay is kept all the same. Listings are pages, and come last: by robots.txt.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import random
from urllib.parse import urljoin
from uuid import UUID

from worker.config.groups import PollPolicy, TurnPolicy
from worker.feeds import ParsedEntry
from worker.feeds.sitemap_index import Memory
from worker.fetch.host_book import HostBook
from worker.fetch.loop import run_async
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.monitor.events import FeedPolled, emit
from worker.outcome import PollOutcome, Reason, Refusal
from worker.rows.feeds import Feed
from worker.rows.hosts import HostClaim
from worker.rows.hub_subscriptions import HubSubscription
from worker.rows.walks import Walk
from worker.services.engine.batch import Batch, limit_backlog
from worker.services.engine.bounded_parse import BoundedParser
from worker.services.engine.robots_refresh import obey_robots
from worker.services.engine.sitemaps import Followed, Get, follow_index
from worker.services.engine.turns import Clock, IsStopping, Turn, by_host, never, take_turns
from worker.services.engine.validators import to_send
from worker.services.operator.discover import FEEDS, find_sources
from worker.services.poll.decide import poison_failure, seeks_successor
from worker.services.poll.match import link_keys
from worker.services.poll.read import Document, read_document, unknown_first, with_sitemaps
from worker.services.poll.save import Polled, SavedPoll, settle
from worker.services.walk.turn import walk
from worker.services.websub.ask import ask_hub, follow_hubs
from worker.store import Connection, Store, entries, feeds, hubs, walks
from worker.urls import canonical

SEEK_REQUESTS = 6
SEEK_SECONDS = 15.0
"""Requests, and time, for finding another feed on a site: its page and what that names. Guesses."""


def poll_hosts(
    store: Store,
    claims: Sequence[HostClaim],
    *,
    clock: Clock,
    policy: PollPolicy,
    book: HostBook,
    stopping: IsStopping = never,
) -> None:
    """Poll the due feeds of the claimed hosts. Raises `StoreUnavailable`."""
    parser = BoundedParser(policy.parse_seconds)

    def load(db: Connection, host_ids: Sequence[int], now: datetime) -> dict[int, HostWork]:
        lease, limit = policy.turn.lease, policy.feeds
        due = by_host(host_ids, feeds.take_due(db, host_ids, now=now, lease=lease, limit=limit))
        due_walks = by_host(host_ids, walks.take_due(db, host_ids, now=now, lease=lease))
        requests = by_host(host_ids, hubs.take_due(db, host_ids, now=now, lease=lease, limit=limit))
        return {host: HostWork(due[host], due_walks[host], requests[host]) for host in host_ids}

    async def poll_all() -> None:
        async with Batch(partial(settle, store, policy=policy), size=64) as quiet:

            async def work(turn: Turn, due: HostWork) -> None:
                for gone in await _poll_host(turn, due.feeds, quiet, parser, policy):
                    await _seek_successor(turn, gone, policy.turn, book)
                for each in due.walks:
                    await walk(turn, each, policy=policy.walk, parser=parser)
                for subscription in due.subscriptions:
                    await ask_hub(turn, subscription, policy=policy)

            await take_turns(
                store,
                claims,
                "poll",
                load,
                work,
                clock=clock,
                policy=policy.turn,
                book=book,
                obey_robots=False,
                stopping=stopping,
                refill=True,
            )

    run_async(poll_all())


@dataclass(frozen=True, slots=True)
class HostWork:
    """What is due on a host: feeds to poll, walks to continue, hub subscriptions to request."""

    feeds: Sequence[Feed]
    walks: Sequence[Walk]
    subscriptions: Sequence[HubSubscription]


async def _poll_host(
    turn: Turn,
    due: Sequence[Feed],
    quiet: Batch[Polled, SavedPoll],
    parser: BoundedParser,
    policy: PollPolicy,
) -> list[Feed]:
    """Poll the due feeds of a host; return those that are gone, to seek others on their sites."""
    copy = turn.stored_robots
    if copy and copy.expires_at > (now := turn.clock()):
        await turn.http.robots(copy, now=now)
    saves: list[asyncio.Future[None]] = []
    gone: list[Feed] = []
    # Two answers that do not come end the turn: feeds that fail come last, so that they hide no others.
    left = sorted(due, key=lambda feed: (feed.is_listing, feed.errors))
    trouble: Failure | NotAsked | None = None
    while left:
        if left[0].is_listing and not turn.http.obeys:
            trouble = await obey_robots(turn, policy.turn)
        polled = await _ask(turn, left[0], trouble, parser, policy)
        if polled is None:
            break
        # A document is saved by itself, since it may bring entries of any host; the next request does not
        # wait for it, unless several do already.
        saves.append(asyncio.ensure_future(_save(turn.store, quiet, polled, policy)))
        turn.hold_body_until(saves[-1])
        left.pop(0)
        if seeks_successor(polled.feed, polled.answer):
            gone.append(polled.feed)
        if polled.document is not None:
            await limit_backlog(saves)
    await asyncio.gather(*saves)
    if left:
        ids = [feed.id for feed in left]
        await turn.while_held(lambda db: feeds.give_back(db, ids, now=turn.clock()))
    return gone


async def _seek_successor(turn: Turn, feed: Feed, policy: TurnPolicy, book: HostBook) -> None:
    """Look at the site of a feed that is gone for another feed, and keep its address to be offered."""
    home = feed.link or urljoin(feed.url, "/")
    with suppress(TimeoutError):
        async with asyncio.timeout(SEEK_SECONDS):
            await asyncio.sleep(turn.http.delay)
            found = await find_sources(
                home, policy=policy, book=book, now=turn.clock(), requests=SEEK_REQUESTS
            )
            others = (offer.url for offer in found.offers if offer.kind in FEEDS)
            url = next((url for url in others if canonical(url) != canonical(feed.url)), None)
            if url is not None:
                await turn.while_held(lambda db: feeds.offer(db, feed.id, url))


async def _ask(
    turn: Turn,
    feed: Feed,
    trouble: Failure | NotAsked | None,
    parser: BoundedParser,
    policy: PollPolicy,
) -> Polled | None:
    """Request one feed and read the answer; None if the turn ended before the request."""
    started = time.perf_counter()
    wanted = to_send(feed, now=turn.clock())
    answer = (
        poison_failure(feed, attempts=policy.attempts)
        or trouble
        or await turn.http.get(
            feed.url,
            purpose=Purpose.PAGE if feed.is_listing else Purpose.FEED,
            headers=_own_headers(feed),
            etag=wanted.etag,
            last_modified=wanted.last_modified,
        )
    )
    if isinstance(answer, NotAsked):
        return None
    document = await _read(feed, answer, policy, parser)
    if isinstance(document, Document) and document.sitemap is not None:
        assert isinstance(answer, Reply)
        get = partial(turn.http.get, headers=_own_headers(feed), purpose=Purpose.SITEMAP)
        completed = await _complete_sitemap(turn, feed, answer, document, parser, get, most=policy.entries)
        if isinstance(completed, NotAsked):
            return None
        if isinstance(completed, Failure):
            answer, document = completed, None
        else:
            document = completed
    unread = None
    if isinstance(document, Refusal):
        unread = answer if isinstance(answer, Reply) else None
        answer, document = Failure(refusal=document, retryable=True, url=feed.url, status=200), None
    return Polled(turn.host, feed, answer, document, turn.clock(), random(), started, unread)


def _own_headers(feed: Feed) -> dict[str, str]:
    agent = feed.overrides.user_agent
    return {"User-Agent": agent} if agent else {}


async def _complete_sitemap(
    turn: Turn, feed: Feed, reply: Reply, document: Document, parser: BoundedParser, get: Get, *, most: int
) -> Document | Failure | NotAsked:
    """Return at most `most` pages of a sitemap or of the sitemaps that an index lists.

    Pages that are not in the store come first, whatever their dates, their order, and the sitemap that lists
    them: only these could be lost.

    `get` requests the sitemaps of an index. Returns the failure if none of them could be read.
    """
    assert document.sitemap is not None
    if document.sitemap.children:
        memory = Memory.unpacked(feed.item_hashes or ())
        followed = await follow_index(
            document.sitemap,
            url=reply.url,
            get=get,
            read=lambda parse, size: parser.run(parse, size=size),
            memory=memory,
        )
        if not followed.sitemaps:
            if followed.stopped is not None:
                return followed.stopped
            if (failure := _failure(reply, followed)) is not None:
                return failure
        document = with_sitemaps(
            document, followed.sitemaps, failures=followed.failures, remembered=followed.memory.packed()
        )
    if len(document.entries) <= most:
        return document
    keys = await asyncio.to_thread(_keys, document.entries)
    wanted = {key for several in keys for key in several}
    stored = await turn.transact(partial(entries.stored_keys, keys=sorted(wanted)))
    known = frozenset(at for at, several in enumerate(keys) if not stored.isdisjoint(several))
    taken = unknown_first(document, known, most=most)
    return replace(taken, remembered=tuple(feed.item_hashes or ())) if taken.left else taken


def _keys(listed: Sequence[ParsedEntry]) -> list[tuple[UUID, ...]]:
    return [link_keys(entry.link) if entry.link else () for entry in listed]


def _failure(index: Reply, followed: Followed) -> Failure | None:
    """Return the failure of an index of which no sitemap could be read; None if the next poll tries others.

    Sitemaps that are gone are only reported, as long as some were read before or others are left to try.
    """
    if not followed.failures:
        refusal = Refusal(Reason.NOT_A_FEED, "an index of sitemaps that names none on its own site")
        return Failure(refusal=refusal, retryable=True, url=index.url, status=index.status)
    temporary = next((failure for failure in followed.failures if failure.retryable), None)
    if temporary is None and (followed.has_more or any(one.content for one in followed.memory.read)):
        return None
    # With the status of the index: a sitemap that is gone for good does not retire the feed.
    return replace(temporary or followed.failures[-1], status=index.status, retryable=True)


async def _read(
    feed: Feed, answer: Reply | Failure, policy: PollPolicy, parser: BoundedParser
) -> Document | Refusal | None:
    if isinstance(answer, Failure) or answer.unchanged:
        return None
    return await parser.run(partial(read_document, feed, answer, most=policy.entries), size=answer.size)


async def _save(store: Store, quiet: Batch[Polled, SavedPoll], polled: Polled, policy: PollPolicy) -> None:
    if polled.document is None:
        saved = await quiet.put(polled)
    else:
        saved = (await asyncio.to_thread(settle, store, [polled], policy=policy))[0]
        if policy.websub is not None and saved.outcome is not PollOutcome.LOST:
            await asyncio.to_thread(
                follow_hubs,
                store,
                polled.feed,
                polled.answer,
                pushes_missed=saved.pushes_missed,
                now=polled.now,
            )
    emit(event(polled, saved))


def event(polled: Polled, saved: SavedPoll) -> FeedPolled:
    """The final event of one poll."""
    feed, answer = polled.feed, polled.answer
    refusal = answer.refusal if isinstance(answer, Failure) else None
    return FeedPolled(
        outcome=saved.outcome,
        reason=refusal.reason if refusal else "",
        detail=refusal.detail if refusal else "",
        seconds=time.perf_counter() - polled.started,
        feed_id=feed.id,
        host_id=feed.host_id,
        url=feed.url,
        status=answer.status,
        entries=saved.items,
        new=saved.new,
        later=saved.later,
        edited=saved.edited,
        repeated=saved.repeated,
        overlap=saved.overlap,
        gap=saved.gap_id is not None,
        next_in=saved.next_in,
        created=saved.created,
    )
