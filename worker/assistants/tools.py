"""The tools: each takes an assistant's question, and returns Markdown.

They load, decide and answer within one transaction that only reads. A question that makes no sense raises
`Mistake`, whose message says how to ask instead.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from worker.assistants import briefing
from worker.assistants.budget import BREAK, CHARACTERS_PER_TOKEN, fit
from worker.assistants.framing import framed
from worker.filters import Filter, FilterError, parse_pairs, parse_text
from worker.services.counts import TooManyGroups, count_articles, dimensions
from worker.store import Connection, Store, filtering, lookup, matching, reading, searches
from worker.text.search_query import QueryError
from worker.urls import BadUrl

MOST_ARTICLES = 50
"""Of one list. A guess: a page of them fills the default budget several times over."""

MOST_TOKENS = 50_000
"""Of one answer: beyond that, whole contexts of models would be filled by one tool."""

SHORTEST = 100
"""Tokens that an answer may always have; less would not hold one article's head."""


class Mistake(ValueError):
    """A question that cannot be answered; the message says what is wrong and what to write instead."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one store. `honoured` are the reservations of rights for which texts are withheld."""

    store: Store
    honoured: frozenset[str]
    mark: Callable[[], str] = lambda: secrets.token_hex(8)

    def search_news(
        self, query: str, conditions: str, limit: int, before: int | None, max_tokens: int
    ) -> str:
        """Return the newest articles that match."""
        limit = _within("limit", limit, 1, MOST_ARTICLES)
        with self.store.begin() as db:
            where = filtering.where(self._filter(db, query, conditions))
            found = matching.newest(db, where, limit=limit + 1, before=before)
        if not found:
            return "No article matches. Try fewer or other words; `-` before a word excludes it."
        shown = found[:limit]
        answer = fit([briefing.entry(one, self.honoured) for one in shown], _tokens(max_tokens))
        count = len(shown) if answer.next is None else answer.next
        more = len(found) > count
        head = f"{count} articles, the newest first."
        if more:
            head += f" There are more: call again with before={shown[count - 1]['id']}."
        return self._answer(head, answer.text)

    def read_article(self, article: str, start: int, max_tokens: int) -> str:
        """Return one article in full, from the piece `start` on."""
        with self.store.begin() as db:
            found = reading.whole(db, self._article(db, article))
        assert found is not None
        pieces = briefing.whole(found, self.honoured)
        if not 0 <= start < len(pieces):
            raise Mistake(f"start: the article has the pieces 0 to {len(pieces) - 1}")
        answer = fit(pieces, _tokens(max_tokens), start=start)
        return self._answer(f"Article {found['id']}.{_rest(pieces, answer.next)}", answer.text)

    def read_story(self, story_id: int, start: int, max_tokens: int) -> str:
        """Return the articles of a story, the first stored ones first."""
        with self.store.begin() as db:
            story = reading.story(db, story_id)
            if story is None:
                raise Mistake(f"there is no story {story_id}; search_news names the stories of articles")
            where = filtering.where(parse_pairs([("story", str(story_id))]))
            found = matching.newest(db, where, limit=MOST_ARTICLES)
        pieces = [briefing.entry(one, self.honoured) for one in reversed(found)]
        answer = fit(pieces, _tokens(max_tokens), start=max(0, start))
        head = f"Story {story_id}: {story['size']} articles that carry the same text, the first stored first."
        return self._answer(head + _rest(pieces, answer.next), answer.text)

    def what_changed(
        self, article: str | None, since: datetime | None, query: str, conditions: str, max_tokens: int
    ) -> str:
        """Return the edits of one article, or the newest lines of the change log."""
        if article:
            return self._edits(article, max_tokens)
        with self.store.begin() as db:
            where = filtering.where(self._filter(db, query, conditions))
            found = matching.newest_lines(db, where, since=since, limit=MOST_ARTICLES)
        if not found:
            return "Nothing of that kind changed."
        answer = fit([briefing.line(one) for one in found], _tokens(max_tokens))
        count = len(found) if answer.next is None else answer.next
        return self._answer(f"{count} changes, the newest first.", answer.text)

    def count(self, by: str, query: str, conditions: str, max_tokens: int, now: datetime) -> str:
        """Return a table of how many articles match, of how many, and how many holes there are."""
        try:
            with self.store.begin() as db:
                wanted = self._filter(db, query, conditions)
            found = count_articles(self.store, wanted, dimensions(by), now=now)
        except (ValueError, TooManyGroups) as error:
            raise Mistake(str(error)) from None
        names = (*found.by, "matches", "total", "gaps", "quiet feeds", "failing feeds")
        rows = [(*one.key, one.matches, one.total, one.gaps, one.quiet, one.failing) for one in found.groups]
        shown = _last_that_fit(names, rows, _tokens(max_tokens))
        head = f"{len(rows)} groups; total counts what matches without the words."
        if len(shown) < len(rows):
            head += f" Only the last {len(shown)} fit: narrow the conditions, or raise max_tokens."
        return self._answer(head, briefing.table(names, shown))

    def _edits(self, article: str, max_tokens: int) -> str:
        with self.store.begin() as db:
            found = reading.whole(db, self._article(db, article))
            assert found is not None
            numbers = [one["number"] for one in found["revisions"]]
            versions = [reading.version(db, found["id"], number) for number in numbers]
        if len(numbers) == 1:
            return f"Article {found['id']} was not edited since it was stored."
        pieces = []
        for line, old, new in zip(found["revisions"][1:], versions, versions[1:], strict=False):
            if old and new:
                pieces.append(f"Revision {line['number']}, seen {line['seen_at']:%Y-%m-%d %H:%M UTC}")
                pieces += briefing.edit(found, old, new, self.honoured)
        answer = fit(pieces, _tokens(max_tokens))
        head = f"Article {found['id']}: ~~deleted~~ and **inserted** words.{_rest(pieces, answer.next)}"
        return self._answer(head, answer.text)

    def _filter(self, db: Connection, query: str, conditions: str) -> Filter:
        try:
            wanted = parse_text(conditions, saved=lambda name: searches.get(db, name))
            return wanted & parse_pairs([("q", query)] if query.strip() else [])
        except (FilterError, QueryError) as error:
            raise Mistake(str(error)) from None

    def _article(self, db: Connection, name: str) -> int:
        """Return the id of the article with this id, key or address. Raises `Mistake`."""
        found = _known(db, name.strip())
        if found is None:
            raise Mistake(f"no article {name[:200]} is stored; search_news finds ids")
        return found

    def _answer(self, head: str, text: str) -> str:
        return f"{head}{BREAK}{framed(text, self.mark)}"


def _known(db: Connection, name: str) -> int | None:
    if name.isascii() and name.isdecimal():
        return int(name) if len(name) < 19 and matching.exists(db, int(name)) else None
    try:
        return matching.by_key(db, UUID(name.removeprefix("urn:uuid:")))
    except ValueError:
        pass
    try:
        return lookup.by_url(db, name)
    except BadUrl as error:
        raise Mistake(f"article: {error}; give an id, a key or an address") from None


def _last_that_fit(
    names: Sequence[str], rows: Sequence[Sequence[object]], tokens: int
) -> Sequence[Sequence[object]]:
    """Return the last rows of a table that is not longer than `tokens`: the newest days."""
    shown = len(rows)
    while shown and len(briefing.table(names, rows[-shown:])) > tokens * CHARACTERS_PER_TOKEN:
        # In large steps, since each makes a table.
        shown = shown * 3 // 4
    return rows[len(rows) - shown :]


def _tokens(wanted: int) -> int:
    return _within("max_tokens", wanted, SHORTEST, MOST_TOKENS)


def _within(name: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise Mistake(f"{name}: must be from {least} to {most}, not {value}")
    return value


def _rest(pieces: Sequence[Any], following: int | None) -> str:
    if following is None:
        return ""
    left = sum(len(piece) for piece in pieces[following:]) // CHARACTERS_PER_TOKEN
    return f" About {left} tokens are left: call again with start={following}."
