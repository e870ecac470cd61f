"""What becomes of pages that were read: decided here, saved in the caller's transaction.

The rules, in order:

1. A refusal moves a fetched entry to refused. An entry that is stored already stays stored: good text is
   never taken back by a wall or an error page.
2. A stored entry has its article: another text makes a revision, the same text refreshes the fields, an
   article that was removed and reads again is restored. A page older than the removal says nothing.
3. An entry whose canonical URL is that of another entry's article is a duplicate of it, unless the texts
   have little in common: some sites declare one canonical URL on all their pages. Then the page's own
   address counts.
4. Everything else is a new article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from worker.extract import VERSION, Article
from worker.extract.compare import changed_fields
from worker.extract.document import to_document
from worker.extract.fingerprints import bands_of, content_hash, signature, similarity
from worker.model import ArticleState, ChangeKind, EntryState, PageState
from worker.outcome import Refusal
from worker.rows.pages import Page, PageClaim, PageEnd
from worker.store import Connection, articles, changes, pages
from worker.store.articles import Head
from worker.store.changes import Change
from worker.urls import canonical, is_http, key_of, site

SAME_TEXT = 0.5
"""Share of shingles below which two pages with one canonical URL are not the same article."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page and what extraction made of it; `keep`: its body may be kept."""

    page: Page
    result: Article | Refusal
    seconds: float
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a read page: created, revised, restored, unchanged, duplicate, refused or lost."""

    read: Read
    outcome: str
    article_id: int | None = None


@dataclass(slots=True)
class Candidate:
    """An article on its way into the store."""

    read: Read
    article: Article
    key: UUID
    record: dict[str, Any]
    own: Head | None = None
    outcome: str = ""
    article_id: int | None = None


def save(
    db: Connection, reads: Sequence[Read], *, now: datetime, look_again: tuple[timedelta, ...]
) -> list[Saved]:
    """Save what was read; one `Saved` for each page. The transaction must end after this call."""
    held = pages.lock(db, [PageClaim(r.page.id, r.page.lease) for r in reads])
    ours = [r for r in reads if r.page.id in held]
    candidates = [_candidate(r, r.result, now) for r in ours if isinstance(r.result, Article)]
    _decide(db, candidates)
    _write(db, candidates)
    _settle(db, ours, candidates, now, look_again)
    pages.finish(db, [_end(r) for r in ours])
    changes.append(db, [change for c in candidates if (change := _change(c))], now=now)
    by_page = {c.read.page.id: Saved(c.read, c.outcome, c.article_id) for c in candidates}
    return [
        by_page.get(r.page.id) or Saved(r, "refused" if r.page.id in held else "lost", None) for r in reads
    ]


def _candidate(read: Read, article: Article, now: datetime) -> Candidate:
    page = read.page
    url = identity_url(article.canonical_url, page)
    return Candidate(read, article, key_of(url), _record(article, page, url, now))


def identity_url(declared: str | None, page: Page) -> str:
    """The URL under which the article is known: the declared canonical one where it is the same site's.

    A foreign canonical URL says where a copy came from; the copy is an article of its own, of the same story.
    An article that stands in its feed alone has a URL made of the entry's id.
    """
    fetched = page.url or page.entry_url
    if not fetched:
        return f"entry:{page.entry_id}"
    if declared and is_http(declared) and _same_site(declared, fetched):
        return canonical(declared)
    return canonical(fetched)


def _same_site(one: str, other: str) -> bool:
    """Whether two URLs are of one outlet: the same host, or one below the other (m., amp., www.)."""
    a, b = (site(urlsplit(canonical(url)).netloc) for url in (one, other))
    return a == b or a.endswith(f".{b}") or b.endswith(f".{a}")


def _record(article: Article, page: Page, url: str, now: datetime) -> dict[str, Any]:
    sketch = signature(article.text)
    offset = article.published.utcoffset() if article.published else None
    return {
        **to_document(article),
        "key": key_of(url),
        "url": url,
        "publisher_id": page.publisher_id,
        "page_id": page.id,
        "seen_at": page.fetched_at,
        "text": article.text,
        "published_offset": None if offset is None else int(offset.total_seconds() // 60),
        "content_hash": content_hash(article).hex(),
        "signature": sketch.hex() if sketch else None,
        "bands": bands_of(sketch) or None,
    }


def _decide(db: Connection, candidates: Sequence[Candidate]) -> None:
    own_ids = [c.read.page.article_id for c in candidates if c.read.page.article_id is not None]
    heads = articles.lock(db, keys=[c.key for c in candidates], ids=own_ids)
    by_id, by_key = {h.id: h for h in heads}, {h.key: h for h in heads}
    first: dict[UUID, Candidate] = {}
    for candidate in candidates:
        own = by_id.get(candidate.read.page.article_id or 0)
        if own is not None:
            candidate.own, candidate.article_id = own, own.id
            candidate.outcome = _second_look(own, candidate)
            continue
        if _misled(candidate, by_key.get(candidate.key), first.get(candidate.key)):
            _use_own_address(candidate)
        other = by_key.get(candidate.key)
        if other is not None:
            candidate.outcome, candidate.article_id = "duplicate", other.id
        elif candidate.key in first:
            candidate.outcome = "duplicate"
        else:
            candidate.outcome = "created"
            first[candidate.key] = candidate


def _second_look(own: Head, candidate: Candidate) -> str:
    if own.removed_at and candidate.read.page.fetched_at <= own.removed_at:
        return "unchanged"
    if own.content_hash != bytes.fromhex(candidate.record["content_hash"]):
        return "revised"
    return "restored" if own.state is ArticleState.REMOVED else "unchanged"


def _misled(candidate: Candidate, stored: Head | None, earlier: Candidate | None) -> bool:
    """Whether the canonical URL leads to a text that has little in common with this one."""
    theirs = (
        stored.signature if stored else bytes.fromhex(earlier.record["signature"] or "") if earlier else None
    )
    mine = bytes.fromhex(candidate.record["signature"] or "")
    return bool(theirs and mine) and similarity(mine, theirs or b"") < SAME_TEXT


def _use_own_address(candidate: Candidate) -> None:
    url = identity_url(None, candidate.read.page)
    candidate.key = key_of(url)
    candidate.record |= {"key": candidate.key, "url": url}


def _write(db: Connection, candidates: Sequence[Candidate]) -> None:
    created = articles.create(db, [c.record for c in candidates if c.outcome == "created"])
    missed = [c.key for c in candidates if c.article_id is None and c.key not in created]
    # Somebody stored the same address since we looked: then ours is the duplicate.
    stored = created | ({h.key: h.id for h in articles.lock(db, keys=missed, ids=[])} if missed else {})
    for candidate in candidates:
        if candidate.article_id is None:
            candidate.article_id = stored[candidate.key]
            if candidate.key not in created:
                candidate.outcome = "duplicate"
    revised = [c for c in candidates if c.outcome == "revised"]
    before = articles.documents(db, [c.own.id for c in revised if c.own])
    for candidate in revised:
        assert candidate.own is not None
        changed = changed_fields(before[candidate.own.id], candidate.record)
        candidate.record |= {"id": candidate.own.id, "changed": list(changed)}
    articles.revise(db, [c.record for c in revised])
    same = [c for c in candidates if c.outcome in ("unchanged", "restored")]
    articles.refresh(db, [c.record | {"id": c.article_id} for c in same])


def _first_look(candidate: Candidate, now: datetime, look_again: tuple[timedelta, ...]) -> datetime | None:
    """When the page of a new article is looked at again; never, where its text came from the feed because
    there was no page to be had: that it is still not there must not remove the article."""
    had_page = candidate.read.page.status is not None
    return now + look_again[0] if candidate.outcome == "created" and had_page and look_again else None


def _settle(
    db: Connection,
    ours: Sequence[Read],
    candidates: Sequence[Candidate],
    now: datetime,
    look_again: tuple[timedelta, ...],
) -> None:
    settled: list[dict[str, Any]] = [
        {
            "id": c.read.page.entry_id,
            "state": EntryState.DUPLICATE if c.outcome == "duplicate" else EntryState.STORED,
            "article_id": c.article_id,
            "due_at": _first_look(c, now, look_again),
        }
        for c in candidates
    ]
    settled += [
        {
            "id": r.page.entry_id,
            "state": EntryState.REFUSED,
            "reason": r.result.reason,
            "detail": r.result.detail,
        }
        for r in ours
        if isinstance(r.result, Refusal)
    ]
    articles.settle(db, settled, now=now)


def _end(read: Read) -> PageEnd:
    page, result = read.page, read.result
    if isinstance(result, Refusal):
        refused = PageState.REFUSED
        return PageEnd(page.id, page.lease, refused, result.reason, result.detail, VERSION, read.keep)
    return PageEnd(page.id, page.lease, PageState.EXTRACTED, None, None, VERSION, read.keep)


def _change(candidate: Candidate) -> Change | None:
    if candidate.article_id is None or candidate.outcome not in ("created", "revised", "restored"):
        return None
    revision = candidate.own.revision if candidate.own else 0
    if candidate.outcome != "restored":
        revision += 1
    return Change(candidate.article_id, ChangeKind(candidate.outcome), revision)
