"""RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0, read from the tree of the document.

Elements are recognised by their namespace, whatever prefix a feed chooses. RSS and Atom count as one
vocabulary, since feeds mix them. How publishers deviate from the specifications is known from the tests of
other feed readers: `make bench-suites` runs them.
"""

import binascii
import re
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from html import escape
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from worker.feeds.formats.hints import publisher_hints
from worker.feeds.formats.identity import is_placeholder
from worker.feeds.types import Enclosure, ParsedEntry, ParsedFeed
from worker.text.clean import HARMLESS_ELEMENTS, clean_html, clean_plain_text
from worker.text.dates.strict import NO_DATE, feed_date
from worker.text.plain import absolute_link, collapsed, plain_text, storable

Element = etree._Element
Children = dict[str, list[Element]]
"""The children of a feed or an entry by field (`_FIELDS`), the others by their prefixed name."""

_NAMESPACES = {
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0": "",
    "http://purl.org/rss/1.0/modules/rss091": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://purl.org/atom/ns": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
}
"""The usual prefix of each namespace, "" for RSS and Atom. Publishers are careless about case and about a
final slash or hash, so the keys have neither. In any other namespace an element keeps the prefix it has."""

# Elements of each field, from the specifications and from the tests of other feed readers.
_FIELDS = {
    "id": "id guid",
    "title": "title dc:title",
    "link": "link enclosure",
    "author": "author managingeditor dc:creator dc:author itunes:author",
    "published": "published pubdate issued dcterms:issued",
    "updated": "updated modified lastbuilddate dcterms:modified dc:date",
    "created": "created dcterms:created",
    "summary": "summary description abstract dc:description itunes:summary",
    "content": "content content:encoded body xhtml:body fullitem",
    "subtitle": "subtitle tagline itunes:subtitle",
    "tag": "category dc:subject media:category itunes:category keywords itunes:keywords media:keywords tags",
    "language": "language dc:language",
}
_FIELD = {name: field for field, names in _FIELDS.items() for name in names.split()}
_COMMA_SEPARATED = frozenset(("itunes:keywords", "media:keywords", "tags"))
_WRAPPERS = frozenset(("media:group", "media:content"))
_PERSON_PARTS = frozenset(("name", "email", "uri", "url", "homepage"))
_KINDS = {"rss": "rss", "channel": "rss", "item": "rss", "rdf:rdf": "rdf", "feed": "atom", "entry": "atom"}
"""The family of a document by the name of its root."""

_TEXT, _HTML, _XHTML = "text/plain", "text/html", "application/xhtml+xml"
_TYPES = {"text": _TEXT, "plain": _TEXT, "html": _HTML, "xhtml": _XHTML}
_HTML_BY_DEFAULT = frozenset(("description", "dc:description", "content:encoded", "fullitem", "body"))
_HTML_LINK = frozenset((_HTML, _XHTML, "html", "xhtml"))
_TAG = re.compile(r"</?(\w+)")
_END_TAG_OR_ENTITY = re.compile(r"</\w+>|&#?\w+;")
_ENTITY = re.compile(r"&(\w+);")
_VOID = frozenset("area br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
"""Elements without an end tag (HTML, section 13.1.2)."""

_IANA = "http://www.iana.org/assignments/relation/"
_EMAIL = re.compile(r"(?:mailto:|(?<![^\s()<>,;:\"']))([^\s()<>,;:\"']+@[^\s()<>,;\"']+)", re.I)
_BRACKETS = re.compile(r"[()<>]")
_LONGEST_NAME = 500
"""Characters of a byline that are searched for an email address; a guess."""
_LONGEST_GENERATOR = 200
_MOST_DIGITS = 18
"""The longest length of a file that fits a bigint of PostgreSQL."""

# Names of attributes in the notation of lxml.
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_WINDOWS_1252 = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}


class _Text(NamedTuple):
    """What an element says, with its media type; the element, for its base and language."""

    value: str
    type: str
    element: Element

    @property
    def is_html(self) -> bool:
        return self.type in (_HTML, _XHTML)


def read_tree(root: Element, *, url: str, warnings: tuple[str, ...] = ()) -> ParsedFeed | None:
    """Return the feed below `root`, its links resolved against `url`; None where it is not a feed."""
    kind, items = _KINDS.get(_name(root)), list(_items(root))
    if kind is None and not items:
        return None
    channel = next((node for node in root.iter(etree.Element) if _name(node) in ("channel", "feed")), root)
    children = _children(channel)
    reader = _Reader(kind == "atom", _site(children, url) if kind in ("rss", None) else url)
    authors = reader.authors(children["author"]) or reader.authors(children["itunes:owner"])
    language = _last(children["language"]) or (root.get(_XML + "lang") or "").replace("_", "-")
    related = {name: _related(children, name, url) for name in ("self", "hub", "prev-archive", "next")}
    return ParsedFeed(
        kind=kind or "rss",
        title=reader.title(children),
        link=reader.link(children),
        language=plain_text(language, markup=False) or None,
        entries=tuple(reader.entry(item, authors) for item in items),
        warnings=warnings,
        hints=publisher_hints(
            ttl=_last(children["ttl"]),
            period=_last(children["sy:updateperiod"]),
            frequency=_last(children["sy:updatefrequency"]),
        ),
        hubs=related["hub"],
        self_url=next(iter(related["self"]), None),
        prev_archive=next(iter(related["prev-archive"]), None),
        next_page=next(iter(related["next"]), None),
        complete=bool(children["fh:complete"]),
        generator=plain_text(_last(children["generator"]) or "", markup=False)[:_LONGEST_GENERATOR] or None,
    )


class _Reader(NamedTuple):
    """Reads the entries of one document; `base` is what its relative links are resolved against."""

    is_atom: bool
    base: str

    def entry(self, item: Element, feed_authors: tuple[str, ...]) -> ParsedEntry:
        """Return the entry in `item`, with the feed's authors where it names none."""
        children = _children(item)
        summary, content = self._summary_and_content(children)
        updated = feed_date(_last(children["updated"])) or NO_DATE
        # RSS has one date: a lone `dc:date` is the date of publication.
        stated = feed_date(_last(children["published"])) or feed_date(_last(children["created"]))
        published = stated or (NO_DATE if self.is_atom else updated)
        return ParsedEntry(
            id=_last(children["id"]) or storable(item.get(_RDF_ABOUT) or "").strip() or None,
            link=absolute_link(self.base, _last(children["feedburner:origlink"])) or self.link(children),
            title=self.title(children),
            authors=self.authors(children["author"]) or feed_authors,
            published=published[0],
            updated=updated[0],
            summary=self._markup(summary),
            content=self._markup(content),
            enclosures=self._enclosures(children),
            tags=_tags(children["tag"]),
            language=_language(children, content or summary),
            published_precision=published[1],
            updated_precision=updated[1],
        )

    def title(self, children: Children) -> str | None:
        """Return the first title that is not empty, as one plain line; Media RSS titles come last."""
        for text in map(self._text, (*children["title"], *children["media:title"])):
            if line := plain_text(text.value, markup=text.type != _TEXT):
                return line
        return None

    def authors(self, elements: Iterable[Element]) -> tuple[str, ...]:
        """Return the authors' names as the feed spells them, each once; an address where there is no name."""
        return tuple(dict.fromkeys(name for name in map(_person, elements) if name))

    def link(self, children: Children) -> str | None:
        """Return the page: the last HTML alternate, else the first of any type, else an id like an address.

        A link to something related is the page only where there is no other.
        An id with `isPermaLink="false"` is not taken for an address (RSS 2.0, `guid`).
        """
        if pages := _pages(children):
            return absolute_link(_base(pages[0], self.base), _href(pages[0]))
        taken = {_href(link) for link in children["link"]}
        for element in children["id"]:
            address, permanent = _words(element.text), _attribute(element, "ispermalink")
            if permanent in (None, "true") and "://" in address and address not in taken:
                return absolute_link(_base(element, self.base), address)
        related = (link for link in children["link"] if _relation(link) == "related" and _href(link))
        return next((absolute_link(_base(link, self.base), _href(link)) for link in related), None)

    def _summary_and_content(self, children: Children) -> tuple[_Text | None, _Text | None]:
        """The summary, and the first content in HTML, else the first; a second summary is the content."""
        contents = self._texts(children["content"])
        summaries = self._texts(children["summary"])
        if not summaries:
            others = children["subtitle"] or ([] if contents else children["media:description"])
            summaries = [text._replace(type=_HTML) for text in self._texts(others)]
        contents = contents or summaries[1:2]
        best = next((text for text in contents if text.is_html), contents[0] if contents else None)
        return (summaries[0] if summaries else None), best

    def _texts(self, elements: Iterable[Element]) -> list[_Text]:
        return [text for text in map(self._text, elements) if text.value]

    def _text(self, element: Element) -> _Text:
        """Read a text construct (RFC 4287, section 3.1; `mode` is Atom 0.3's)."""
        stated = (element.get("type") or "").strip().lower()
        default = _HTML if _name(element) in _HTML_BY_DEFAULT else _TEXT
        kind = _TYPES.get(stated, stated) or default
        value = _words(element.text)
        if len(element):
            if kind.endswith("xml") or not all(map(_is_bare_div, element)):
                return _Text(_inner_markup(element), _XHTML, element)
            value = _all_text(element)
        elif kind == _XHTML:
            value = escape(value, quote=False)
        elif element.get("mode") == "base64" or (not kind.startswith("text/") and not kind.endswith("xml")):
            value = _from_base64(value)
        if kind == _TEXT and not self.is_atom and _looks_like_html(value):
            kind = _HTML
        return _Text(value, kind, element)

    def _markup(self, text: _Text | None) -> str | None:
        if text is None:
            return None
        clean = clean_html if text.is_html else clean_plain_text
        return clean(text.value, _base(text.element, self.base)) or None

    def _enclosures(self, children: Children) -> tuple[Enclosure, ...]:
        """The enclosures, then the files of Media RSS, each address once."""
        original = _last(children["feedburner:origenclosurelink"])
        links = [link for link in children["link"] if _relation(link) == "enclosure"]
        found = [self._enclosure(link, original or _href(link)) for link in links]
        media = (*children["media:content"], *children["media:thumbnail"])
        found += [self._enclosure(file, _attribute(file, "url") or _words(file.text)) for file in media]
        unique: dict[str, Enclosure] = {}
        for one in found:
            if one:
                unique.setdefault(one.url, one)
        return tuple(unique.values())

    def _enclosure(self, element: Element, address: str | None) -> Enclosure | None:
        url = absolute_link(_base(element, self.base), address)
        digits = (_attribute(element, "length") or _attribute(element, "filesize") or "").strip()
        length = (
            int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None
        )
        kind = (element.get("type") or "").lower() or (_HTML if _local_name(element) == "link" else None)
        return Enclosure(url, kind, length) if url else None


def _items(node: Element) -> Iterator[Element]:
    """Yield the outermost items that are not empty, wherever they are."""
    for child in node.iterchildren(etree.Element):
        if _name(child) not in ("item", "entry"):
            yield from _items(child)
        elif len(child) or child.get(_RDF_ABOUT):
            yield child


def _children(node: Element) -> Children:
    """Sort the children by field, those of Media RSS's groups among them."""
    found: Children = defaultdict(list)
    for child in node.iterchildren(etree.Element):
        name = _name(child)
        found[_FIELD.get(name, name)].append(child)
        if name in _WRAPPERS:
            for field, elements in _children(child).items():
                found[field] += elements
    return found


def _name(element: Element) -> str:
    return _prefixed_name(str(element.tag), element.prefix or "")


@lru_cache(maxsize=4096)
def _prefixed_name(tag: str, prefix: str) -> str:
    """The local name in lower case behind the usual prefix of its namespace, without one for RSS and Atom."""
    namespace, _, local = tag.lower().rpartition("}")
    if not namespace:
        prefix, _, local = local.rpartition(":")  # a prefix that is declared nowhere
    prefix = _NAMESPACES.get(namespace[1:].rstrip("/#"), prefix.lower())
    return f"{prefix}:{local}" if prefix not in ("", "rss", "atom") else local


def _local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _attribute(element: Element, name: str) -> str | None:
    """An attribute, however its name is capitalised."""
    return next((str(value) for key, value in element.attrib.items() if str(key).lower() == name), None)


def _base(element: Element, base: str) -> str:
    """What relative links in the element are resolved against: `xml:base` around it, outwards to `base`."""
    for node in reversed([element, *element.iterancestors()]):
        if written := node.get(_XML + "base") or node.get("base"):
            base = absolute_link(base, written) or base
    return base


def _words(text: str | None) -> str:
    """The text with UTF-8 that was encoded twice decoded, and C1 controls read as windows-1252."""
    text = storable(text or "").strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_WINDOWS_1252)


def _all_text(element: Element) -> str:
    return _words("".join(map(str, element.itertext())))


def _last(elements: Sequence[Element]) -> str | None:
    """The text of the last element that is not empty."""
    return next((text for text in map(_all_text, reversed(elements)) if text), None)


def _is_bare_div(element: Element) -> bool:
    """Whether this is the `div` that some publishers wrap around escaped markup."""
    return _local_name(element) == "div" and not len(element)


def _inner_markup(element: Element) -> str:
    """The markup inside an element that was not escaped, without the `div` that Atom wants around it."""
    children = list(element.iterchildren(etree.Element))
    around = (element.text or "") + "".join(child.tail or "" for child in children)
    wrapped = len(children) == 1 and not around.strip() and _local_name(children[0]) == "div"
    return "".join(_serialised(children[0] if wrapped else element)).strip()


def _serialised(element: Element) -> Iterator[str]:
    """Yield the inside of an element as HTML, without namespaces."""
    yield escape(element.text or "", quote=False)
    for child in element.iterchildren(etree.Element):
        name = _local_name(child)
        pairs = ((str(key).rpartition("}")[2], escape(str(value))) for key, value in child.attrib.items())
        attributes = "".join(f' {key}="{value}"' for key, value in pairs)
        yield f"<{name}{attributes}>"
        if name not in _VOID:
            yield from _serialised(child)
            yield f"</{name}>"
        yield escape(child.tail or "", quote=False)


def _looks_like_html(text: str) -> bool:
    """Whether text that is plain by its type has end tags or entities, and only those that HTML knows."""
    return bool(
        _END_TAG_OR_ENTITY.search(text)
        and all(tag.lower() in HARMLESS_ELEMENTS for tag in _TAG.findall(text))
        and all(f"{name};" in html5 for name in _ENTITY.findall(text))
    )


def _from_base64(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text


def _href(link: Element) -> str | None:
    """The address of a link: an attribute (Atom), the text (RSS), or an attribute that is neither's."""
    names = ("href", "url", "") if _name(link) == "enclosure" else ("href", "", "url", "uri")
    found = (_attribute(link, name) if name else _words(link.text) for name in names)
    return next((address for address in found if address), None)


def _relation(link: Element) -> str:
    """A link's `rel`; its full IANA address means the same as the short name (RFC 4287, section 4.2.7.2)."""
    default = "enclosure" if _name(link) == "enclosure" else "alternate"
    return (link.get("rel") or default).strip().lower().removeprefix(_IANA)


def _pages(children: Children) -> list[Element]:
    """The links to the page of a feed or an entry, the best first."""
    links = [link for link in children["link"] if _relation(link) == "alternate"]
    pages = [link for link in links if not is_placeholder(_href(link))]
    html = [link for link in pages if (link.get("type") or _HTML).lower() in _HTML_LINK]
    return html[::-1] or pages


def _site(children: Children, url: str) -> str:
    """What relative links in RSS are resolved against, about which the specification says nothing.

    Publishers mean their site, wherever the feed is served: the feed's link or its own address, if absolute.
    """
    pages = [*_pages(children)[:1], *(link for link in children["link"] if _relation(link) == "self")]
    absolute = (absolute_link(url, href) for href in map(_href, pages) if href and "//" in href)
    return next((address for address in absolute if address), url)


def _related(children: Children, relation: str, url: str) -> tuple[str, ...]:
    links = (link for link in children["link"] if _relation(link) == relation)
    found = (absolute_link(_base(link, url), _href(link)) for link in links)
    return tuple(dict.fromkeys(address for address in found if address))


def _person(element: Element) -> str:
    """The name in `ana@p.example (Ana)` or `Ana <ana@p.example>`; the address where there is no name."""
    parts = {_local_name(child): _all_text(child) for child in element.iterchildren(etree.Element)}
    written = parts.get("name") or parts.get("email") or ""
    if not written and not parts.keys() & _PERSON_PARTS:
        written = _all_text(element)
    text = plain_text(written, markup=True)[:_LONGEST_NAME]
    email = _EMAIL.search(text)
    return (collapsed(_BRACKETS.sub(" ", _EMAIL.sub(" ", text))) or email[1]) if email else text


def _tags(elements: Iterable[Element]) -> tuple[str, ...]:
    words: list[str] = []
    for element in elements:
        words += [element.get(name) or "" for name in ("term", "label", "text")]
        text = _words(element.text)
        words += text.split(",") if _name(element) in _COMMA_SEPARATED else [text]
    return tuple(dict.fromkeys(line for word in words if (line := plain_text(word, markup=False))))


def _language(children: Children, text: _Text | None) -> str | None:
    """The entry's language, else the `xml:lang` of its text, else that of its title."""
    language = _last(children["language"])
    for element in (text.element if text else None, *children["title"][:1]):
        if not language and element is not None:
            around = (
                node.get(_XML + "lang") or node.get("lang") for node in (element, *element.iterancestors())
            )
            language = next((found for found in around if found), "").replace("_", "-")
    return plain_text(language or "", markup=False) or None
