"""How much an address looks like an article's, and not like that of a section, a tag, a person or a form.

The points are guesses, tuned on the pages in tests/feeds/fronts.py and on front pages of news sites.
"""

import re
from urllib.parse import unquote, urlsplit

# Parts of addresses that are common on news sites of many countries; lists by hand, not measured.
_DATE = re.compile(
    r"(?:^|[/_-])(?:19|20)\d\d[/_-]?(?:0?[1-9]|1[0-2])(?:[/_-]?(?:0?[1-9]|[12]\d|3[01]))?(?=[/_-]|$|\.)"
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|ece|story|cms)$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|mp[34]|m3u8?|docx?|xlsx?|pptx?|xml|rss|atom|json|css|js|ics|apk|exe)$",
    re.IGNORECASE,
)
_ID = re.compile(r"(?:^|[^\d])(\d{4,})(?:$|[^\d])")
_HEX = re.compile(r"(?:^|[-_.])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}$", re.IGNORECASE)
_SPLIT = re.compile(r"[-_+.\s]+")
_QUERY_ID = re.compile(
    r"(?:^|&)(?:id|p|nid|aid|newsid|articleid|story|article|idx\w*|no|sid)=\d{2,}(?:&|$)", re.IGNORECASE
)
_SECTION_WORDS = """
tag tags topic topics thema themen tema temas theme themes sujet sujets category categories categoria
kategorie rubrik rubrique section sections author authors autor autores autoren auteur auteurs people
person profile profil user users member members search suche buscar recherche cerca poisk login signin
register account konto mein abo subscribe subscription newsletter newsletters about ueber-uns impressum
contact kontakt contacto privacy datenschutz terms agb cookies cookie help hilfe faq job jobs careers
karriere advertise advertising mediadaten sitemap rss feed feeds archive archiv archives archivo page
pages seite gallery galleries live weather wetter horoscope games spiele shop store events podcasts tv
video videos comments comment print share wp-login.php wp-admin cart donate legal accessibility press
staff team
"""
_SECTION = frozenset(_SECTION_WORDS.split())
_NEUTRAL = frozenset(
    {"video", "videos", "live", "tv", "podcasts", "gallery", "galleries", "archive", "archives", "archiv"}
)
"""Sections below which there are articles too, under a long name."""
_LONGEST_STEP = 12
"""Characters of a lone step that is still taken for a section."""


def article_score(url: str) -> float | None:
    """Return how much an address looks like an article's; None if it certainly is not one."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    steps = [step for step in path.split("/") if step]
    if _FILE.search(path) or (not steps and not parts.query):
        return None
    if not steps:
        return 2.0 if _QUERY_ID.search(parts.query) else None
    last = _EXTENSION.sub("", steps[-1])
    score = _of_name(last) + 3.0 * bool(_DATE.search(path)) + 0.5 * bool(_EXTENSION.search(steps[-1]))
    if _QUERY_ID.search(parts.query):
        return score + 4.0 if last.lower() not in _SECTION else None
    score -= 1.0 if parts.query else 0.0
    if any(_is_id(step) for step in (last, *steps[-2:-1])):
        score += 2.0
    return score - _of_section(steps, last)


def _of_name(last: str) -> float:
    """Score the last step: a slug has many words, a section has one or two."""
    if last.isascii():
        count = len([word for word in _SPLIT.split(last) if len(word) > 1])
    else:
        count = max(len(_SPLIT.split(last)), len(last) // 4)
    return {0: -1.0, 1: -1.0, 2: 0.0, 3: 1.5}.get(count, 2.5)


def _is_id(step: str) -> bool:
    found = _ID.search(step)
    return bool(_HEX.search(_EXTENSION.sub("", step))) or bool(found and not _is_year(found[1]))


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


def _of_section(steps: list[str], last: str) -> float:
    """The points against an article: steps that name lists, forms and people; the number of a page."""
    named = {step.lower() for step in steps[:-1]}
    if last.lower() in _SECTION or (
        len(steps) > 1 and steps[-2].lower() in ("page", "seite", "p") and last.isdigit()
    ):
        return 6.0
    if named & (_SECTION - _NEUTRAL):
        return 6.0
    return (
        1.0
        if len(steps) == 1 and "-" not in last and len(last) <= _LONGEST_STEP and not _is_id(last)
        else 0.0
    )


def address_shape(url: str) -> str:
    """Return what the steps of an address are made of; a site's articles have the same shape."""
    parts = urlsplit(url)
    steps = [_kind(step) for step in unquote(parts.path).split("/") if step]
    return "/".join(steps) + ("?" if parts.query else "")


def _kind(step: str) -> str:
    bare = _EXTENSION.sub("", step)
    if bare.isdigit():
        return "9" * min(len(bare), 5)
    count = len(_SPLIT.split(bare))
    mark = "#" if _is_id(bare) else ""
    return ("slug" if count >= 3 else "words" if count == 2 else "word") + mark + step[len(bare) :]
