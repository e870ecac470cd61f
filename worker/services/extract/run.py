"""Extraction: fetched pages become articles, revisions, duplicates or refusals.

take the pages whose claims still hold
read each:   unpack the body, extract within the soft limit            (pure, no transaction open)
             apply the publisher's terms                               (terms: pure)
save all in one transaction:
    lock the pages that are still ours, the articles that they may be
    decide for each: created, revised, unchanged, duplicate or refused
    write articles and revisions, move entries and pages, append the changes
tell the hosts when their entries are looked at again
relate the new texts to stories, in a transaction of its own
count what the rules of sites no longer find, in one too
say what became of each
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from worker.config.groups import ExtractPolicy
from worker.extract import Article, Rules, extract
from worker.fetch.reply import unpack
from worker.monitor.events import PageExtracted, WorkDropped, emit
from worker.outcome import DropOutcome, Reason, Refusal
from worker.rows.pages import Page, PageClaim
from worker.services.engine.bounded_parse import TookTooLong, time_limit
from worker.services.engine.poison_rows import poison_refusal
from worker.services.extract import save as save_articles
from worker.services.extract.rights import by_terms
from worker.services.extract.save import Read
from worker.services.extract.stories import relate
from worker.services.health.rules import count_rule_misses
from worker.store import Store, hosts, pages


def extract_pages(
    store: Store,
    claims: Sequence[PageClaim],
    *,
    now: datetime,
    policy: ExtractPolicy,
    rules: Rules,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Extract the claimed pages; how many were this call's to do. Raises `StoreUnavailable`.

    `rules` are those of single sites. Once `stopping` says so, no further page is begun.
    """
    with store.begin() as db:
        taken = pages.take(db, claims, now=now, lease=policy.lease)
    if dropped := len(claims) - len(taken):
        emit(WorkDropped(queue="extract", outcome=DropOutcome.TAKEN, count=dropped))
    if not taken:
        return 0
    reads = read_until(one_of_each_entry(taken), policy, rules, stopping)
    done = {r.page.id for r in reads}
    with store.begin() as db:
        pages.give_back(db, [PageClaim(p.id, p.lease) for p in taken if p.id not in done], now=now)
        saved = save_articles.save(db, reads, now=now, look_again=policy.look_again)
    with store.begin() as db:
        # Stored entries are looked at again later. Not in the transaction above: whoever polls holds the host
        # and waits for the entry, and we would hold the entry and wait for the host.
        hosts.wake(db, {s.read.page.host_id for s in saved if s.outcome == "created" and s.read.page.host_id})
    relate(
        store, [s.article_id for s in saved if s.article_id and s.outcome in ("created", "revised")], now=now
    )
    count_rule_misses(store, rules, [s.read for s in saved if s.outcome != "lost"], now=now)
    for one in saved:
        emit(event(one.read, one.outcome, one.article_id))
    return len(taken)


def one_of_each_entry(taken: Sequence[Page]) -> list[Page]:
    """The oldest page of each entry: the next one is compared with what the first has left in the store."""
    oldest = {page.entry_id: page for page in sorted(taken, key=lambda page: page.id, reverse=True)}
    return sorted(oldest.values(), key=lambda page: page.id)


def read_until(
    taken: Sequence[Page], policy: ExtractPolicy, rules: Rules, stopping: Callable[[], bool]
) -> list[Read]:
    """Extract pages in order while the time of the batch lasts; those that it did not come to are missing."""
    deadline = time.monotonic() + policy.batch_seconds
    reads: list[Read] = []
    for page in taken:
        if reads and (stopping() or time.monotonic() > deadline):
            break
        reads.append(read(page, policy, rules))
    return reads


def read(page: Page, policy: ExtractPolicy, rules: Rules) -> Read:
    """Extract one page; whatever goes wrong becomes its refusal."""
    started = time.perf_counter()
    result, keep = _judge(page, policy, rules)
    return Read(page, result, time.perf_counter() - started, keep)


def _judge(page: Page, policy: ExtractPolicy, rules: Rules) -> tuple[Article | Refusal, bool]:
    """The article or why there is none, and whether the raw page is kept."""
    if dead := poison_refusal(page.attempts, allowed=policy.attempts, how="while they read it"):
        return dead, True
    body = unpack(page.body, page.encoding, limit=policy.max_bytes)
    if isinstance(body, Refusal):
        return body, True
    try:
        with time_limit(policy.soft_seconds):
            result = extract(
                body,
                url=page.url,
                content_type=page.content_type,
                entry=page.said,
                rules=rules,
                headers=tuple(page.headers.items()),
            )
            result, keep = by_terms(result, page, body, policy.honoured)
    except TookTooLong as error:
        return Refusal(Reason.TOO_SLOW, str(error)), True
    except Exception as error:
        structlog.get_logger("wiredesk").exception("extraction failed", page_id=page.id, url=page.url)
        return Refusal(Reason.INTERNAL, f"{type(error).__name__}: {error}"[:500]), True
    if isinstance(result, Refusal) and page.reason is not None and result.reason is not Reason.RESERVED:
        # Nothing was fetched and the feed's own text was not enough: why it was not fetched says more.
        return Refusal(Reason.of(page.reason), page.detail or ""), keep
    return result, keep


def event(read: Read, outcome: str, article_id: int | None) -> PageExtracted:
    """The final event of one page."""
    page, result = read.page, read.result
    refused = isinstance(result, Refusal)
    return PageExtracted(
        outcome=outcome,
        reason=result.reason if isinstance(result, Refusal) else "",
        detail=result.detail if isinstance(result, Refusal) else "",
        seconds=read.seconds,
        page_id=page.id,
        entry_id=page.entry_id,
        article_id=article_id,
        url=page.url,
        words=0 if isinstance(result, Refusal) else result.word_count,
        fallback=not refused and page.status is None,
    )
