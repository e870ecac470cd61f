"""Whether the article requires a subscription, according to the page.

One explicit statement decides: schema.org `isAccessibleForFree`, the content tier, or the flags of content
systems in <meta> elements. Otherwise two signs are needed: a call to subscribe, in any of many languages, in
a visible box that is named after a paywall. A paywall's box alone is not enough: sites have it, hidden, in
all of their pages.
"""

import re
from collections.abc import Iterable
from typing import Any

from worker.extract import wall_words
from worker.extract.head import Head
from worker.extract.page_index import Index
from worker.extract.types import Source
from worker.extract.words import squeeze
from worker.text.html import Tree

# Values of `isAccessibleForFree`: false means that one has to pay.
_YES = {"false", "0", "no"}
_NO = {"true", "1", "yes"}
# Names of <meta> elements for access, and their values.
_TIER = re.compile(
    r"(?:.*[.:_/-])?(?:content_?tier|article_?access(?:_?status)?|access_?status|access|paywall_?status)"
)
_PAID = re.compile(
    r"metered|locked|premium|paid|registration|registered|subscri|abo\b|plus\b|payant|paywall|hard"
)
_OPEN = re.compile(r"free|open|public|gratis|libre|kostenlos|unlocked|none")

# Flags of content systems in <meta> elements.
_FLAG = re.compile(
    r"(?!adv?[.:_])(?:.*[.:_/-])?(?:is_?)?(?:premium(?:[._-]?state|_?content|_?article)?|paid(?:_?content)?|paywall(?:ed)?"
    r"|article_?is_?paid_?content|subscriber_?only|pay_?article)"
)
_ABOUT_ACCESS = re.compile("tier|access|paywall|premium|paid|subscriber|pay_?article|free")
"""A fast test: every such name contains one of these."""
# Flags that say the opposite.
_FREE_FLAG = re.compile(r"(?:.*[.:_/-])?(?:is_?)?(?:free|accessible_?for_?free)(?:_?article)?")
_CALL = re.compile(wall_words.SUBSCRIBE, re.IGNORECASE)
_HINT = re.compile("wall|locked|premium|paid|subscri|abo|plus")
"""A fast test: every name that `_WALL` matches contains one of these."""
# A fast test for the same on class names as written, in either case.
_CLASS = re.compile("all|ubscri|remium")
_WALL = re.compile(
    r"pay-?wall|reg-?wall|premium-?(?:content|article|only|wall|box|teaser)|subscri(?:ber|ption|be)-?(?:only|wall|required)"
    r"|(?:content|article|post|story)-{1,2}(?:locked|premium|paid)|locked-?(?:content|article)|(?:abo|plus)-?(?:wall|only|box)"
    r"|is-(?:premium|paid|locked)",
    re.IGNORECASE,
)
_ASIDE = ("nav", "footer", "header", "aside", "script", "style", "template")
_MOST_TEXT = 1500  # characters of a box; a longer one is the article; a guess
_MOST_WALLS = 40  # boxes that are looked at; bounds the work on a hostile page


def read_paywalled(index: Index, head: Head) -> tuple[bool | None, Source]:
    """Return whether the article requires a subscription or registration, None if unknown, and the source."""
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
    """Return what `isAccessibleForFree` says of the article, otherwise of any of its parts."""
    parts = node.get("hasPart")
    nodes = [node, *(parts if isinstance(parts, list) else [parts])]
    for one in nodes:
        free = str(one.get("isAccessibleForFree", "")).strip().lower() if isinstance(one, dict) else ""
        if free.rpartition("/")[2] in _YES | _NO:
            return free.rpartition("/")[2] in _YES
    return None


def _marks(meta: dict[str, list[str]]) -> Iterable[bool]:
    """Yield, for each <meta> element about access, whether one has to pay."""
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
    """Whether a short visible box that is named after a paywall calls to subscribe."""
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
