"""Which address each article is known by. Pure.

A page owns the address at which it was fetched. It may declare another address of its site as its own, but
that claim yields to the page that is really there, whichever of the two is read first:

1. A page is a copy of an article that has the address it declares, or its own address, if the texts agree.
   An article has an address if it is known by it, or if its page, or a copy's, was fetched there.
2. Otherwise it is a new article, known by the address that it declares if no article has that.
3. If one has, the article is known by the address at which the page was fetched.
4. Whatever becomes of a page: an article with another text that only claimed this page's address moves to
   its own.
5. If redirects lead several entries to one address, and it gives them different texts, the later ones are
   known by the addresses of their entries.

So the order in which pages are read does not matter, and an article is never known by an address at which
another text was found.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from worker.extract import Article
from worker.extract.fingerprints import TextSample, is_same_text
from worker.rows.articles import OPENING, ArticleHead, ArticleRecord
from worker.rows.entries import FetchedAt
from worker.rows.pages import Page
from worker.text.site import may_speak_for
from worker.urls import canonical_or_none, key_of


@dataclass(frozen=True, slots=True)
class NewText:
    """The text of a page whose entry has no article yet, and the addresses that it may be known by.

    `own` is the address at which the page was fetched; `claimed` another one that it declares; `others` are
    the ones to fall back on. `is_direct`: the text is that of the page at the entry's address, and neither a
    redirect led elsewhere nor did the feed carry it.
    """

    page_id: int
    entry_id: int
    own: str
    claimed: str | None
    others: tuple[str, ...]
    is_direct: bool
    sample: TextSample

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses that it may be known by, the best first."""
        return (*((self.claimed,) if self.claimed else ()), self.own, *self.others)


@dataclass(frozen=True, slots=True)
class PagePlace:
    """The URL by which the article of a page is known; `is_copy`: it is an article that exists already."""

    url: str
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Places:
    """The place of each new text, by the id of its page.

    `moved` are stored articles that gave up an address which they only claimed, one after each move.
    """

    of_page: Mapping[int, PagePlace]
    moved: tuple[ArticleHead, ...]


def own_address(page: Page) -> str:
    """Return the address at which a page was fetched; one made of its entry's id if there is no link."""
    found = canonical_or_none(page.url) or (canonical_or_none(page.entry_url) if page.entry_url else None)
    return found or _entry_address(page.entry_id)


def new_text(page: Page, article: Article, record: ArticleRecord) -> NewText:
    """Return the text of a page with the addresses that it may be known by.

    A declared address on another site says where a copy came from: the copy is a separate article of the same
    story.
    """
    own = own_address(page)
    declared = canonical_or_none(article.canonical_url) if article.canonical_url else None
    claimed = declared if declared and declared != own and may_speak_for(own, declared) else None
    linked = canonical_or_none(page.entry_url) if page.entry_url else None
    others = [address for address in (linked, _entry_address(page.entry_id)) if address and address != own]
    return NewText(
        page_id=page.id,
        entry_id=page.entry_id,
        own=own,
        claimed=claimed,
        others=tuple(others),
        is_direct=(linked is None or linked == own) and dict(article.provenance).get("blocks") != "feed",
        sample=TextSample(record.signature, f"{article.title or ''}\n{article.text}"[:OPENING]),
    )


def homes_of(head: ArticleHead) -> tuple[str, ...]:
    """Return the addresses that a stored article may move to, the one at which its page was fetched first."""
    stated = (canonical_or_none(url) for url in (head.read_at, head.entry_url) if url)
    last = f"article:{head.id}" if head.entry_id is None else _entry_address(head.entry_id)
    return tuple(dict.fromkeys((*(url for url in stated if url), last)))


def place(texts: Sequence[NewText], stored: Iterable[ArticleHead], fetched: Iterable[FetchedAt]) -> Places:
    """Find the places of new texts, in order: a later one may be a copy of an earlier one.

    `stored` are the articles that have one of their addresses or may have to move, and those that stand where
    these would move to; `fetched` the entries whose pages were fetched at one of their addresses.
    """
    board = _Board(stored, fetched)
    placed: list[tuple[NewText, _Known, bool]] = []
    for text in texts:
        known = board.original(text)
        is_copy = known is not None
        board.clear_own_address(text)
        if known is None:
            known = board.add(text)
        board.fetched[text.own].append((text.entry_id, known))
        placed.append((text, known, is_copy))
    # Only now: a later page may have moved the article of an earlier one.
    where = {text.page_id: PagePlace(known.url, is_copy) for text, known, is_copy in placed}
    return Places(where, tuple(board.moved))


def head_after_move(head: ArticleHead, url: str) -> ArticleHead:
    """Return the article after a move."""
    return replace(head, key=key_of(url), url=url)


def _entry_address(entry_id: int) -> str:
    return f"entry:{entry_id}"


@dataclass(slots=True, eq=False)
class _Known:
    """An article, stored or new, with the address by which it is known for now."""

    url: str
    sample: TextSample
    homes: tuple[str, ...]
    head: ArticleHead | None = None


class _Board:
    """What is known of each address while a batch is placed."""

    def __init__(self, stored: Iterable[ArticleHead], fetched: Iterable[FetchedAt]) -> None:
        self.moved: list[ArticleHead] = []
        self.known_by: dict[str, _Known] = {}
        self.fetched: defaultdict[str, list[tuple[int | None, _Known]]] = defaultdict(list)
        by_id: dict[int, _Known] = {}
        for head in stored:
            sample = TextSample(head.signature or b"", head.opening)
            known = by_id[head.id] = _Known(head.url, sample, homes_of(head), head)
            self.known_by[head.url] = known
            self.fetched[known.homes[0]].append((head.entry_id, known))
        self._fetched_before: defaultdict[UUID, list[tuple[int | None, _Known]]] = defaultdict(list)
        for one in fetched:
            if one.article_id in by_id:
                self._fetched_before[one.key].append((one.entry_id, by_id[one.article_id]))

    def original(self, text: NewText) -> _Known | None:
        """Return the article that a page is a copy of; None if it is a new one."""
        for address in (text.claimed, text.own):
            there = self._having(address, text) if address else []
            for known in there:
                if is_same_text(text.sample, known.sample):
                    return known
        # The same page at another time: its article gets the new text at its next look.
        here = self._fetched_at(text.own, text) if text.is_direct else []
        return here[0] if here else None

    def clear_own_address(self, text: NewText) -> None:
        """Move an article away that is known by the text's address without agreeing or having been there."""
        known = self.known_by.get(text.own)
        if known is None or known in self._fetched_at(text.own, text):
            return
        if not is_same_text(text.sample, known.sample):
            free = next(url for url in known.homes if url not in self.known_by)
            del self.known_by[known.url]
            known.url = free
            self.known_by[free] = known
            if known.head is not None:
                known.head = head_after_move(known.head, free)
                self.moved.append(known.head)

    def add(self, text: NewText) -> _Known:
        """Add the text as a new article under the first of its addresses that is free."""
        wanted = text.addresses
        if text.claimed and self._having(text.claimed, text):
            wanted = wanted[1:]
        url = next(address for address in wanted if address not in self.known_by)
        known = self.known_by[url] = _Known(url, text.sample, (text.own, *text.others))
        return known

    def _having(self, address: str, text: NewText) -> list[_Known]:
        known = self.known_by.get(address)
        return ([known] if known else []) + self._fetched_at(address, text)

    def _fetched_at(self, address: str, text: NewText) -> list[_Known]:
        """The articles of other entries whose pages were fetched at this address."""
        found = (*self.fetched[address], *self._fetched_before[key_of(address)])
        return [known for entry_id, known in found if entry_id != text.entry_id]
