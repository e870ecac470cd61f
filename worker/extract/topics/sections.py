"""The section: the part of the site in which the article stands."""

import html
import re
from collections.abc import Iterable, Iterator

from worker.extract.head import Head
from worker.extract.types import Source
from worker.extract.words import key, squeeze

_HOME = re.compile(
    "^(?:home ?(?:page)?|start(?:seite|sida)?|accueil|inicio|início|página principal|portada|главная|головна"
    "|strona główna|hem|hjem|forside|etusivu|ana ?sayfa|trang chủ|index|news|website|articles?|হোম"
    "|首页|首頁|ホーム|トップ|홈|الرئيسية|होम)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"^\W*$|^\d+$|^https?:|^[\w-]+(?:/[\w-]+)+/?$")
_MAX_SECTION = 60


def choose_section(head: Head, site_names: Iterable[str], title: str | None) -> tuple[str, Source] | None:
    """The first section that is stated, else the first breadcrumb below the site's front page."""
    own = {key(name) for name in (*site_names, title or "")}
    stated = list(stated_sections(head))
    named = [(name, source) for name, source in stated if key(name) not in own]
    crumbs = (
        name
        for crumb in head.breadcrumbs[:-1] or head.breadcrumbs
        if (name := _name(crumb)) and key(name) not in own and not _HOME.match(name)
    )
    crumb = next(crumbs, None)
    return named[0] if named else (crumb, "json-ld") if crumb else None


def stated_sections(head: Head) -> Iterator[tuple[str, Source]]:
    """The names that the page states for its section, the likeliest first."""
    value = head.json_ld.get("articleSection")
    said: tuple[tuple[Iterable[object], Source], ...] = (
        (value if isinstance(value, list) else [value], "json-ld"),
        (head.meta.get("article:section", ()) or head.meta.get("og:article:section", ()), "opengraph"),
        (head.itemprops.get("articleSection", ()), "microdata"),
        (
            (
                head.first(
                    "section", "parsely-section", "sailthru.section", "cxenseparse:category", "dc.subject"
                ),
            ),
            "meta",
        ),
        ((head.first("category", "article.section"),), "meta"),
    )
    for values, source in said:
        for text in values:
            if name := _name(text):
                yield name, source


def _name(value: object) -> str | None:
    text = squeeze(html.unescape(value)) if isinstance(value, str) else ""
    return text if len(text) <= _MAX_SECTION and not _NO_NAME.search(text) else None
