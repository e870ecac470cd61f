"""Refused entries with the beginning of what was fetched, and fetching them again."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.fetch.encodings import BadEncoding, TooLarge, decoder_of
from worker.store import Connection, audit, entries, refused_entries
from worker.store.refused_entries import RefusedFilter
from worker.text.plain import collapsed

READ_BYTES = 200_000
"""Of a body once decompressed: heads of pages have up to 100 kB of styles and scripts before the text."""

SHOWN = 300
"""Characters of a sample, some four lines: enough to recognise a consent wall or an error page."""

MOST_RETRIED = 5_000
"""Entries that one request lets wait again. A guess: a few seconds, and hours of fetching."""

# Rough patterns of markup: a wrong sample misleads for a second, and nothing else depends on it.
_TITLE = re.compile(r"<title[^>]*>([^<]{0,500})", re.IGNORECASE)
_INVISIBLE = re.compile(
    r"<(script|style|head|noscript|svg|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a fetched page: its title and first words, each None if the page has no such text."""

    title: str | None
    text: str | None


def sample_of(row: Mapping[str, Any]) -> Sample | None:
    """Return the beginning of the page of a refused entry; None if no body is kept.

    Regular expressions are enough: nothing depends on it, and the whole page is never parsed here.
    """
    if row["body"] is None:
        return None
    text = _beginning(row["body"], row["encoding"] or "").decode("utf-8", "replace")
    found = _TITLE.search(text)
    title = collapsed(html.unescape(found[1])) if found else ""
    shown = collapsed(html.unescape(_INVISIBLE.sub(" ", text)))[:SHOWN]
    return Sample(title or None, shown or None)


def _beginning(body: bytes, encoding: str) -> bytes:
    read = bytearray()
    if not encoding:
        return bytes(body[:READ_BYTES])
    try:
        for piece in decoder_of(encoding, limit=2 * READ_BYTES).pieces(bytes(body[:READ_BYTES])):
            read += piece
            if len(read) >= READ_BYTES:
                break
    except (BadEncoding, TooLarge):
        pass
    return bytes(read)


def retry_entries(db: Connection, ids: Sequence[int], *, by: str, now: datetime) -> int:
    """Let these refused entries wait again; return how many did."""
    done = entries.requeue(db, now=now, ids=list(ids)[:MOST_RETRIED])
    if done:
        audit.record(db, by, "entry.retried", "entries", {"entries": done, "ids": list(ids)[:20]}, now=now)
    return done


def retry_matching(db: Connection, filter_: RefusedFilter, *, by: str, now: datetime) -> int:
    """Let the newest refused entries that match wait again, at most `MOST_RETRIED`; return how many did."""
    return retry_entries(db, refused_entries.ids(db, filter_, limit=MOST_RETRIED), by=by, now=now)
