"""What the publisher allows: licence, robots directives, reservations on text mining.

Sources: schema.org `license`, HTML `rel=license`, robots meta and `X-Robots-Tag` (with directives for one
agent), noai and noimageai, the TDM Reservation Protocol (W3C community report).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from worker.extract.head import Head, read_head
from worker.extract.page_index import Index, index_of
from worker.extract.types import Headers, Rights, Source
from worker.extract.words import squeeze, unique
from worker.outcome import Refusal
from worker.text.html import Tree, parse_page
from worker.urls import join

# Agents whose directives are kept: those for us, and for news in general.
_AGENTS = ("robots", "wiredesk", "googlebot", "googlebot-news")
# Directives of DeviantArt and others against training on a page.
_NO_AI = {"noai", "noimageai", "noml"}
# Directives whose colon does not end the name of an agent.
_WITH_VALUE = {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}
_PREFIX = re.compile(r"([\w.*-]+)\s*:\s*(.*)", re.DOTALL)
_NO_INDEX = {one for name in ("noindex", "none") for one in (name, f"wiredesk: {name}")}
# A fast test for links to licences.
_COMMONS = re.compile("creativecommons.org/")
_LICENCE = re.compile(r"creativecommons\.org/(?:licenses/|publicdomain/(?:zero|mark)/)", re.IGNORECASE)
# Class names of elements whose licence is that of a picture.
_OF_A_PICTURE = re.compile(r"caption|credit|photo|image|gallery|figure|attribution|bild|foto", re.IGNORECASE)
# Words near a link that make its licence the text's.
_GRANTS = re.compile(
    r"licen[cs]|lizen[zs]|licenci|licenç|лиценз|ライセンス|许可|許可|許諾|رخص|लाइसेंस", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\W_]*[a-z][a-z0-9+.-]*:(?!\s)", re.IGNORECASE)
"""Matches an address of any scheme; `Licence: CC BY` is a name."""
_FAR_UP = 4  # levels above a link in which it may be a picture's; a guess


def read_rights(index: Index, head: Head, url: str, headers: Headers = ()) -> tuple[Rights, Source | None]:
    """Return the rights and where the first of them was found; None if nothing is stated."""
    licence, source = _licence(index, head, url)
    in_page, in_headers = _meta_robots(head), list(_header_robots(headers))
    robots = unique((*in_page, *in_headers))
    policy, reserved = (_tdm(head, headers, name) for name in ("tdm-policy", "tdm-reservation"))
    general = {one.rpartition(": ")[2] for one in robots}
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
    """Return the directives of <meta> elements; those for one agent begin with its name."""
    return [
        directive if name == "robots" else f"{name}: {directive}"
        for name in _AGENTS
        for value in head.meta.get(name, ())
        for directive in _directives(value)
    ]


def _header_robots(headers: Headers) -> Iterator[str]:
    """Yield the directives of `X-Robots-Tag`; an agent's name applies up to the next name."""
    for name, value in headers:
        agent = ""
        for directive in _directives(value) if name.lower() == "x-robots-tag" else ():
            prefix = _PREFIX.fullmatch(directive)
            if prefix and prefix[1] not in _WITH_VALUE:
                agent, directive = prefix[1], prefix[2]
            if directive and agent in ("", "*", *_AGENTS):
                yield f"{agent}: {directive}" if agent in _AGENTS[1:] else directive


def _directives(value: str) -> list[str]:
    """Return the parts between commas in lower case; commas in a date do not separate."""
    found: list[list[str]] = []
    for part in value.lower().split(","):
        text = squeeze(part)
        if found and found[-1][0].startswith("unavailable_after") and text[:1].isdigit():
            found[-1].append(text)
        elif text:
            found.append([text])
    return [", ".join(parts) for parts in found]


def _tdm(head: Head, headers: Headers, name: str) -> str | None:
    """Return the value of a TDM header or <meta>: any reservation counts, otherwise the page wins."""
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
    """Whether a link to a licence is about the text: called a licence and not that of a picture."""
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


def with_site_rights(rights: Rights, reserved: Mapping[str, Any]) -> Rights:
    """Return the rights together with what the site's files say of the page.

    A reservation counts wherever it is made; of two policies the page's own wins. `reserved` may have
    `tdm_reserved`, `tdm_policy` and `agents`: those that robots.txt forbids the page.
    """
    return replace(
        rights,
        tdm_reserved=rights.tdm_reserved or reserved.get("tdm_reserved") is True,
        tdm_policy=rights.tdm_policy or reserved.get("tdm_policy"),
        agents_denied=unique((*rights.agents_denied, *reserved.get("agents", ()))),
    )


def rights_of_page(body: bytes, *, url: str, content_type: str | None, headers: Headers) -> Rights:
    """Return the rights of a page that gave no article."""
    tree = parse_page(body, content_type)
    return (
        Rights()
        if isinstance(tree, Refusal)
        else read_rights(index_of(tree), read_head(tree), url, headers)[0]
    )


def merge_rights(one: Rights, other: Rights) -> Rights:
    """Return the rights with everything that either reserves."""
    return Rights(
        licence=one.licence or other.licence,
        robots=unique((*one.robots, *other.robots)),
        noindex=one.noindex or other.noindex,
        noarchive=one.noarchive or other.noarchive,
        noai=one.noai or other.noai,
        tdm_reserved=one.tdm_reserved or other.tdm_reserved,
        tdm_policy=one.tdm_policy or other.tdm_policy,
        agents_denied=unique((*one.agents_denied, *other.agents_denied)),
    )


def reservation_against(rights: Rights, honoured: Collection[str]) -> str | None:
    """Return which of the `honoured` reservations (noindex, noai, tdm, agents) forbids storing."""
    found = {
        "noindex": "noindex" if rights.noindex else "",
        "noai": "noai" if rights.noai else "",
        "tdm": "text and data mining is reserved" if rights.tdm_reserved else "",
        "agents": f"robots.txt forbids it to {', '.join(rights.agents_denied)}"
        if rights.agents_denied
        else "",
    }
    return next((words for name, words in found.items() if words and name in honoured), None)
