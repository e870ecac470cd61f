"""Whether a title and a text read like a wall, an error or an empty page, in any of many languages.

This is a weak sign: articles are written about consent and cookies, too. It counts for a text that has taken
the place of another one (`worker.services.engine.second_look`); pages are refused by `refusals`.
"""

import re

from worker.extract import wall_words

# Titles of pages that are not articles, and beginnings of their texts.
_TITLE = re.compile(
    rf"^\W*(?:{wall_words.CHALLENGE})|{wall_words.CONSENT}|{wall_words.ERROR}|{wall_words.PARKED}"
    rf"|{wall_words.MOVED}|{wall_words.NEEDS_SCRIPT}",
    re.IGNORECASE,
)
_TEXT = re.compile(
    rf"{wall_words.CONSENT}|{wall_words.ERROR}|{wall_words.PARKED}|{wall_words.MOVED}"
    rf"|{wall_words.NEEDS_SCRIPT}|{wall_words.SUBSCRIBE}",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(wall_words.SUBSCRIBE, re.IGNORECASE)
_BEGINNING = 400  # characters in which a wall says what it is, as in `refusals`
_READ = 5000  # characters of the text that are searched; bounds the work
_OFTEN = 3  # matches in a longer text; articles on the subject have them, too; a guess


def reads_like_a_wall(title: str | None, text: str) -> bool:
    """Whether the title or the beginning of the text has the words of a wall, or the text has them often."""
    if title and _TITLE.search(title):
        return True
    if _TEXT.search(text[:_BEGINNING]):
        return True
    return sum(1 for _, _ in zip(range(_OFTEN), _TEXT.finditer(text[:_READ]), strict=False)) == _OFTEN


def calls_to_subscribe(text: str) -> bool:
    """Whether a text has the words that paywalls print at the end of what they show."""
    return _SUBSCRIBE.search(text) is not None
