"""Following an index of sitemaps: the one way, for polls and for the discovery of sources.

    for each reason to read a sitemap: newest, last changed, next        (sitemap_index: pure)
        descend from the index to the sitemap that it chooses, through indexes inside indexes
        read what it lists, and remember it

The number of requests is bounded. A sitemap that cannot be read is reported, and does not fail the others;
one that lists nothing at the moment is read like any other.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from worker.feeds import sitemap_index
from worker.feeds.archive import mark
from worker.feeds.formats.sitemap import Child, Sitemap
from worker.feeds.sitemap_index import Memory, Pick, ReadSitemap, Remembered, lastmod_mark
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.outcome import Refusal
from worker.services.poll.read import sitemap_of

Get = Callable[[str], Awaitable[Reply | Failure | NotAsked]]
Read = Callable[[Callable[[], Sitemap | Refusal], int], Awaitable[Sitemap | Refusal]]
"""Runs a parser of a document, whose size in bytes is given."""

SITEMAPS = 3
"""Sitemaps of an index that are read at a time. A guess: the newest, the last changed and one more."""

MOST_REQUESTS = 8
"""Requests at a time, also for indexes inside an index. A guess."""

DEEPEST = 4
"""Indexes inside one another: the protocol has one, real sites have up to three."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What an index brought: the sitemaps that were read, the failures of others, and the memory of them.

    `has_more`: it names others that were never tried. `stopped` says why no further request was made, if the
    turn of the host ended.
    """

    sitemaps: tuple[ReadSitemap, ...]
    failures: tuple[Failure, ...]
    memory: Memory
    has_more: bool
    stopped: NotAsked | None = None


async def follow_index(
    index: Sitemap, *, url: str, get: Get, read: Read, memory: Memory, most: int = SITEMAPS
) -> Followed:
    """Read at most `most` sitemaps that `index`, which came from `url`, names directly or through others."""
    search = _Search(get, read, memory, {url: sitemap_index.readable(index.children, index_url=url)}, {url})
    for pick in (Pick.NEWEST, Pick.LAST_CHANGED, *[Pick.NEXT] * most):
        while search.may_go_on(most) and await search.descend(url, pick):
            pass
    memory = search.remembered(url)
    return Followed(
        tuple(search.found), tuple(search.failures), memory, search.has_more(memory), search.stopped
    )


@dataclass(slots=True)
class _Search:
    """A search below one index. `done` are addresses that were read, failed, or lead nowhere new."""

    get: Get
    read: Read
    memory: Memory
    indexes: dict[str, tuple[Child, ...]]
    done: set[str]
    found: list[ReadSitemap] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    stopped: NotAsked | None = None
    _requests: int = 0
    _now: dict[int, Remembered] = field(default_factory=dict)
    _lastmods: dict[str, int] = field(default_factory=dict)
    _changed: tuple[int, ...] | None = None

    def may_go_on(self, most: int) -> bool:
        read = len(self.found) + len(self.failures)
        return read < most and self._requests < MOST_REQUESTS and self.stopped is None

    def has_more(self, memory: Memory) -> bool:
        known = {one.url for one in memory.read}
        return any(mark(one.url) not in known for children in self.indexes.values() for one in children)

    async def descend(self, root: str, pick: Pick) -> bool:
        """Read one sitemap; return True if the way ended at an exhausted index, so another may be tried."""
        path: list[Child] = []
        children = self.indexes[root]
        while self.stopped is None and self._requests < MOST_REQUESTS:
            # One sitemap was last seen to change: if it was read for another reason, there is no second.
            without = frozenset() if pick is Pick.LAST_CHANGED else self.done
            child = sitemap_index.choose(children, self.memory, pick, without=without)
            if child is None or child.url in self.done:
                if not path or pick is Pick.LAST_CHANGED:
                    return False
                self.done.add(path[-1].url)
                return True
            path.append(child)
            if child.url not in self.indexes:
                await self._request(child, pick, path)
                if child.url not in self.indexes or child.url in self.done:
                    return False
            elif len(path) >= DEEPEST:
                self.done.add(child.url)
                return True
            children = self.indexes[child.url]
        return False

    async def _request(self, child: Child, pick: Pick, path: list[Child]) -> None:
        self._requests += 1
        answer = await self.get(child.url)
        if isinstance(answer, NotAsked):
            self.stopped = answer
            return
        listed = answer if isinstance(answer, Failure) else await self._read(answer, child)
        if isinstance(listed, Failure):
            self.done.add(child.url)
            self.failures.append(listed)
            self._remember(child, self._before(child))
            return
        assert isinstance(answer, Reply)
        below = sitemap_index.readable(listed.children, index_url=answer.url)
        if below:
            self.indexes[child.url] = below
            self._lastmods[child.url] = lastmod_mark(child)
        if listed.pages.entries or not below:
            self._take(child, listed, pick, path)

    async def _read(self, reply: Reply, child: Child) -> Sitemap | Failure:
        listed = await self.read(partial(sitemap_of, reply), reply.size)
        if isinstance(listed, Refusal):
            return Failure(refusal=listed, retryable=False, url=child.url, status=reply.status)
        return listed

    def _take(self, child: Child, listed: Sitemap, pick: Pick, path: list[Child]) -> None:
        before, content = self._before(child), _content(listed)
        if child.url not in self.indexes:
            self.done.add(child.url)
        self.found.append(ReadSitemap(child.url, listed.pages, is_unchanged=content == before))
        if before and content != before and pick is not Pick.NEWEST:
            self._changed = tuple(mark(one.url) for one in path)
        self._remember(child, content)

    def _before(self, child: Child) -> int:
        """The mark of what the sitemap listed when it was last read; 0 if it never was."""
        number = mark(child.url)
        return next((one.content for one in self.memory.read if one.url == number), 0)

    def _remember(self, child: Child, content: int) -> None:
        number = mark(child.url)
        self._now[number] = Remembered(number, lastmod_mark(child), content)

    def remembered(self, root: str) -> Memory:
        """Return the memory after this search.

        An index inside the index counts as read once all its sitemaps were: until then they come first.
        """
        before = {one.url for one in self.memory.read}
        inner = {mark(url): url for url in self.indexes if url != root}
        for number, url in inner.items():
            read = self._now.pop(number, None)
            if all(mark(one.url) in before or mark(one.url) in self._now for one in self.indexes[url]):
                content = read.content if read else 0
                self._now[number] = Remembered(number, self._lastmods[url], content)
        rest = (one for one in self.memory.read if one.url not in self._now and one.url not in inner)
        changed = self.memory.changed if self._changed is None else self._changed
        return Memory((*self._now.values(), *rest), changed)


def _content(listed: Sitemap) -> int:
    """Return a mark of everything that a sitemap lists; never 0."""
    lines = (f"{one.link} {one.published} {one.updated} {one.title}" for one in listed.pages.entries)
    return mark("\n".join(lines)) or 1
