"""Captions and credits: splits one line of text into the two.

The credit follows a sign or word for it (©, 'Photo:', 'Фото:', '写真=', 'courtesy of'), or is in brackets at
the end and names an agency, or follows the last sentence. It is returned without that word: 'Jo Park/dpa'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from worker.extract.images import vocabulary as known
from worker.extract.words import key

_I = re.IGNORECASE

# A sign or word for the credit, and the beginning of one.
_AT_START = r"(?:^|(?<=[.!?…”»)\](—–|，。-])|(?<=[:.!?…”»)\](—–|-]\s))"
_MARK = (
    rf"(?:©|ⓒ|Ⓒ|\(c\)|（[Ｃc]）|\bcopyright\b|{_AT_START}{known.CREDIT_BY}\b"
    rf"|(?<!\w){known.CREDIT}(?:\s+(?:by|de|von))?\s*[:：=＝]|\bcredits?\s*(?:\.\.\.|…)|[图圖]\s?[/／]"
    rf"|(?<!\w){known.SOURCE_LABEL}\s?[,،、，])"
)
_MARKED = re.compile(_MARK, _I)
_HINT = re.compile(
    r"[:：=＝©ⓒⒸ]|[图圖]\s?[/／]|\([cC]\)|（[Ｃc]）|\b[bB]y\b|\bvia\b|[oO]urtesy|[cC][rR][eE][dD][iI][tT]|opyright"
    r"|(?:ource|фото|ображення|ображения|imagen|foto|gambar|ảnh|aynak|स्रोत|উৎস|picha),"
    r"|(?:[來来]源|画像提供|画像元|출처)[,，、]|(?:الصورة|تصویر|ذریعہ)،"
    r"|(?:oto|[bB]ild|imagen|grafía|cortesía|permission|handout|autorisation|cedida|gentileza)\s"
)
"""A fast test: every mark contains one of these, and most captions do not."""
_LETTER = re.compile(r"[^\W_]")
_LEADING_MARK = re.compile(rf"^(?:[\s(\[（|/,;:—–-]|{_MARK})+", _I)
"""Signs and words before a name, as often as they come."""

# Forms without a mark: in brackets, after a sentence, dash, slash or equals sign, or a name alone.
_BRACKETED = re.compile(r"[(\[（［](?P<credit>[^()\[\]（）［］]{2,90})[)\]）］]\s?[.。]?$")
_AGENCY = re.compile(
    rf"(?<![^\W_])(?:{known.PICTURE_AGENCY}|{known.PICTURE_AGENCY_CJK}{{1,3}})(?![^\W_])", _I
)
_ONLY_AGENCY = re.compile(rf"^[\w.-]+(?: [\w.-]+)? ?[/–-] ?{known.PICTURE_AGENCY}$", _I)
_PHOTO_BEFORE = re.compile(
    rf"^{known.PHOTO}\s?"
    r"(?:(?:[/／|]|\b(?:by|di|de|von|door|av|af|przez|oleh|from|courtesy(?: of)?|via)\b)\s?)?(?=\S)",
    _I,
)
"""A word for 'photo' before a name, without a colon."""
_MADE_BY = re.compile(rf"(?<=[^\W\d年月日がでにをはも])\s?{known.MADE_BY}$", _I)
"""A word for 'taken by' or 'provided by' behind a name; behind a particle or day it is part of a sentence."""
_BY_FIRST = re.compile(r"^(?:by|von|par|por|door|przez|av|af)\s(?=\S)", _I)
_CLAUSE = re.compile(r"[。，,！？]")
_TAKEN_ON = re.compile(r"\s?\d{2,4}年\d{1,2}月\d{1,2}日$")
_DOCUMENT = re.compile(r"^(?:dok|doc|fot|ist)\b", _I)
_STOP = re.compile(
    r"(?:[!?。！？…।”»\"]|(?<![\s.–—-][^\W\d_])(?<!\bfot)(?<!\bzdj)(?<!\bφωτ)\.)[)\]]?(?=\W|[^\W\d_])", _I
)
"""The end of a sentence, not the point behind an initial or behind 'fot.'."""
_AFTER_SLASH = re.compile(r"(?<=[^/]) [/|] (?P<credit>[^/|]{3,50}(?:\s?/\s?[^/]{2,40})?)$")
_AFTER_DASH = re.compile(r" [—–-] (?P<credit>[^—–]{2,60})$")
_AFTER_EQUALS = re.compile(r"^(?P<text>.{3,})[＝=](?P<credit>[^＝=\d、。０-９]{2,16})$")
_AFTER_COMMA_CJK = re.compile(r"[、，,＝=]\s?(?P<credit>[^、，,＝=。\d０-９()（）]{2,16})$")
_SAID_OF_MAKER = re.compile(r"^[^:]{2,40}: (?P<name>[^:]{3,40})$")
"""'ABC News: Jo Park', in brackets behind a sentence."""
_WORD_AND_STOP = re.compile(r"[^\W\d_]{4}\.$")
"""The end of a sentence, not of an abbreviation or an ordinal number."""
_NEXT_SENTENCE = re.compile(r"(?<=[^\s.][^\s.][^\s.][^\s.])[.!?。]\s\S+\s\S+\s\S")
_SLASH = re.compile(r"[^\W\d]{2}\s?/\s?[^\W\d]{2}")
_NAME = re.compile(
    r"(?:[^\W\d_a-zß-ÿа-я][\w.’'-]*|de|del|da|di|van|von|der|den|bin|al|el|la|le|i|y|e|and|und|via|for"
    r"|für|the|of|/|&|-),?"
)
_REPORTER = re.compile(r"(?<=[가-힣]{2}) 기자$|^(?:記者|记者)(?=[\u4e00-\u9fff]{2,4}$)")
_SOURCED = re.compile(
    rf"{known.SOURCE_LABEL}\s?[,،、，:]?\s(?P<credit>.{{2,80}}?)\.?\s{known.CAPTION_LABEL}\s?[,،、，:]\s?(?P<text>.+)",
    _I,
)
"""Source and caption in one line, each after its label."""
_INTRODUCED = re.compile(rf"(?<=[.!?…”»)|\s])\s?[(\[|]?{known.PHOTO}(?: (?:by|von|di|de|av))?\s?[:/]?$", _I)
_NOTICE = re.compile(rf"{known.RIGHTS}\W{{0,4}}$", _I)
_SMALL_INITIALS = re.compile(r"(?<=\w)/[a-z]{2,4}\.?$")
"""Of an editor, as ANTARA has them: 'Jo Park/foc'."""
_HALF_NAMES = frozenset({"news", "press", "service", "services", "agency", "library", "archive", "editor"})
"""Behind a word for 'photo' the second half of an agency's name: 'Photo News'."""
# Guesses that the corpus did not contradict, in characters.
_MAX_CREDIT = 140
_MAX_LABELLED = 2 * _MAX_CREDIT  # with the words that introduce it
_MAX_LINE = 800  # searched at the end of a longer line
_MOST_PARTS = 3  # credits in one line
_FEWEST_BEFORE = 12  # before a dash or slash that only a credit follows
_MOST_OF_NAME = 3  # words of a name that alone follows a sentence
_LONG_CAPTION = 20  # before such a name
_MAX_TAIL = 90  # behind the last sentence
_MAX_MADE_BY = 40  # before a word for 'provided by'
_MAX_UNCASED_NAME = 20  # in a script without capitals
_MAX_SMALL = 4  # words in small letters that can be names of agencies, as in 'picture alliance / dpa'
_MAX_NOTICE = 90  # at the end of a line
_MOST_WORDS = 7  # behind a mark, unless they are names


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A caption's text and the credit that was in it; either may be empty."""

    text: str
    credit: str


def split_credit(line: str) -> CaptionLine:
    """Return `line` without the credits at its end, and these credits."""
    text = _without_notice(line.strip())
    if labelled := _SOURCED.match(text):
        return CaptionLine(labelled["text"], join_credits([labelled["credit"]]))
    start, text = text[:-_MAX_LINE], text[-_MAX_LINE:]
    credits: list[str] = []
    for _ in range(_MOST_PARTS):
        found = _marked(text) or (None if credits else _unmarked(text))
        if found is None:
            break
        text = found.text
        credits.insert(0, found.credit)
    return CaptionLine(_without_notice(start + text).strip(" |—–-/"), join_credits(credits))


def _without_notice(text: str) -> str:
    """Return `text` without a notice of rights at its end; a bracket that it closed is closed again."""
    found = _NOTICE.search(text, max(0, len(text) - _MAX_NOTICE))
    if not found:
        return text
    kept = text[: found.start()].rstrip(" \t|/([（［–—-")
    ends = found[0].rstrip(" .")[-1:]
    opening = {")": "(", "]": "[", "）": "（", "］": "［"}.get(ends)
    return kept.rstrip(" .") + ends if opening and kept.rfind(opening) > kept.rfind(ends) else kept


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
    credit = _LEADING_MARK.sub("", _without_notice(credit.partition(" +++")[0].strip())).rstrip(". ")
    if credit.endswith((")", "）", "］", "】", "]")) and not re.search(r"[(（［【\[]", credit):
        credit = credit[:-1]
    credit = credit.strip(" \t|/,;:—–+")
    while (named := _PHOTO_BEFORE.sub("", credit)) != credit and _is_maker(named.replace(":", "")):
        credit = named
    credit = _BY_FIRST.sub("", credit)
    credit = _MADE_BY.sub("", _TAKEN_ON.sub("", credit))
    return _REPORTER.sub("", credit)


def is_credit(text: str) -> bool:
    """Whether all of `text` names a picture's maker, by a word for it or an agency."""
    if len(text) > _MAX_LABELLED:
        return False
    if (bracketed := _BRACKETED.search(text)) and not key(text[: bracketed.start()]):
        return is_credit_name(bracketed["credit"])
    return _begins_with_mark(text) or (len(text) <= _MAX_CREDIT and _names(text))


def has_marked_credit(text: str) -> bool:
    """Whether a sign or word introduces a credit at the end of the text."""
    found = _marked(text[-_MAX_LINE:])
    return found is not None and bool(key(found.text))


def _begins_with_mark(text: str) -> bool:
    """Whether a sign or word for a credit that is followed only by names comes before all letters."""
    at, letters = 0, _LETTER.search(text)
    while letters is not None and at <= letters.start():
        sign = _MARKED.match(text, at)
        if sign is not None and _introduces(text[sign.end() :]):
            return not key(text[:at])
        at = at + 1 if sign is None else sign.end()
    return False


def _introduces(rest: str) -> bool:
    """Whether what follows a sign or word for a credit is one."""
    return any(map(str.isalpha, rest)) and len(rest) <= _MAX_CREDIT and not _goes_on(rest)


def _marked(text: str) -> CaptionLine | None:
    """Split the text at the first sign or word for a credit that is followed only by names."""
    if not _HINT.search(text):
        return None
    for sign in _MARKED.finditer(text):
        rest = text[sign.end() :]
        if _introduces(rest):
            return CaptionLine(text[: sign.start()].rstrip(" \t([（［【|/—–-"), rest)
    return None


def _goes_on(rest: str) -> bool:
    """Whether a sentence follows, so that the word was part of the caption."""
    if _NEXT_SENTENCE.search(rest):
        return True
    words = rest.split()
    names = sum(_NAME.fullmatch(word) is not None for word in words)
    return len(words) > _MOST_WORDS and 2 * names < len(words) and not _AGENCY.search(rest)


def _unmarked(text: str) -> CaptionLine | None:
    if found := _BRACKETED.search(text):
        return _in_brackets(text[: found.start()].rstrip(), found["credit"])
    if _ONLY_AGENCY.match(text):
        return CaptionLine("", text)
    if (found := _AFTER_EQUALS.match(text)) and is_credit_name(found["credit"]):
        return CaptionLine(found["text"], found["credit"])
    if (found := _AFTER_COMMA_CJK.search(text)) and _MADE_BY.search(found["credit"]):
        return CaptionLine(text[: found.start()], found["credit"])
    if behind := _behind_sentence(text):
        return behind
    for pattern in (_AFTER_DASH, _AFTER_SLASH):
        found = pattern.search(text, _FEWEST_BEFORE)
        if found and (
            _names(found["credit"]) or (pattern is _AFTER_SLASH and is_credit_name(found["credit"]))
        ):
            return CaptionLine(text[: found.start()], found["credit"])
    return None


def _in_brackets(text: str, inner: str) -> CaptionLine | None:
    """Split off the brackets at the end, with the name before them: 'Jo Park (Reuters)'."""
    if not text:
        return CaptionLine("", inner) if is_credit_name(inner) else None
    if not _names(inner) and not _DOCUMENT.search(inner):
        said = _SAID_OF_MAKER.match(inner)
        ended = text[-1] in '.!?…”»"' or bool(said and _names(said["name"]))
        is_name = is_credit_name(inner.replace(":", "")) if said else is_persons_name(inner)
        return CaptionLine(text, inner) if ended and is_name else None
    for before, tail in _tails(text):
        if len(tail.split()) > 1 and tail[-1].isalpha() and is_credit_name(tail) and _is_maker(tail):
            return CaptionLine(before, f"{tail} ({inner})")
    return CaptionLine(text, inner)


def _behind_sentence(text: str) -> CaptionLine | None:
    for before, tail in _tails(text):
        if _names(tail) or (len(tail.split()) <= _MOST_OF_NAME and _is_alone(before, tail)):
            return CaptionLine(before, tail)
    return None


def _is_alone(before: str, tail: str) -> bool:
    """Whether a person's name without more follows a sentence of a caption."""
    if len(before) < _LONG_CAPTION or not _WORD_AND_STOP.search(before):
        return False
    return is_persons_name(tail) and not (tail.isupper() and before[-_LONG_CAPTION:].isupper())


def _tails(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is before and behind the last ends of sentences, the nearest to the end first."""
    for stop in reversed(list(_STOP.finditer(text, max(0, len(text) - _MAX_TAIL)))):
        if tail := text[stop.end() :].strip(" |—–-/."):
            yield text[: stop.end()], tail


def _names(text: str) -> bool:
    """Whether it is nothing but names, with an agency, a slash, or a word for the maker among them."""
    if len(text) < _MAX_MADE_BY and _MADE_BY.search(_TAKEN_ON.sub("", text)) and not _CLAUSE.search(text):
        return True
    named = _PHOTO_BEFORE.sub("", text)
    if named != text and is_credit_name(named) and _is_maker(named):
        return True
    if text.endswith(" 기자") and len(text) < 12:
        return True
    return is_credit_name(text) and bool(_AGENCY.search(text) or _SLASH.search(text))


def _is_maker(text: str) -> bool:
    """Whether a name is one of a person or agency by itself: 'News' and 'Press' are part of one."""
    return is_credit_name(text) and text[:1] != text[:1].lower() and text.lower() not in _HALF_NAMES


def is_credit_name(text: str) -> bool:
    """Whether all words are ones that names are made of."""
    text = _SMALL_INITIALS.sub("", text)
    if text.lower() == text.upper():  # no capitals in this script
        words = _AGENCY.sub("A", text).replace("/", " / ").split() if len(text) <= _MAX_UNCASED_NAME else []
        return 0 < len(words) <= 4 and any(map(str.isalpha, text))
    words = text.replace("/", " / ").split()
    if sum(_NAME.fullmatch(word) is None for word in words) > _MAX_SMALL:
        return False
    words = _AGENCY.sub("A", text).replace("/", " / ").split()
    return 0 < len(words) <= 10 and all(_NAME.fullmatch(word) for word in words)


def without_introduction(text: str) -> str:
    """Return a caption without a word for the credit at its end, whose name is not in the text."""
    return _INTRODUCED.sub("", text)


def is_persons_name(text: str) -> bool:
    """Whether it is nothing but a name of two to five words in a script with capitals."""
    words = text.split()
    return 2 <= len(words) <= 5 and len(text) <= 50 and text[:1].isupper() and is_credit_name(text)
