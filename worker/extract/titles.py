"""The title: the headline on which the page's statements agree, without the site's name."""

import html
import re
from collections.abc import Iterable

from worker.extract.head import Head
from worker.extract.types import FeedItem, Source
from worker.extract.words import key, squeeze

_BREAK = re.compile(r"\s+[-–—|·•»«:/]+\s+|\s*[|ㅣ｜：]\s*|\s+::\s+")
_MAX_SITE = 40
_MIN_TITLE = 8
_MIN_HEADLINE = 12
_SETS_APART = "-–—|·•»«ㅣ｜"
_Choice = tuple[str, Source]

_WEIGHTS = {"ld": 4.0, "og": 2.5, "h1": 2.0, "itemprop": 2.0, "twitter": 0.5, "title": 1.0}
_UNRELATED = 0.2
"""A first heading that shares nothing with the other statements is a logo, a menu or a section's name."""


def choose_title(head: Head, site_names: Iterable[str], entry: FeedItem | None) -> _Choice | None:
    """The title with most weight behind it; the feed's where the page has none."""
    sites = [key(name) for name in site_names if key(name)]
    votes: dict[str, tuple[float, str, Source]] = {}
    for text, weight, source in _statements(head):
        title = without_site(text, sites)
        sum_so_far, first, its_source = votes.get(key(title), (0.0, title, source))
        if key(title) and key(title) not in sites:
            votes[key(title)] = (sum_so_far + weight, first, its_source)
    if votes:
        _, title, source = max(votes.values(), key=lambda vote: vote[0])
        return title, source
    feed_title = squeeze(html.unescape(entry.title or "")) if entry else ""
    return (feed_title, "feed") if feed_title else None


def without_site(title: str, sites: Iterable[str]) -> str:
    """`title` without a beginning or end that names the site; `sites` as `key` spells them."""
    sites = list(sites)
    changed = True
    while changed:
        changed = False
        breaks = list(_BREAK.finditer(title))
        if breaks and _names_site(title[breaks[-1].end() :], sites) and breaks[-1].start() >= _MIN_TITLE:
            title, changed = title[: breaks[-1].start()], True
        elif (
            breaks
            and _names_site(title[: breaks[0].start()], sites)
            and len(title) - breaks[0].end() >= _MIN_TITLE
        ):
            title, changed = title[breaks[0].end() :], True
    return title.strip()


def _names_site(part: str, sites: list[str]) -> bool:
    spelled = key(part)
    return 0 < len(spelled) <= _MAX_SITE and any(
        spelled == site
        or (len(site) > 3 and len(spelled) > 3 and (spelled.startswith(site) or site.startswith(spelled)))
        for site in sites
    )


def _statements(head: Head) -> list[tuple[str, float, Source]]:
    headline = head.json_ld.get("headline") or head.json_ld.get("name")
    said: list[tuple[str | None, str, Source]] = [
        (headline if isinstance(headline, str) else None, "ld", "json-ld"),
        (head.first("og:title", "og:title "), "og", "opengraph"),
        (head.itemprops.get("headline", [None])[0], "itemprop", "microdata"),
        (_first_heading(head), "h1", "html"),
        (
            head.first("twitter:title", "dc.title", "parsely-title", "sailthru.title", "title"),
            "twitter",
            "meta",
        ),
        (head.titles[0] if head.titles else None, "title", "html"),
    ]
    read = [(name, source, squeeze(html.unescape(html.unescape(text or "")))) for text, name, source in said]
    headlines = [
        title for name, _, title in read if name in ("ld", "h1", "itemprop") and len(title) >= _MIN_HEADLINE
    ]
    read = [(name, source, _without_rubric(title, headlines)) for name, source, title in read]
    spelled = {name: key(title) for name, _, title in read}
    return [
        (title, _UNRELATED if name == "h1" and not _related(spelled) else _WEIGHTS[name], source)
        for name, source, title in read
        if title
    ]


def _first_heading(head: Head) -> str | None:
    """The first <h1> that the page's title repeats, else the first."""
    title = key(next(iter(head.titles), ""))
    repeated = (text for text in head.h1 if len(text) >= _MIN_TITLE and key(text) in title)
    return next(repeated, next(iter(head.h1), None))


def _without_rubric(title: str, headlines: list[str]) -> str:
    """A headline of the page when `title` is it and a rubric, set apart by a dash or bar; else `title`."""
    for headline in headlines:
        rest = title[len(headline) :].lstrip() if title.startswith(headline) else ""
        if rest and rest[0] in _SETS_APART and len(rest) <= _MAX_SITE:
            return headline
    return title


def _related(spelled: dict[str, str]) -> bool:
    """Whether the first heading is part of another statement or the other way round, or stands alone."""
    heading = spelled["h1"]
    others = [other for name, other in spelled.items() if name != "h1" and other]
    return not others or any(
        heading in other or other in heading or heading[:12] == other[:12] for other in others
    )
