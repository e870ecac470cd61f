"""One entry of an XML feed: from the names and strings that feedparser found to a `ParsedEntry`."""

import re
from typing import Any

from worker.feeds.formats.links import Raw, alternate, with_relation
from worker.feeds.types import Enclosure, ParsedEntry
from worker.text.clean import clean_html, clean_plain_text
from worker.text.dates.strict import parse_date
from worker.text.plain import absolute_link, collapsed, plain_text, storable

_HTML = frozenset(("text/html", "application/xhtml+xml"))
_MAIL = re.compile(r"(?:mailto:)?([^\s()<>,;:\"']+@[^\s()<>,;\"']+)", re.I)
_LONGEST_NAME = 500
_BRACKETS = re.compile(r"[()<>]")


def entry(raw: Raw, url: str, feed_authors: tuple[str, ...]) -> ParsedEntry:
    """The entry that `raw` describes, its links resolved against `url`; `feed_authors` stand in for none."""
    content, summary = _content(raw), _summary(raw)
    return ParsedEntry(
        id=storable(str(dict.get(raw, "id") or "")).strip() or None,
        link=absolute_link(url, dict.get(raw, "feedburner_origlink")) or absolute_link(url, alternate(raw)),
        title=title(raw),
        authors=names(raw) or feed_authors,
        published=parse_date(dict.get(raw, "published") or dict.get(raw, "created")),
        updated=parse_date(dict.get(raw, "updated")),
        summary=_html(summary, url) if summary else None,
        content=_html(content, url) if content else None,
        enclosures=_enclosures(raw, url),
        tags=_tags(raw),
        language=_language(raw, content or summary),
    )


def names(raw: Raw) -> tuple[str, ...]:
    """The authors' names, an address where there is no name; as the feed spells them, each once."""
    people = [_person(person) for person in dict.get(raw, "authors") or ()]
    if len(people) == 1:
        people = [_single(str(dict.get(raw, "author") or ""), people[0])]
    found = (_name(plain_text(name or mail, markup=True)) for name, mail in people)
    return tuple(dict.fromkeys(name for name in found if name))


def _person(person: Raw) -> tuple[str, str]:
    return str(person.get("name") or ""), str(person.get("email") or "")


def _single(text: str, person: tuple[str, str]) -> tuple[str, str]:
    """An only author's own text, unless feedparser put it together from a name and an address.

    Out of a text it takes addresses by a pattern that ends after four letters of .news or .berlin, and the
    rest sticks to the name.
    """
    joined = "{} ({})".format(*person)
    return person if not text or text == joined else (text, "")


def _name(text: str) -> str:
    """The person in `ana@p.example (Ana)`, `Ana <ana@p.example>`; the address where there is only that."""
    text = text[:_LONGEST_NAME]
    mail = _MAIL.search(text)
    if not mail:
        return text
    return collapsed(_BRACKETS.sub(" ", _MAIL.sub(" ", text))) or mail[1]


def title(raw: Raw) -> str | None:
    """The title of a feed or entry as one plain line."""
    detail = dict.get(raw, "title_detail") or {}
    return plain_text(str(dict.get(raw, "title") or ""), markup=detail.get("type") != "text/plain") or None


def _content(raw: Raw) -> Raw | None:
    """The fullest text: the first HTML one among several, else the first."""
    contents = [one for one in dict.get(raw, "content") or () if one.get("value")]
    return next((one for one in contents if one.get("type") in _HTML), contents[0] if contents else None)


def _summary(raw: Raw) -> Raw | None:
    """The summary with its type; else a podcast's subtitle or what Media RSS says of a film.

    feedparser's copy of the content into an absent summary is not one.
    """
    value, contents = dict.get(raw, "summary"), dict.get(raw, "content") or ()
    detail = dict.get(raw, "summary_detail") or {}
    if value and (detail or all(value != one.get("value") for one in contents)):
        return {**detail, "value": value}
    other = dict.get(raw, "subtitle") or (dict.get(raw, "media_caption") if not contents else None)
    return {"value": other} if other else None


def _html(text: Raw, url: str) -> str | None:
    base = absolute_link(url, text.get("base")) or url
    convert = clean_html if text.get("type", "text/html") in _HTML else clean_plain_text
    return convert(text["value"], base) or None


def _enclosures(raw: Raw, url: str) -> tuple[Enclosure, ...]:
    """The enclosures, then the files of Media RSS, each address once."""
    original = dict.get(raw, "feedburner_origenclosurelink")
    links = with_relation(raw, "enclosure")
    found = [_enclosure(link, original or link.get("href"), url) for link in links]
    media = [*(dict.get(raw, "media_content") or ()), *(dict.get(raw, "media_thumbnail") or ())]
    found += [_enclosure(one, one.get("url"), url) for one in media]
    return tuple({one.url: one for one in reversed(found) if one}.values())[::-1]


def _enclosure(link: Raw, address: Any, url: str) -> Enclosure | None:
    whole = absolute_link(url, str(address or ""))
    size = str(link.get("length") or link.get("filesize") or "").strip()
    length = int(size) if size.isascii() and size.isdigit() and len(size) < 19 else None
    return Enclosure(whole, str(link.get("type") or "") or None, length) if whole else None


def _tags(raw: Raw) -> tuple[str, ...]:
    words = [
        word for tag in dict.get(raw, "tags") or () for word in (tag.get("term"), tag.get("label")) if word
    ]
    return tuple(dict.fromkeys(line for word in words if (line := plain_text(str(word), markup=False))))


def _language(raw: Raw, text: Raw | None) -> str | None:
    language = dict.get(raw, "language") or (text or {}).get("language")
    language = language or (dict.get(raw, "title_detail") or {}).get("language")
    return plain_text(str(language), markup=False) or None if language else None
