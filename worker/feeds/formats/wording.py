"""What a reader sees of an item, hashed: it changes when the publisher edits the item, and not with noise.

Markup, white space, pictures and queries of links are left out, and so are counters ("5 comments") and ages
("3 hours ago"): feeds change them from one request to the next, and each change would cost a page.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlsplit
from uuid import UUID

from worker.feeds.types import ParsedEntry
from worker.text.plain import collapsed, plain_text

_MARK = b"\xed\x17\x00\x02"
"""Prefix of every hash of this version. Raise its last byte when `wording` changes: stored hashes are then
replaced silently. Otherwise every entry would count as edited at once."""
_WORDING = slice(4, 12)
"""Where in a hash the wording is; the date of the update follows. Eight bytes: only entries of one feed that
share a guid or link are compared by it."""

# Words that count reactions, in the languages of the feeds that we know with counters.
_REACTIONS = (
    "comments?|repl(?:y|ies)|responses?|kommentare?|antworten|commentaires?|réponses?|comentarios?|respuestas?"
    "|comentários?|respostas?|comment[io]|risposte|reacties?|kommentarer|комментари(?:й|я|ев)|评论|コメント"
)
# Words that count other things, too: only at the edge of a text or between separators are they counters.
_COUNTS = (
    f"{_REACTIONS}|views?|reads?|likes?|shares?|votes?|points?|upvotes?|boosts?|reposts?|aufrufe|klicks?"
    "|stimmen|vues?|partages?|visitas?|vistas?|votos?|visualizações|visualizzazioni|просмотр(?:а|ов)?|浏览|阅读"
)
_NUMBER = r"\d[\d.,]{0,12}[km]?"
_AGE = (
    r"\d{1,3} (?:second|minute|min|hour|day|week)s? ago"
    r"|vor \d{1,3} (?:sekunde|minute|stunde|tag|woche)(?:n|en)?"
    r"|il y a \d{1,3} (?:seconde|minute|heure|jour|semaine)s?"
    r"|hace \d{1,3} (?:segundo|minuto|hora|día|semana)s?"
)
_CHANGING = re.compile(
    # The lookaheads rule out most words before the long lists are tried.
    rf"(?=[(\[\d])[(\[]?\b{_NUMBER} ?(?:{_REACTIONS})\b[)\]]?"
    rf"|\b(?=[^\W\d_]+ ?[:(\[] ?\d)(?:{_COUNTS}) ?[:(\[] ?{_NUMBER}[)\]]?"
    rf"|(?:^|(?<=[|·•–—])) ?{_NUMBER} (?:{_COUNTS})\b"
    rf"|(?=\d)\b{_NUMBER} (?:{_COUNTS})(?= ?(?:$|[|·•–—]))"
    rf"|\b(?=[\dvih])(?:{_AGE})\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"<a\b[^<>]*\bhref=\"([^\"<>]*)\"[^<>]*>(?!\s*<img\b)", re.IGNORECASE)


@lru_cache(maxsize=2)  # summary and content of an item are read for its facts, and again for its hash
def plain(markup: str | None) -> str:
    """Return the text of a summary or content as one line."""
    return plain_text(markup or "", markup=True)


def read_text(markup: str | None) -> str:
    """Return the text of a summary or content as one line, without what changes by itself."""
    return collapsed(_CHANGING.sub(" ", plain(markup)))


def wording(entry: ParsedEntry) -> bytes:
    """Hash title, summary, content and the pages that texts lead to."""
    texts = (entry.title or "", read_text(entry.summary), read_text(entry.content))
    return _digest(*texts, *map(_target, _LINK.findall(f"{entry.summary or ''} {entry.content or ''}")))


def edit_hash(entry: ParsedEntry) -> UUID:
    """Hash what counts as an edit: the wording, and the date of the last update."""
    updated = _digest(entry.updated.isoformat() if entry.updated else "")
    return UUID(bytes=_MARK + wording(entry) + updated[:4])


def is_comparable(known: UUID) -> bool:
    """Whether a stored hash was made by this version of `edit_hash`."""
    return known.bytes.startswith(_MARK)


def wording_in(known: UUID) -> bytes | None:
    """Return the wording in a stored hash; None if another version made it."""
    return known.bytes[_WORDING] if is_comparable(known) else None


def _target(address: str) -> str:
    """The path of a link, else its host: publishers rotate queries, and the hosts that files are on."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts.path.rstrip("/") or parts.netloc


def _digest(*parts: str) -> bytes:
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.digest()
