"""Captions and credits: splits one line of text into the two.

The credit follows a sign or word for it (©, 'Photo:', 'Фото:', '写真=', 'courtesy of'), or is in brackets at
the end and names an agency, or follows the last sentence. It is returned without that word: 'Jo Park/dpa'.
"""

import re
from dataclasses import dataclass

from worker.extract.images import vocabulary as known
from worker.extract.words import key

_I = re.IGNORECASE

# Forms of a credit: after a mark, in brackets, after a sentence, dash, slash or equals sign, or a name alone.
_AT_START = r"(?:^|(?<=[.!?…”»)\](—–|，。-])|(?<=[.!?…”»)\](—–|-]\s))"
_MARK = (
    rf"(?:©|ⓒ|Ⓒ|\(c\)|（[Ｃc]）|\bcopyright\b|{_AT_START}{known.CREDIT_BY}\b"
    rf"|(?<!\w){known.CREDIT}(?:\s+(?:by|de|von))?\s*[:：=＝])"
)
_MARKED = re.compile(_MARK, _I)
_HINT = re.compile(
    r"[:：=＝©ⓒⒸ]|\([cC]\)|（[Ｃc]）|[bB]y\b|via|[oO]urtesy|redit|opyright|\b(?:von|door|av|af|oleh|przez|from"
    r"|de|por)\b"
)
"""A fast test: every mark contains one of these, and most captions do not."""

# Forms without a mark: in brackets, after a sentence, dash, slash or equals sign, or a name alone.
_LEADING_MARK = re.compile(rf"^(?:[\s(\[（|/,;:—–-]|{_MARK})+", _I)
_BRACKETED = re.compile(
    r"^(?P<text>.*?)\s*[(\[（［](?P<credit>[^()\[\]（）［］]{2,90})[)\]）］]\s*[.。]?\s*$"
)
_AGENCY = re.compile(rf"(?<![^\W_]){known.PICTURE_AGENCY}(?![^\W_])", _I)
_ONLY_AGENCY = re.compile(rf"^[\w.-]+(?: [\w.-]+)? ?[/–-] ?{known.PICTURE_AGENCY}$", _I)
_ASIAN_CREDIT = re.compile(
    r"(?:撮影|提供|摄|攝|供图|제공|촬영|기자)$|^(?:撮影|提供|dok\b|doc\b|fot\b|ist\b)", _I
)
_AFTER_SENTENCE = re.compile(
    r"^(?P<text>.+(?:[.!?。！？…”»\"]|[.!?][)\]]))\s*[—–-]?\s*(?P<credit>[^.!?。]{2,80})\.?\s*$"
)
_AFTER_SLASH = re.compile(r"^(?P<text>.{12,}?[^/\s])\s+[/|]\s+(?P<credit>[^/|]{3,50}(?:\s?/\s?[^/]{2,40})?)$")
_AFTER_DASH = re.compile(r"^(?P<text>.{12,}?)\s+[—–-]\s+(?P<credit>[^—–]{2,60})$")
_AFTER_EQUALS = re.compile(r"^(?P<text>.{3,})[＝=](?P<credit>[^＝=\d、。０-９]{2,16})$")
_NAME = re.compile(
    r"(?:[^\W\d_a-zß-ÿа-я][\w.’'-]*|de|del|da|di|van|von|der|den|bin|al|el|la|le|i|y|e|and|und|via|for"
    r"|für|the|of|/|&|-),?"
)
# Guesses that the corpus did not contradict, in characters.
_MAX_CREDIT = 140
_MAX_LABELLED = 2 * _MAX_CREDIT  # with the words that introduce it
_MAX_LINE = 800  # searched at the end of a longer line
_MOST_PARTS = 3  # credits in one line


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A caption's text and the credit that was in it; either may be empty."""

    text: str
    credit: str


def split_credit(line: str) -> CaptionLine:
    """Return `line` without the credits at its end, and these credits."""
    text = line.strip()
    start, text = text[:-_MAX_LINE], text[-_MAX_LINE:]
    credits: list[str] = []
    for _ in range(_MOST_PARTS):
        found = _marked(text) or (None if credits else _unmarked(text))
        if found is None:
            break
        text = found.text
        credits.insert(0, found.credit)
    return CaptionLine((start + text).strip(" |—–-/"), join_credits(credits))


def join_credits(credits: list[str]) -> str:
    """Return credits as one string, each cleaned and once."""
    kept: list[str] = []
    for credit in map(bare_credit, credits):
        if credit and not any(key(credit) in key(other) for other in kept):
            kept = [other for other in kept if key(other) not in key(credit)]
            kept.append(credit)
    return " / ".join(kept)


def bare_credit(credit: str) -> str:
    """Return a credit without the signs and words that introduce it."""
    credit = _LEADING_MARK.sub("", credit.partition(" +++")[0].strip()).rstrip(". ")
    if credit.endswith((")", "）", "］", "】", "]")) and not re.search(r"[(（［【\[]", credit):
        credit = credit[:-1]
    return credit.strip(" \t|/,;:—–+").removesuffix("撮影")


def is_credit(text: str) -> bool:
    """Whether all of `text` names a picture's maker, by a word for it or an agency."""
    if len(text) > _MAX_LABELLED:
        return False
    if (bracketed := _BRACKETED.match(text)) and not key(bracketed["text"]):
        return is_credit_name(bracketed["credit"])
    marked = _marked(text)
    return bool(marked and not key(marked.text)) or (len(text) <= _MAX_CREDIT and _names(text))


def _marked(text: str) -> CaptionLine | None:
    """Split the text at the first sign or word for a credit that is followed only by names."""
    if not _HINT.search(text):
        return None
    for sign in _MARKED.finditer(text):
        rest = text[sign.end() :]
        if key(rest) and len(rest) <= _MAX_CREDIT and not _goes_on(rest):
            return CaptionLine(text[: sign.start()].rstrip(" \t([（［【|/—–-"), rest)
    return None


def _goes_on(rest: str) -> bool:
    """Whether a sentence follows, so that the word was part of the caption."""
    return bool(re.search(r"[^\s.]{4,}[.!?。]\s+\S+\s+\S+\s+\S+", rest))


def _unmarked(text: str) -> CaptionLine | None:
    found = _BRACKETED.match(text)
    if found and not found["text"] and is_credit_name(found["credit"]):
        return CaptionLine("", found["credit"])
    if found and (_names(found["credit"]) or _ASIAN_CREDIT.search(found["credit"])):
        return CaptionLine(found["text"], found["credit"])
    if found := _ONLY_AGENCY.match(text):
        return CaptionLine("", text)
    if found := _AFTER_EQUALS.match(text):
        return CaptionLine(found["text"], found["credit"])
    for pattern in (_AFTER_SENTENCE, _AFTER_DASH, _AFTER_SLASH):
        found = pattern.match(text)
        if found and (
            _names(found["credit"]) or (pattern is _AFTER_SLASH and is_credit_name(found["credit"]))
        ):
            return CaptionLine(found["text"], found["credit"])
    return None


def _names(text: str) -> bool:
    """Whether it is nothing but names, with an agency or a slash among them."""
    if len(text) < 12 and _ASIAN_CREDIT.search(text):
        return True
    if not is_credit_name(text):
        return False
    return bool(_AGENCY.search(text)) or bool(re.search(r"[^\W\d]{2}\s?/\s?[^\W\d]{2}", text))


def is_credit_name(text: str) -> bool:
    """Whether all words are ones that names are made of."""
    words = _AGENCY.sub("A", text).replace("/", " / ").split()
    if text.lower() == text.upper():  # no capitals in this script
        return 0 < len(words) <= 4 and len(text) <= 20
    return 0 < len(words) <= 10 and all(_NAME.fullmatch(word) for word in words)
