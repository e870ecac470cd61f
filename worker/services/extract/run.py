"""Extraction: fetched pages become articles, revisions, duplicates or refusals.

1. Take the pages whose claims still hold.
2. Read each, with no transaction open: unpack the body, extract within the soft time limit, apply the
   publisher's terms. If the stored article was read by another extractor or rule, read its page again, too.
3. Save all in one transaction: lock the pages and the articles that they may be, decide, write.
4. Wake the hosts whose entries are looked at again.
5. Relate new texts to stories, and count what the rules of sites missed, each in a separate transaction.
6. Emit one final event for each page.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from worker.config.groups import ExtractPolicy
from worker.extract import VERSION, Article, Rules, extract
from worker.feeds.entry_filters import EntryFacts, EntryFilters, blocking
from worker.fetch.reply import unpack
from worker.model import Cause
from worker.monitor.events import PageExtracted, WorkDropped, emit
from worker.outcome import DropOutcome, ExtractOutcome, Reason, Refusal
from worker.rows.pages import Page, PageClaim
from worker.services.engine.bounded_parse import TookTooLong, time_limit
from worker.services.engine.poison_rows import poison_refusal
from worker.services.extract.decide import ReadPage
from worker.services.extract.rights import apply_terms
from worker.services.extract.save import SavedPage, save_pages
from worker.services.health.rules import count_rule_misses
from worker.services.stories import relate
from worker.store import Connection, Store, Unstorable, changes, hosts, pages, publishers
from worker.urls import canonical_or_none, host_of, without_www

_END = re.compile(rb"</(?:html|body)", re.IGNORECASE)
_TAIL = 10_000
"""Bytes at the end of a page in which its end tags are looked for: scripts may follow them. A guess."""

NEWS = timedelta(days=2)
"""Age up to which a new article counts in the delay from publication to storing. A guess."""


def extract_pages(
    store: Store,
    claims: Sequence[PageClaim],
    *,
    now: datetime,
    policy: ExtractPolicy,
    rules: Rules,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Extract the claimed pages and return how many this call took. Raises `StoreUnavailable`.

    `rules` are those of single sites. Once `stopping` returns true, no further page is begun.
    """
    with store.begin() as db:
        # Before an article is created, whose id must not be that of one from before a restore.
        changes.settle(db)
        taken = with_publishers(db, pages.take(db, claims, now=now, lease=policy.lease))
        earlier = pages.earlier(
            db, [page for page in taken if _read_otherwise(page, rules) and not page.was_read]
        )
    if dropped := len(claims) - len(taken):
        emit(WorkDropped(queue="extract", outcome=DropOutcome.TAKEN, count=dropped))
    if not taken:
        return 0
    reads = read_batch(oldest_of_each_entry(taken), policy, rules, stopping, earlier)
    done = {read.page.id for read in reads}
    with store.begin() as db:
        pages.give_back(db, [PageClaim(p.id, p.lease) for p in taken if p.id not in done], now=now)
    saved = save_each(store, reads, now=now, look_again=policy.look_again)
    with store.begin() as db:
        # Not in the transaction above: a poll locks the host and waits for the entry, and here the entry is
        # locked and would wait for the host.
        # A created one may have been edited since its page was fetched, and is due then.
        due = [one for one in saved if one.look_at is not None or one.outcome is ExtractOutcome.CREATED]
        hosts.wake(db, {one.read.page.host_id for one in due if one.read.page.host_id})
    relate(store, [one.article_id for one in saved if one.article_id and one.changes], now=now)
    count_rule_misses(
        store, rules, [one.read for one in saved if one.outcome is not ExtractOutcome.LOST], now=now
    )
    for one in saved:
        emit(final_event(one, now=now))
    return len(taken)


def save_each(
    store: Store, reads: Sequence[ReadPage], *, now: datetime, look_again: Sequence[timedelta]
) -> list[SavedPage]:
    """Save pages together; a page whose content PostgreSQL refuses is refused, and the others are saved."""
    try:
        with store.begin() as db:
            return save_pages(db, reads, now=now, look_again=look_again)
    except Unstorable as error:
        if len(reads) > 1:
            return [one for read in reads for one in save_each(store, [read], now=now, look_again=look_again)]
        if isinstance(reads[0].result, Refusal):
            raise
        refused = replace(reads[0], result=Refusal(Reason.UNSTORABLE, str(error)[:500]))
        return save_each(store, [refused], now=now, look_again=look_again)


def with_publishers(db: Connection, taken: Sequence[Page]) -> list[Page]:
    """Give pages without a publisher that of their host: those of imports, and of feeds that were removed."""
    sites = {page.id: site for page in taken if page.publisher_id is None and (site := _site(page.url))}
    ids = publishers.ensure(db, sites.values()) if sites else {}
    return [replace(page, publisher_id=ids.get(sites.get(page.id, ""), page.publisher_id)) for page in taken]


def _site(url: str) -> str | None:
    return without_www(host_of(url)) if canonical_or_none(url) else None


def oldest_of_each_entry(taken: Sequence[Page]) -> list[Page]:
    """Return the oldest page of each entry: the next one is compared with what the first leaves behind."""
    oldest = {page.entry_id: page for page in sorted(taken, key=lambda page: page.id, reverse=True)}
    return sorted(oldest.values(), key=lambda page: page.id)


def read_by(page: Page, rules: Rules) -> str:
    """Return what names the extractor and the rule that read the page now."""
    rule = rules.for_url(page.url)
    return f"{VERSION} {rule.mark}" if rule else VERSION


def _read_otherwise(page: Page, rules: Rules) -> Cause | None:
    """Return why this page may be read otherwise than its stored article was; None: by nothing of ours."""
    if page.article_id is None or page.read_by is None:
        return None
    now, before = read_by(page, rules), page.read_by
    if now.split()[0] != before.split()[0]:
        return Cause.EXTRACTOR
    if now != before:
        return Cause.RULE
    return Cause.EXTRACTOR if page.was_read else None


def read_batch(
    taken: Sequence[Page],
    policy: ExtractPolicy,
    rules: Rules,
    stopping: Callable[[], bool],
    earlier: Mapping[int, Page],
) -> list[ReadPage]:
    """Extract pages in order until the batch's time is up; always at least the first one.

    `earlier` are the pages to compare with, where another extractor or rule read the stored article.
    """
    deadline = time.monotonic() + policy.batch_seconds
    reads: list[ReadPage] = []
    for page in taken:
        if reads and (stopping() or time.monotonic() > deadline):
            break
        started = time.perf_counter()
        read = replace(
            read_page(page, policy, rules), read_by=read_by(page, rules), ours=_read_otherwise(page, rules)
        )
        if page.id in earlier:
            before = read_page(earlier[page.id], policy, rules).result
            read = replace(read, before=before if isinstance(before, Article) else None)
        reads.append(replace(read, seconds=time.perf_counter() - started))
    return reads


def read_page(page: Page, policy: ExtractPolicy, rules: Rules) -> ReadPage:
    """Return what the page is: an article, or why there is none. Whatever goes wrong becomes a refusal."""
    if dead := poison_refusal(page.attempts, allowed=policy.attempts, how="while they read it"):
        return ReadPage(page, dead)
    body = unpack(page.body, page.encoding, limit=policy.max_bytes)
    if isinstance(body, Refusal):
        return ReadPage(page, body)
    try:
        with time_limit(policy.soft_seconds):
            result = extract(
                body,
                url=page.url,
                content_type=page.content_type,
                entry=page.said,
                rules=rules,
                headers=tuple(page.headers.items()),
                # Not the present: a page that is extracted again has the same dates.
                now=page.fetched_at,
            )
            result, keep = apply_terms(result, page, body, policy.honoured)
            result = apply_filters(result, page, policy.filters)
    except TookTooLong as error:
        return ReadPage(page, Refusal(Reason.TOO_SLOW, str(error)))
    except Exception as error:
        structlog.get_logger("wiredesk").exception("extraction failed", page_id=page.id, url=page.url)
        return ReadPage(page, Refusal(Reason.INTERNAL, f"{type(error).__name__}: {error}"[:500]))
    ours = (Reason.RESERVED, Reason.BLOCKED)
    if isinstance(result, Refusal) and page.reason is not None and result.reason not in ours:
        # The feed's own text was not enough. Why the page was not fetched says more than that.
        result = Refusal(Reason.of(page.reason), page.detail or "")
    return ReadPage(page, result, keep=keep, is_whole=_END.search(body[-_TAIL:]) is not None)


def apply_filters(result: Article | Refusal, page: Page, filters: EntryFilters) -> Article | Refusal:
    """Refuse a new article that a filter of the operator keeps out. Stored articles stay."""
    if not filters or isinstance(result, Refusal) or page.article_id is not None:
        return result
    facts = EntryFacts(page.entry_url or page.url, result.title, page.labels, result.language, is_read=True)
    found = blocking(filters, facts)
    return Refusal(Reason.BLOCKED, found.name) if found else result


def final_event(saved: SavedPage, *, now: datetime) -> PageExtracted:
    """Return the final event of a page."""
    page, result = saved.read.page, saved.read.result
    refusal = result if isinstance(result, Refusal) else None
    look = saved.look if saved.outcome is ExtractOutcome.DOUBTFUL else None
    return PageExtracted(
        outcome=saved.outcome,
        reason=refusal.reason if refusal else (look and look.reason) or "",
        detail=refusal.detail if refusal else (look and look.detail) or "",
        seconds=saved.read.seconds,
        page_id=page.id,
        entry_id=page.entry_id,
        article_id=saved.article_id,
        url=page.url,
        words=0 if isinstance(result, Refusal) else result.word_count,
        fallback=refusal is None and page.status is None,
        delay=_delay(saved, now),
    )


def _delay(saved: SavedPage, now: datetime) -> float | None:
    """Return the seconds from publication to storing of a new article; None where that says nothing of us."""
    result = saved.read.result
    if saved.outcome is not ExtractOutcome.CREATED or isinstance(result, Refusal):
        return None
    if result.published is None or result.published_precision != "instant":
        return None
    delay = now - result.published
    # Older ones come from archives, and from feeds that are new to us; a date in the future is wrong.
    return delay.total_seconds() if timedelta(0) <= delay <= NEWS else None
