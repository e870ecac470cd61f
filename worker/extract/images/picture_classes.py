"""What class attributes say of the elements around a picture.

Content systems name them alike: wp-caption-text (WordPress), tr-caption (Blogger), image__caption,
media-info, photo-credit, field-image-caption (Drupal) and the words of other languages for the same.
"""

import re
from functools import lru_cache

_CAPTION = re.compile(
    r"caption|legend(?![a-z])|cutline|bildunterschrift|bildtext|bild-?info|(?<![a-z])bu(?![a-z])"
    r"|didascalia|leyenda|epigrafe"
    r"|pie-?(?:de-?)?foto|(?:image|img|photo|foto|picture|media|figure|gallery|lightbox"
    r"|slide)[_-]*(?:info|desc|text|txt|subtitle|title|label|meta)"
    r"|media(?:Info|Subtitle|Text)|(?:image|img|photo|picture)(?:Info|Desc|Text|Title)"
    r"|description(?=.*(?:image|photo))",
)
_SURE_CAPTION = re.compile(
    r"(?:wp|image|img|photo|foto|picture|figure|tr|media|gallery|slide)[-_]*caption"
    r"|cutline|bildunterschrift|fig-?caption",
)
MAY_BE_CAPTION = re.compile("cap|cutl|bildu")
"""One of these is in every sure name, in lower case: what many names are looked through for first."""
_NO_BOX = re.compile(r"header|body|content|story|article(?!.*image)|summary|has-")
_BOX = re.compile(
    r"image|img|photo|picture|media(?!-object)|figure|foto|bild|gallery|galer|slide|imagen|kuva|thumb",
)
_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|foto|picture|media|figure|caption)[_-]*(?:source"
    r"|author|by(?:line)?|rights|agency|owner)"
    r"|fotograf|bildquelle|(?<![a-z])quelle|attribution(?![a-z])|(?<![a-z-])(?:source|agency|byline"
    r"|author|rights|copy)(?![a-z])",
)
_SURE_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|picture|media)[_-]?(?:source|author|rights)"
    r"|bildquelle",
)
_OUTSIDE = re.compile(
    r"(?<![a-z])(?:related|recommend|recirc|teaser|promo(?!t)|side-?bar|newsletter|avatar|author|byline"
    r"|comments?(?![a-z])"
    r"|social|shar(?:e|ing)(?![a-z])|logo|icons?(?![a-z])|advert|ads?(?![a-z])|banner|sponsor|footer"
    r"|navigation|popular|trending|most-?read"
    r"|outbrain|taboola|read-?(?:more|next|also)|more-?(?:stories|news|from|on)(?![a-z])|see-?also"
    r"|mega-?menu|subscri|cookie|video[-_]?(?:card|item|teaser|list)|(?<!-)cards?(?![a-z]))",
)
_EMBLEM = re.compile(r"(?<![a-z])(?:logo|avatar|icon|author|emoji|sprite|headshot)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_CACHED = 4096


@lru_cache(_MAX_CACHED)
def is_caption_class(name: str) -> bool:
    """Whether a class attribute says that its element is a caption, next to a picture."""
    return _CAPTION.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_sure_caption_class(name: str) -> bool:
    """Whether a class attribute is one of captions wherever its element stands."""
    return _SURE_CAPTION.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_box_class(name: str) -> bool:
    """Whether a class attribute says that its element holds a picture and what belongs to it."""
    return _BOX.search(_spelled(name)) is not None and _NO_BOX.search(_spelled(name)) is None


@lru_cache(_MAX_CACHED)
def is_credit_class(name: str, *, sure: bool = False) -> bool:
    """Whether a class attribute says that its element names who made a picture; `sure`: and nothing else."""
    return (_SURE_CREDIT if sure else _CREDIT).search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_outside_class(name: str) -> bool:
    """Whether a class attribute or id says that what its element holds is no part of the article."""
    return _OUTSIDE.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_emblem_class(name: str) -> bool:
    """Whether a class attribute of a picture says that it shows a logo, a sign or who wrote the article."""
    return _EMBLEM.search(_spelled(name)) is not None


def _spelled(name: str) -> str:
    """In lower case, a hyphen between the words of camelCase."""
    return _CAMEL.sub("-", name).lower()
