"""A second look at a page, judged against what is stored: a clear edit, or a doubt. Pure.

A wall, an error page or another article may be served at a stored article's address with status 200, and be
extracted as a text. So a text that differs is an edit at once only if it can be recognised as the same
article: most of the stored text is still there (paragraphs added, removed, moved or corrected), or the title
is, and the new text is about the same. Everything else is doubtful. The stored text stays, and the page is
looked at again soon, from a fresh connection.

Time cures a doubt if nothing else speaks against the page: a publisher may replace headline and text at one
address, and only that the text stays distinguishes this from an accident. It never cures a text that is cut
off, that other pages of the host show, that came from another address, or that reads like a wall.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from worker.extract.fingerprints import similarity
from worker.extract.overlap import Overlap, compare_texts, long_words
from worker.extract.walls import calls_to_subscribe, reads_like_a_wall
from worker.extract.words import TOKEN, key, squeeze
from worker.model import LOOK_MOVES, LookEvent, LookState, move
from worker.outcome import Doubt, Owner, Reason, Refusal
from worker.rows.articles import ArticleRecord
from worker.rows.entries import Look
from worker.text.site import same_site
from worker.urls import canonical_or_none

AGAIN = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=5),
    timedelta(hours=18),
    timedelta(days=3),
)
"""Waits after each look in a row that was not good; then only the planned looks are left. Guesses: a wrong
answer mostly lasts minutes, an outage hours, a wall days."""

SETTLED_AFTER = timedelta(hours=6)
SETTLED_SIGHTS = 3
"""How long, and how often in a row, a text must be seen before it replaces one with which it has little in
common. A guess: maintenance pages and outages are mostly over by then, and with the waits above a real change
is late by six hours and ten minutes."""

SAME_ANSWER = 0.8
"""Share of shingles from which two pages show the same text. A guess: a wall may quote the page's title."""
STILL_THE_SAME = 0.5
"""Share of shingles from which a doubtful text is the one of the last look. A guess: it may be edited."""

MOSTLY_KEPT = 0.5
"""Share of the stored text that makes a new text an edit of it. Of 2,010 pairs of articles of one host 31
have it, by navigation and lists that extraction took for text; 26 of them have other beginnings."""
MUCH_KEPT = 2 / 3
"""Share from which a text without its end has lost a paragraph or two, and is not cut short. A guess."""
BEGUN = 0.1
REPLACED_SIZE = 0.8
"""Share of the stored text that is more than chance, and the length below which other words behind such a
beginning are an offer to subscribe and not the rest of the text. Guesses."""
LITTLE_LOST = 0.05
"""Share of the stored text whose loss is never a cut, but an edit of a sentence. A guess."""
RELATED = 0.15
"""Share of a new text's long words that the stored text has if both are about the same. Nine of ten pairs of
articles of one host are below it, as are walls; most rewritten reports are above. It counts only where the
title has stayed."""
LEAST_SIZE = 0.5
"""Length of a rewritten text, in lengths of the stored one, below which it is doubtful. A guess."""
_FACTS = frozenset(
    ("published", "modified", "authors", "agencies", "section", "tags", "summary", "images", "canonical_url")
)
"""Fields that the page of an article states, and that walls and error pages lack: a sign without words."""
_TITLE_WORDS = 2  # long ones, from which a title can be looked for in a text; a guess
_TITLE_TOKENS = 2  # of a title that names one article; shorter ones are those of sections; a guess
_LONG_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}(?!\d)")
"""Numbers in an address that identify one article: five digits or more that are not a day."""


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """What is compared of one version of an article; `addresses` are all the addresses that it has.

    `facts` are the fields of `_FACTS` that its page states. `is_whole` is False if the page was cut off in
    transit.
    """

    title: str | None
    text: str
    addresses: tuple[str, ...]
    site_name: str | None
    kind: str
    paywalled: bool
    is_hidden: bool
    is_from_feed: bool
    facts: frozenset[str]
    is_whole: bool = True

    @classmethod
    def of_document(
        cls, document: Mapping[str, Any], addresses: Sequence[str], *, is_whole: bool = True
    ) -> "ArticleVersion":
        """Return the version that a stored document, or the content of an `ArticleRecord`, describes."""
        sources = document.get("provenance") or {}
        stated = frozenset(name for name, source in sources.items() if source not in ("feed", "url"))
        return cls(
            title=squeeze(document.get("title")) or None if "title" in stated else None,
            text=document["text"],
            addresses=tuple(addresses),
            site_name=document.get("site_name"),
            kind=document.get("kind") or "article",
            paywalled=bool(document.get("paywalled")),
            is_hidden=bool((document.get("rights") or {}).get("noindex")),
            is_from_feed=sources.get("blocks") == "feed",
            facts=stated & _FACTS,
            is_whole=is_whole or sources.get("blocks") == "feed",
        )


@dataclass(frozen=True, slots=True)
class Doubted:
    """Why a text is not taken for an edit, and whether time may cure that."""

    doubt: Doubt
    detail: str
    may_settle: bool = False


def judge(
    stored: ArticleVersion, new: ArticleVersion, *, feed_title: str | None = None, is_shared: bool = False
) -> Doubted | None:
    """Return the doubt about a new version of a stored article; None: it is an edit.

    `feed_title` is what the feed calls the article now. `is_shared`: other pages of the host show this text.
    """
    overlap = compare_texts(stored.text, new.text)
    is_titled_alike = _is_same_title(stored.title, new) or _is_same_title(feed_title, new)
    # A feed has no walls, but may begin to carry only summaries.
    is_of_feed = stored.is_from_feed and new.is_from_feed
    doubt = _cut(stored, new, overlap)
    if doubt is None and not is_of_feed and not _is_mostly_kept(overlap, is_titled_alike):
        doubt = _other_text(stored, new, overlap, is_titled_alike, is_shared)
    if doubt is None:
        return None
    reason, may_settle = doubt
    detail = f"{overlap.kept:.0%} of the stored text is left"
    if not is_titled_alike:
        detail += f"; the title is {(new.title or '')[:100]!r}"
    return Doubted(reason, detail, may_settle)


def _cut(stored: ArticleVersion, new: ArticleVersion, overlap: Overlap) -> tuple[Doubt, bool] | None:
    """Return the doubt about a text that is only a part of the stored one."""
    is_mostly_old = overlap.added <= min(overlap.size, overlap.lost) / 2
    is_begun = overlap.is_beginning and overlap.kept >= BEGUN and overlap.size < REPLACED_SIZE
    if overlap.lost < LITTLE_LOST or not (is_mostly_old or is_begun):
        return None
    is_part = overlap.kept < (MUCH_KEPT if overlap.is_beginning else MOSTLY_KEPT) or overlap.breaks_off
    is_part |= overlap.is_beginning and not new.is_whole
    has_wall = calls_to_subscribe(new.text) and not calls_to_subscribe(stored.text)
    if (new.paywalled and (is_part or not stored.paywalled)) or (has_wall and overlap.is_beginning):
        return Doubt.PAYWALL, False
    if is_part:
        # A publisher may take the last paragraphs away, but does not end within a sentence.
        return Doubt.CUT_SHORT, overlap.kept >= MOSTLY_KEPT and not overlap.breaks_off and not has_wall
    return None


def _is_mostly_kept(overlap: Overlap, is_titled_alike: bool) -> bool:
    """Whether enough is left of the stored text: under another title also its beginning, since what follows
    may be the same on all pages of the site."""
    return overlap.kept >= MOSTLY_KEPT and (is_titled_alike or overlap.lead >= MOSTLY_KEPT)


def _other_text(
    stored: ArticleVersion, new: ArticleVersion, overlap: Overlap, is_titled_alike: bool, is_shared: bool
) -> tuple[Doubt, bool] | None:
    """Return the doubt about a text that has little in common with the stored one."""
    if new.is_from_feed and not stored.is_from_feed:
        return Doubt.FEED_TEXT, False
    if is_shared:
        return Doubt.SHARED, False
    if not _is_same_place(stored.addresses, new.addresses):
        return Doubt.ELSEWHERE, False
    was_wall = reads_like_a_wall(stored.title, stored.text)
    if not was_wall and reads_like_a_wall(new.title, new.text):
        return Doubt.WALL, False
    if (new.kind == "index-page" and stored.kind != new.kind) or (new.is_hidden and not stored.is_hidden):
        return Doubt.NOT_AN_ARTICLE, False
    if not _states_as_much(stored, new):
        return Doubt.NOT_AN_ARTICLE, False
    is_related = overlap.related >= RELATED or was_wall or _has_words_of_title(new)
    if overlap.size < LEAST_SIZE:
        return Doubt.NOT_AN_ARTICLE, is_titled_alike and is_related
    if is_titled_alike and is_related:
        return None
    return Doubt.REPLACED, True


def _states_as_much(stored: ArticleVersion, new: ArticleVersion) -> bool:
    """Whether a page states what a page of this template stated: its date, and half of the rest."""
    if "published" in stored.facts - new.facts:
        return False
    return 2 * len(stored.facts & new.facts) >= len(stored.facts)


def _has_words_of_title(version: ArticleVersion) -> bool:
    """Whether the text has half of the long words of its title."""
    words = long_words(version.title or "")
    return len(words) >= _TITLE_WORDS and 2 * len(words & long_words(version.text)) >= len(words)


def _is_same_title(title: str | None, new: ArticleVersion) -> bool:
    """Whether a title is that of the new version, or one is a part of the other: kickers come and go."""
    if not title or not new.title or key(new.title) == key(new.site_name):
        return False
    if len(TOKEN.findall(new.title)) < _TITLE_TOKENS:
        return False
    shorter, longer = sorted((key(title), key(new.title)), key=len)
    return shorter == longer or (2 * len(shorter) >= len(longer) and shorter in longer)


def _is_same_place(stored: Sequence[str], new: Sequence[str]) -> bool:
    """Whether every address of the new version is one of the stored one, or differs in words only."""
    return all(any(_is_same_address(one, other) for other in stored) for one in new)


def _is_same_address(one: str, other: str) -> bool:
    first, second = canonical_or_none(one), canonical_or_none(other)
    if first is None or second is None:
        return one == other
    if _bare(first) == _bare(second):
        return True
    numbers = set(_LONG_NUMBER.findall(urlsplit(first).path))
    return bool(numbers & set(_LONG_NUMBER.findall(urlsplit(second).path))) and same_site(first, second)


def _bare(url: str) -> str:
    """Return an address without scheme, www. and the last slash: they change with the server."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def sketch_of(record: ArticleRecord) -> bytes:
    """Return what two pages with the same text share: the signature, or a hash if the text is too short."""
    text = squeeze(record.content["text"])
    return record.signature or blake2b(text.encode(), digest_size=32).digest()


def is_shown(sketch: bytes, others: Sequence[bytes]) -> bool:
    """Whether one of these sketches is that of the same text."""
    return any(sketch == other or similarity(sketch, other) >= SAME_ANSWER for other in others)


def good_look(before: Look) -> Look:
    """Return the look after the stored text, or after a text that has become the article's."""
    return Look(state=move(LOOK_MOVES, before.state, LookEvent.AGREED))


def doubtful_look(before: Look, found: Doubted, sketch: bytes, *, now: datetime) -> Look | None:
    """Return the look after a doubtful text; None if it has been seen long enough to be believed."""
    is_steady = before.sketch is not None and (
        before.sketch == sketch or similarity(before.sketch, sketch) >= STILL_THE_SAME
    )
    text_since = (before.text_since if is_steady else None) or now
    text_times = before.text_times + 1 if is_steady else 1
    if found.may_settle and text_times >= SETTLED_SIGHTS and now - text_since >= SETTLED_AFTER:
        return None
    return Look(
        state=move(LOOK_MOVES, before.state, LookEvent.DOUBTED),
        reason=found.doubt,
        detail=found.detail,
        since=before.since or now,
        times=before.times + 1,
        sketch=sketch,
        text_since=text_since,
        text_times=text_times,
    )


def refused_look(before: Look, refusal: Refusal, *, now: datetime) -> Look:
    """Return the look after a page without an article."""
    return Look(
        state=move(LOOK_MOVES, before.state, LookEvent.REFUSED),
        reason=refusal.reason,
        detail=refusal.detail,
        since=before.since or now,
        times=before.times + 1,
    )


def sooner_look(look: Look, *, now: datetime) -> datetime | None:
    """Return when the page is looked at again after a look that was not good; None: as planned.

    A page that is refused for our own errors, or because its rights are reserved, is not looked at earlier.
    """
    if look.state is LookState.GOOD or look.times > len(AGAIN):
        return None
    if look.state is LookState.REFUSED and look.reason is not None:
        reason = Reason.of(look.reason)
        if reason is Reason.RESERVED or reason.owner is Owner.US:
            return None
    return now + AGAIN[look.times - 1]
