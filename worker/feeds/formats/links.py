"""Which of an element's many links is meant: RFC 4287, section 4.2.7, on what feedparser makes of them."""

from typing import Any

_IANA = "http://www.iana.org/assignments/relation/"
_HTML = frozenset(("text/html", "application/xhtml+xml", "html", "xhtml"))

Raw = dict[str, Any]


def relation(link: Raw) -> str:
    """A link's `rel`; its full IANA address and the short name mean the same (section 4.2.7.2)."""
    return str(link.get("rel") or "alternate").strip().lower().removeprefix(_IANA)


def with_relation(thing: Raw, wanted: str) -> list[Raw]:
    """The links of a feed or entry that have this relation, in the order of the document."""
    return [link for link in dict.get(thing, "links") or () if relation(link) == wanted]


def alternate(thing: Raw) -> str | None:
    """The page that a feed or entry stands for, as written: an HTML alternate before any other.

    feedparser's own `link` may be an enclosure's address (where that element holds it as text) and may be a
    guid that is no address: it counts only where no alternate is there.
    """
    pages = [link for link in with_relation(thing, "alternate") if link.get("href")]
    html = [link for link in pages if str(link.get("type") or "text/html").lower() in _HTML]
    if html or pages:
        address: str = (html or pages)[-1]["href"] if html else pages[0]["href"]
        return address
    return _guid_as_link(thing)


def _guid_as_link(thing: Raw) -> str | None:
    link = dict.get(thing, "link")
    taken = {other.get("href") for other in dict.get(thing, "links") or ()}
    return link if link and link not in taken and "://" in link else None
