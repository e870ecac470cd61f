"""Article pages as common content systems write them; each layout surrounds the text with other things.

The demo's articles are written in a small markup. Blocks are separated by a blank line. `## ` begins a
subhead, `> ` a quote, `- ` list items, `|` table rows (the first row is the head); all else is a paragraph.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from markupsafe import Markup

from worker.demo.outlets import PageLabels
from worker.demo.templates import templates

LAYOUTS = ("gazette", "portal", "classic", "cards")
"""The page templates, which between them have the common ways to mark up an article."""


@dataclass(frozen=True, slots=True)
class Masthead:
    """The outlet as its pages show it; `home` is the URL of the host, without a path."""

    name: str
    home: str
    language: str = "en"
    sections: Sequence[str] = ()
    labels: PageLabels = field(default_factory=PageLabels)

    @property
    def direction(self) -> str:
        """The value of HTML's `dir` for the outlet's language."""
        return "rtl" if self.language[:2] in {"ar", "fa", "he"} else "ltr"


@dataclass(frozen=True, slots=True)
class Page:
    """An article page at one moment; `blocks` are HTML, everything else is plain text."""

    url: str
    title: str
    blocks: Sequence[str]
    standfirst: str = ""
    authors: Sequence[str] = ()
    section: str = ""
    tags: Sequence[str] = ()
    published: datetime | None = None
    modified: datetime | None = None
    image: str = ""
    caption: str = ""
    credit: str = ""
    related: Sequence[tuple[str, str]] = ()


def blocks(text: str) -> list[str]:
    """Return the escaped HTML of each block of `text`, in order."""
    return [_block(part.strip().splitlines()) for part in text.split("\n\n") if part.strip()]


def render(page: Page, masthead: Masthead, layout: str) -> bytes:
    """Render the page in UTF-8 in one of `LAYOUTS`; equal values give equal bytes."""
    template = templates().get_template(f"{layout}.html")
    blocks = [Markup(block) for block in page.blocks]  # noqa: S704  the demo's own markup, escaped by it
    return template.render(page=page, site=masthead, blocks=blocks, json_ld=_json_ld(page, masthead)).encode()


def render_consent_wall(masthead: Masthead) -> bytes:
    """Render the page shown instead of an article until the reader has agreed to cookies."""
    return templates().get_template("consent.html").render(site=masthead).encode()


def render_front(
    masthead: Masthead, links: Sequence[tuple[str, str]], feeds: Sequence[tuple[str, str]]
) -> bytes:
    """Render the front page: `links` are (title, URL), `feeds` (content type, URL) for autodiscovery."""
    return templates().get_template("front.html").render(site=masthead, links=links, feeds=feeds).encode()


def _json_ld(page: Page, masthead: Masthead) -> dict[str, Any]:
    values: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": page.url,
        "headline": page.title,
        "description": page.standfirst,
        "inLanguage": masthead.language,
        "articleSection": page.section,
        "keywords": list(page.tags),
        "datePublished": page.published and page.published.isoformat(),
        "dateModified": page.modified and page.modified.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in page.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": masthead.name, "url": masthead.home},
        "image": page.image and {"@type": "ImageObject", "url": page.image, "caption": page.caption},
    }
    return {key: value for key, value in values.items() if value}


def _block(lines: Sequence[str]) -> str:
    first = lines[0]
    if first.startswith("## "):
        return f"<h2>{escape(first[3:])}</h2>"
    if first.startswith("> "):
        return f"<blockquote><p>{_joined(line.lstrip('> ') for line in lines)}</p></blockquote>"
    if first.startswith("- "):
        return "<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>"
    if first.startswith("|"):
        return _table(lines)
    return f"<p>{_joined(lines)}</p>"


def _joined(lines: Iterable[str]) -> str:
    return escape(" ".join(lines))


def _table(lines: Sequence[str]) -> str:
    head, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines)
    body = "".join(_row(row, "td") for row in rows)
    return f"<table><thead>{_row(head, 'th')}</thead><tbody>{body}</tbody></table>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
