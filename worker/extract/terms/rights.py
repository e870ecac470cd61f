"""What the publisher allows: licence, robots directives, reservations on text mining; in page and headers.

Sources: schema.org `license`, HTML `rel=license`, robots meta and `X-Robots-Tag` (with directives for one
agent), noai and noimageai, the TDM Reservation Protocol (W3C community report).
"""

import re
from collections.abc import Iterator
from typing import Any

from worker.extract.head import Head
from worker.extract.page_index import Index
from worker.extract.types import Headers, Rights, Source
from worker.extract.words import squeeze, unique
from worker.text.html import Tree
from worker.urls import join

_AGENTS = ("robots", "wiredesk", "googlebot", "googlebot-news")
_NO_AI = {"noai", "noimageai", "noml"}
_WITH_VALUE = {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}
_PREFIX = re.compile(r"([\w.*-]+)\s*:\s*(.*)", re.DOTALL)
_NO_INDEX = {one for name in ("noindex", "none") for one in (name, f"wiredesk: {name}")}
_COMMONS = re.compile("creativecommons.org/")
_LICENCE = re.compile(r"creativecommons\.org/(?:licenses/|publicdomain/(?:zero|mark)/)", re.IGNORECASE)
_OF_A_PICTURE = re.compile(r"caption|credit|photo|image|gallery|figure|attribution|bild|foto", re.IGNORECASE)
_GRANTS = re.compile(
    r"licen[cs]|lizen[zs]|licenci|licenç|лиценз|ライセンス|许可|許可|許諾|رخص|लाइसेंस", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\W_]*[a-z][a-z0-9+.-]*:(?!\s)", re.IGNORECASE)
"""What begins like one, of whatever scheme; `Licence: CC BY` is a name."""
_FAR_UP = 4


def read_rights(index: Index, head: Head, url: str, headers: Headers = ()) -> tuple[Rights, Source | None]:
    """The rights, and where the first of them was found; None where nothing is said."""
    licence, source = _licence(index, head, url)
    in_page, in_headers = _meta_robots(head), list(_header_robots(headers))
    robots = unique((*in_page, *in_headers))
    policy, reserved = (_tdm(head, headers, name) for name in ("tdm-policy", "tdm-reservation"))
    general = {_directive(one) for one in robots}
    rights = Rights(
        licence=licence,
        robots=robots,
        noindex=bool(_NO_INDEX.intersection(robots)),
        noarchive="noarchive" in general,
        noai=bool(_NO_AI.intersection(general)),
        tdm_reserved=reserved == "1",
        tdm_policy=join(url, policy) if policy else None,
    )
    if not source and rights != Rights():
        source = "meta" if in_page or head.first("tdm-reservation", "tdm-policy") else "header"
    return rights, source


def _meta_robots(head: Head) -> list[str]:
    """Directives as they stand in meta elements; those for one agent carry its name."""
    return [
        directive if name == "robots" else f"{name}: {directive}"
        for name in _AGENTS
        for value in head.meta.get(name, ())
        for directive in _directives(value)
    ]


def _header_robots(headers: Headers) -> Iterator[str]:
    """Directives of `X-Robots-Tag`: a name before them makes them those of one agent, up to the next name."""
    for name, value in headers:
        agent = ""
        for directive in _directives(value) if name.lower() == "x-robots-tag" else ():
            prefix = _PREFIX.fullmatch(directive)
            if prefix and prefix[1] not in _WITH_VALUE:
                agent, directive = prefix[1], prefix[2]
            if directive and agent in ("", "*", *_AGENTS):
                yield f"{agent}: {directive}" if agent in _AGENTS[1:] else directive


def _directives(value: str) -> list[str]:
    """The parts between commas, lower case; the commas of a date stay inside."""
    found: list[str] = []
    for part in value.lower().split(","):
        text = squeeze(part)
        if found and found[-1].startswith("unavailable_after") and text[:1].isdigit():
            found[-1] += f", {text}"
        elif text:
            found.append(text)
    return found


def _directive(robots: str) -> str:
    """The directive without the agent that it is for."""
    return robots.rpartition(": ")[2]


def _tdm(head: Head, headers: Headers, name: str) -> str | None:
    """A reservation counts wherever it is made; of two policies the page's is the nearer one."""
    stated = [*head.meta.get(name, ()), *(squeeze(value) for key, value in headers if key.lower() == name)]
    return "1" if "1" in stated and name == "tdm-reservation" else next(iter(stated), None)


def _licence(index: Index, head: Head, url: str) -> tuple[str | None, Source | None]:
    if licence := _text(head.json_ld.get("license")):
        licence = join(url, licence) if _ADDRESS.match(licence) else licence
        return licence, "json-ld" if licence else None
    if stated := head.links.get("license"):
        return join(url, stated[0]), "html"
    links = [link for _, some in index.addresses.like(_COMMONS) for link in some]
    links += [link for link, rel in index.rels if "license" in rel]
    addresses = (link.get("href", "") for link in links if _is_of_text(link))
    printed = {whole for address in addresses if (whole := join(url, address))}
    return (printed.pop(), "html") if len(printed) == 1 else (None, None)


def _is_of_text(link: Tree) -> bool:
    """Whether a link to a licence is about the text: not that of a picture, and called a licence."""
    named = "license" in link.get("rel", "").lower().split()
    if not named and not _LICENCE.search(link.get("href", "")):
        return False
    near = [link, *link.iterancestors()][: _FAR_UP + 1]
    if any(one.tag in ("figure", "figcaption", "nav") or _OF_A_PICTURE.search(_names(one)) for one in near):
        return False
    parent = link.getparent()
    return named or (parent is not None and _GRANTS.search("".join(parent.itertext())) is not None)


def _names(element: Tree) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id") or value.get("name")
    return squeeze(value) or None if isinstance(value, str) else None
