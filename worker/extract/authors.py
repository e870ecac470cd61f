"""Names of authors: cut out of bylines, without 'By', roles, addresses and links; agencies told apart."""

import html
import re
from collections.abc import Iterable
from typing import Any

from worker.extract.head import Head
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze, unique

_BY = re.compile(
    r"^(?:(?:written|posted|reported|edited|story|text|words|article)\s+by|by|von|par|por|di|da|door|av|af|przez|autor(?:ka|en|in)?|"
    r"auteurs?|autore|author|redaktion|автор|авторы|текст|от|oleh|bởi|作者|記者|记者|文|글|تأليف|بقلم|लेखक|द्वारा|written)"
    r"(?:\s*[:：/／]\s*|\s+)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/、，；•·\n]|\s&\s|\s(?:and|und|et|y|e|og|och|en|ja|i|и|dan|ve|và|with|mit|avec)\s)\s*"
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\([^)]*\)|\[[^\]]*\]|<[^>]*>")
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|columnist|staff|journalist|contributor|producer|chief|desk|bureau|"
    r"redakteur(?:in)?|korrespondent(?:in)?|reporterin|redaktor|redactor|rédacteur|journaliste|envoyée?|correspondant|"
    r"corresponsal|periodista|corrispondente|корреспондент|обозреватель|редактор|updated|published|photograph(?:er|y|s)?)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\s+(?:기자|記者|记者|특파원)(?:\s.*)?$")
_GENERIC = {
    "admin",
    "administrator",
    "editor",
    "staff",
    "author",
    "news",
    "redaktion",
    "null",
    "none",
    "undefined",
    "unknown",
}
_MAX_NAME = 60
_MAX_AUTHORS = 30

_AGENCIES = re.compile(
    r"^(?:dpa|deutsche presse-agentur|afp|agence france-presse|reuters|thomson reuters|ap|the associated press|associated press|"
    r"ansa|efe|agencia efe|europa press|xinhua|新华社|tass|тасс|ria novosti|риа новости|interfax|интерфакс|apa|sda|keystone-sda|"
    r"sid|kna|epd|pap|čtk|ctk|mti|tt|ntb|ritzau|stt|belga|anp|lusa|anadolu(?: ajansı| agency)?|aa|dha|iha|pti|ani|ians|"
    r"kyodo(?: news)?|共同通信|jiji(?: press)?|時事通信|yonhap|연합뉴스|bernama|antara|ttxvn|the canadian press|canadian press|"
    r"pa media|press association|upi|bloomberg|cnn wire|aap|ukrinform|укринформ|unian|bta|agerpres|tanjug|hina)$",
    re.IGNORECASE,
)


def choose_authors(head: Head, entry: FeedItem | None) -> tuple[tuple[str, ...], Source] | None:
    """The names from the first source that has any."""
    sources: list[tuple[Source, Iterable[str]]] = [
        ("json-ld", _of_node(head.json_ld.get("author")) or _of_node(head.json_ld.get("creator"))),
        (
            "meta",
            head.meta.get("author")
            or head.meta.get("parsely-author")
            or head.meta.get("sailthru.author")
            or (),
        ),
        ("opengraph", head.meta.get("article:author", ())),
        (
            "meta",
            head.meta.get("dc.creator") or head.meta.get("byl") or head.meta.get("citation_author") or (),
        ),
        ("microdata", head.itemprops.get("author", ())),
        ("feed", (entry.authors or ()) if entry else ()),
    ]
    for source, values in sources:
        if names := clean_names(values):
            return names, source
    return None


def clean_names(values: Iterable[str]) -> tuple[str, ...]:
    """The names in these bylines, each once, in order."""
    return unique(name for value in values for name in _names(value))[:_MAX_AUTHORS]


def agencies_in(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are news agencies."""
    return tuple(name for name in names if _AGENCIES.match(name))


def _names(byline: str) -> list[str]:
    text = squeeze(html.unescape(str(byline)))
    if len(text) > 10 * _MAX_NAME:
        return []
    text = _BY.sub("", _ADDRESS.sub(" ", text).strip())
    return [name for part in _SPLIT.split(text) if (name := _name(part))]


def _name(part: str) -> str:
    """A name, or '' for a role, an address, a number or a sentence."""
    name = squeeze(_ENDING.sub("", _BY.sub("", part.strip()))).strip(' .:,-–—|*"')
    if not 2 <= len(name) <= _MAX_NAME or len(name.split()) > 6 or any(char.isdigit() for char in name[:4]):
        return ""
    return (
        ""
        if _ROLE.search(name) and len(name.split()) != 2 or key(name) in _GENERIC or not key(name)
        else name
    )


def _of_node(value: Any) -> list[str]:
    """The names in a schema.org author: a string, a node, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [name for item in value[:_MAX_AUTHORS] for name in _of_node(item)]
    if isinstance(value, dict):
        return _of_node(value.get("name")) or _of_node(value.get("author"))
    return []
