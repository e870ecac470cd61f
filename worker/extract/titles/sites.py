"""The site's name: how it is spelled, and how titles are freed of it."""

import re
from collections.abc import Iterable

from worker.extract.head import Head
from worker.extract.head.jsonld import named
from worker.extract.links import host_and_path
from worker.extract.words import TOKEN, key

BREAK = re.compile(
    r"\s+[-–—|·•»«›‹:/~♥⋆│┃ǀ>]+\s+|\s*[|ㅣ｜：│┃ǀ»]\s*|\s+::\s+"
    r"|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\W])[-_:](?=[^-_:]{2,25}$)|\s[|-](?=\S+$)|:(?=\S{2,25}$)"
)
"""Between the parts of a title; without spaces around it only where the last part may be a name."""
_MAX_SITE = 60
_MIN_TITLE = 4
_MIN_BEGINNING = 4


def site_names(stated: str | None, head: Head, url: str) -> list[str]:
    """Spellings of the site's name: as stated, and its domain with and without the ending."""
    host = host_and_path(url)[0].partition(":")[0]
    names = [
        stated,
        *head.meta.get("og:site_name", ()),
        named(head.json_ld.get("publisher")),
        host,
        *host.split(".")[:-1],
        head.first("application-name", "apple-mobile-web-app-title"),
        (head.first("twitter:site") or "").removeprefix("@"),
    ]
    return [name for name in names if name and len(name) > 1]


def without_site(title: str, sites: Iterable[str]) -> str:
    """`title` without beginnings or ends that name the site; `sites` as `key` spells them."""
    sites = list(sites)
    changed = True
    while changed:
        changed = False
        breaks = list(BREAK.finditer(title))
        for cut in breaks:
            if cut.start() >= _MIN_TITLE and names_site(title[cut.end() :], sites):
                title, changed = title[: cut.start()], True
                break
        else:
            for cut in reversed(breaks):
                if len(title) - cut.end() >= _MIN_TITLE and key(title[: cut.start()]) in sites:
                    title, changed = title[cut.end() :], True
                    break
    return title.strip()


def names_site(part: str, sites: Iterable[str]) -> bool:
    """Whether `part` is one of the spellings, begins or ends with it, or is its beginning or its initials."""
    if len(part) > 2 * _MAX_SITE:
        return False
    spelled = key(part)
    if not 0 < len(spelled) <= _MAX_SITE:
        return False
    return any(spelled == site or _is_part(spelled, site) or _initials(part) == site for site in sites)


def _is_part(spelled: str, site: str) -> bool:
    if min(len(site), len(spelled)) < _MIN_BEGINNING or any(character.isdigit() for character in spelled):
        return False
    if site.startswith(spelled):
        return True
    return len(spelled) <= 2 * len(site) and (spelled.startswith(site) or spelled.endswith(site))


def _initials(part: str) -> str:
    words = TOKEN.findall(part)
    return "".join(word[0] for word in words).casefold() if len(words) > 1 else ""
