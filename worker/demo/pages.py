"""Article pages as common content systems print them; each layout hides the text among other things."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from worker.demo.outlets import PageLabels
from worker.demo.templates import templates

LAYOUTS = ("gazette", "portal", "classic", "cards")


@dataclass(frozen=True, slots=True)
class Masthead:
    """The outlet as its pages show it; `home` is the address of the front page, without a path."""

    name: str
    home: str
    language: str = "en"
    sections: Sequence[str] = ()
    labels: PageLabels = field(default_factory=PageLabels)

    @property
    def direction(self) -> str:
        """The direction of the writing, as HTML's `dir` has it."""
        return "rtl" if self.language[:2] in {"ar", "fa", "he"} else "ltr"


@dataclass(frozen=True, slots=True)
class Page:
    """One article page at one moment; `blocks` are HTML, everything else is plain text."""

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


def render(page: Page, masthead: Masthead, layout: str) -> bytes:
    """The page in UTF-8, in one of `LAYOUTS`; the same bytes for the same values."""
    template = templates().get_template(f"{layout}.html")
    blocks = [Markup(block) for block in page.blocks]  # noqa: S704  the demo's own markup, escaped by it
    return template.render(page=page, site=masthead, blocks=blocks, json_ld=_json_ld(page, masthead)).encode()


def render_consent_wall(masthead: Masthead) -> bytes:
    """What stands in an article's place until the reader has agreed to cookies."""
    return templates().get_template("consent.html").render(site=masthead).encode()


def render_front(
    masthead: Masthead, links: Sequence[tuple[str, str]], feeds: Sequence[tuple[str, str]]
) -> bytes:
    """The front page: `links` are (title, URL), `feeds` (content type, URL) for autodiscovery."""
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
