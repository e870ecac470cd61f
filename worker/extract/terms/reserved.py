"""Reservations that do not stand in the page's own markup alone, and which of them forbid a use."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from worker.extract.head import read_head
from worker.extract.page_index import index_of
from worker.extract.terms.rights import read_rights
from worker.extract.types import Headers, Rights
from worker.extract.words import unique
from worker.outcome import Refusal
from worker.text.html import parse_page


def with_site(rights: Rights, reserved: Mapping[str, Any]) -> Rights:
    """The rights with what the files of the whole site say of the page: a reservation counts wherever it is
    made, of two policies the page's own is the nearer one.

    `reserved` may have `tdm_reserved`, `tdm_policy` and `agents`, those that robots.txt forbids the page.
    """
    return replace(
        rights,
        tdm_reserved=rights.tdm_reserved or reserved.get("tdm_reserved") is True,
        tdm_policy=rights.tdm_policy or reserved.get("tdm_policy"),
        agents_denied=unique((*rights.agents_denied, *reserved.get("agents", ()))),
    )


def of_page(body: bytes, *, url: str, content_type: str | None, headers: Headers) -> Rights:
    """The rights of a page from which no article was made."""
    tree = parse_page(body, content_type)
    return (
        Rights()
        if isinstance(tree, Refusal)
        else read_rights(index_of(tree), read_head(tree), url, headers)[0]
    )


def merged(one: Rights, other: Rights) -> Rights:
    """What either reserves."""
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


def forbidden(rights: Rights, honoured: Collection[str]) -> str | None:
    """Which of the `honoured` reservations (noindex, noai, tdm, agents) forbids to store the article."""
    found = {
        "noindex": "noindex" if rights.noindex else "",
        "noai": "noai" if rights.noai else "",
        "tdm": "text and data mining is reserved" if rights.tdm_reserved else "",
        "agents": f"robots.txt forbids it to {', '.join(rights.agents_denied)}"
        if rights.agents_denied
        else "",
    }
    return next((words for name, words in found.items() if words and name in honoured), None)
