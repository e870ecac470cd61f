"""What the publisher allows, and whether the article is behind a paywall."""

import re
from typing import Any

from worker.extract.head import Head
from worker.extract.types import Rights
from worker.extract.words import unique

_PAID = ("metered", "locked", "premium", "paid", "registration", "subscriber", "subscription")
_ROBOTS = ("robots", "googlebot", "googlebot-news")
_NO_AI = {"noai", "noimageai"}


def read_rights(head: Head) -> Rights:
    """Licence, robots directives and text-and-data-mining reservation (W3C TDMRep) as the page has them."""
    values = (value for name in _ROBOTS for value in head.meta.get(name, ()))
    robots = unique(part.strip().lower() for value in values for part in value.split(","))
    licence = next(iter(head.links.get("license", ())), None) or _text(head.json_ld.get("license"))
    return Rights(
        licence=licence,
        robots=robots,
        noarchive="noarchive" in robots,
        noai=bool(_NO_AI.intersection(robots)),
        tdm_reserved=head.first("tdm-reservation") == "1",
    )


def read_paywalled(head: Head) -> bool | None:
    """Whether reading needs a subscription, by schema.org isAccessibleForFree, else the content tier."""
    free = str(head.json_ld.get("isAccessibleForFree", "")).lower()
    if free in ("true", "1", "yes"):
        return False
    if free in ("false", "0", "no"):
        return True
    tier = (
        head.first("article:content_tier", "og:article:content_tier", "lp.article:content_tier") or ""
    ).lower()
    if tier == "free":
        return False
    return True if re.match("|".join(_PAID), tier) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
