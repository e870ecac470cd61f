"""What class attributes say of the elements around a picture.

Content systems name them alike: wp-caption-text (WordPress), tr-caption (Blogger), image__caption,
media-info, photo-credit, field--name-field-image-caption (Drupal) and the words of other languages for the same.
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
    re.IGNORECASE,
)
_SURE_CAPTION = re.compile(
    r"(?:wp|image|img|photo|foto|picture|figure|tr|media|gallery|slide)[-_]*caption"
    r"|cutline|bildunterschrift|fig-?caption",
    re.IGNORECASE,
)
_NO_BOX = re.compile(r"header|body|content|story|article(?!.*image)|summary|has-", re.IGNORECASE)
_BOX = re.compile(
    r"image|img|photo|picture|media(?!-object)|figure|foto|bild|gallery|galer|slide|imagen|kuva|thumb",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|foto|picture|media|figure|caption)[_-]*(?:source"
    r"|author|by(?:line)?|rights|agency|owner)"
    r"|fotograf|bildquelle|(?<![a-z])quelle|attribution(?![a-z])|(?<![a-z-])(?:source|agency|byline"
    r"|author|rights|copy)(?![a-z])",
    re.IGNORECASE,
)
_SURE_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|picture|media)[_-]?(?:source|author|rights)"
    r"|bildquelle",
    re.IGNORECASE,
)
_MAX_CACHED = 4096


@lru_cache(_MAX_CACHED)
def is_caption_class(name: str) -> bool:
    """Whether a class attribute says that its element is a caption, next to a picture."""
    return _CAPTION.search(name) is not None


@lru_cache(_MAX_CACHED)
def is_sure_caption_class(name: str) -> bool:
    """Whether a class attribute is one of captions wherever its element stands."""
    return _SURE_CAPTION.search(name) is not None


@lru_cache(_MAX_CACHED)
def is_box_class(name: str) -> bool:
    """Whether a class attribute says that its element holds a picture and what belongs to it."""
    return _BOX.search(name) is not None and _NO_BOX.search(name) is None


@lru_cache(_MAX_CACHED)
def is_credit_class(name: str, *, sure: bool = False) -> bool:
    """Whether a class attribute says that its element names who made a picture; `sure`: and nothing else."""
    return (_SURE_CREDIT if sure else _CREDIT).search(name) is not None
