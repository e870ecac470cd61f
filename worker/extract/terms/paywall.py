"""Whether reading the article takes a subscription, as the page says it.

One explicit word settles it: schema.org `isAccessibleForFree`, the content tier, or the marks that content
systems leave in their meta elements. Else it takes two signs: a call to subscribe in the place of the text
(in many languages), and a name or script that is of a paywall. A paywall's box alone is none: sites put it
hidden into all of their pages.
"""

import re
from collections.abc import Iterable
from typing import Any

from worker.extract.head import Head
from worker.extract.page_index import Index
from worker.extract.refusals import wall_words
from worker.extract.types import Source
from worker.extract.words import squeeze
from worker.text.html import Tree

_YES = {"false", "0", "no"}
_NO = {"true", "1", "yes"}
_TIER = re.compile(
    r"(?:.*[.:_/-])?(?:content_?tier|article_?access(?:_?status)?|access_?status|access|paywall_?status)"
)
_PAID = re.compile(
    r"metered|locked|premium|paid|registration|registered|subscri|abo\b|plus\b|payant|paywall|hard"
)
_OPEN = re.compile(r"free|open|public|gratis|libre|kostenlos|unlocked|none")
_FLAG = re.compile(
    r"(?!adv?[.:_])(?:.*[.:_/-])?(?:is_?)?(?:premium(?:[._-]?state|_?content|_?article)?|paid(?:_?content)?|paywall(?:ed)?"
    r"|article_?is_?paid_?content|subscriber_?only|pay_?article)"
)
_ABOUT_ACCESS = re.compile("tier|access|paywall|premium|paid|subscriber|pay_?article|free")
"""One of these is in every such name: the quick question first."""
_FREE_FLAG = re.compile(r"(?:.*[.:_/-])?(?:is_?)?(?:free|accessible_?for_?free)(?:_?article)?")
_CALL = re.compile(wall_words.SUBSCRIBE, re.IGNORECASE)
_HINT = re.compile("wall|locked|premium|paid|subscri|abo|plus")
"""One of these is in whatever `_WALL` finds: what all names are looked through for first."""
_CLASS = re.compile("all|ubscri|remium")
_WALL = re.compile(
    r"pay-?wall|reg-?wall|premium-?(?:content|article|only|wall|box|teaser)|subscri(?:ber|ption|be)-?(?:only|wall|required)"
    r"|(?:content|article|post|story)-{1,2}(?:locked|premium|paid)|locked-?(?:content|article)|(?:abo|plus)-?(?:wall|only|box)"
    r"|is-(?:premium|paid|locked)",
    re.IGNORECASE,
)
_ASIDE = ("nav", "footer", "header", "aside", "script", "style", "template")
_MOST_TEXT = 1500
_MOST_WALLS = 40


def read_paywalled(index: Index, head: Head) -> tuple[bool | None, Source]:
    """True: it takes a subscription or a registration; False: it is free; None: the page does not say."""
    stated = _stated(head.json_ld)
    if stated is not None:
        return stated, "json-ld"
    for value in head.meta.get("isaccessibleforfree", ()):
        return value.lower() in _YES, "microdata"
    marks = list(_marks(head.meta))
    if marks:
        return any(marks), "meta"
    return (True, "html") if _has_wall(index) else (None, "html")


def _stated(node: dict[str, Any]) -> bool | None:
    """By `isAccessibleForFree` of the article, else of any of its parts."""
    parts = node.get("hasPart")
    nodes = [node, *(parts if isinstance(parts, list) else [parts])]
    for one in nodes:
        free = str(one.get("isAccessibleForFree", "")).strip().lower() if isinstance(one, dict) else ""
        if free.rpartition("/")[2] in _YES | _NO:
            return free.rpartition("/")[2] in _YES
    return None


def _marks(meta: dict[str, list[str]]) -> Iterable[bool]:
    """What the meta elements that are about access say, each whether one has to pay."""
    for name in filter(_ABOUT_ACCESS.search, meta):
        values = meta[name]
        value = values[0].lower()
        if _TIER.fullmatch(name) and (_PAID.search(value) or _OPEN.search(value)):
            yield _OPEN.search(value) is None
        elif _FLAG.fullmatch(name) and value in _YES | _NO:
            yield value in _NO
        elif _FREE_FLAG.fullmatch(name) and value in _YES | _NO:
            yield value in _YES


def _has_wall(index: Index) -> bool:
    """A short box named after a paywall, beside the text and not hidden, that calls to subscribe."""
    named = (box for names in (index.classes, index.ids) for _, some in names.like(_HINT) for box in some)
    boxes = (box for box in dict.fromkeys(named) if box.tag == "div" and _is_called_wall(box))
    return any(_is_shown(box) and _calls(box) for _, box in zip(range(_MOST_WALLS), boxes, strict=False))


def _is_called_wall(box: Tree) -> bool:
    names = box.get("class", "")
    return bool(_CLASS.search(names) and _WALL.search(f"{names} {box.get('id', '')}"))


def _calls(box: Tree) -> bool:
    text = squeeze(" ".join(str(part) for part in box.itertext()))
    return 0 < len(text) <= _MOST_TEXT and _CALL.search(text) is not None


def _is_shown(box: Tree) -> bool:
    return not any(
        one.tag in _ASIDE
        or one.get("hidden") is not None
        or "none" in one.get("style", "").replace(" ", "")[:60]
        for one in (box, *box.iterancestors())
    )
