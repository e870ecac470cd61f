"""Names cut out of bylines, without 'By', roles, places, dates and addresses; people and organisations."""

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from worker.extract.authors import name_words as known
from worker.extract.authors.agencies import is_agency
from worker.extract.words import key, squeeze, unique

# Parts of a byline: what introduces it, labels, separators, companions, and what follows a name.
_BY = re.compile(rf"^(?:{known.BY}(?:\s*[:：/／|]+\s*|\s+)|{known.CJK_BY})", re.VERBOSE)
_DATE_OR_BY = re.compile(
    r"\d|\b(?:posted|published|written|erstellt|veröffentlicht|eingestellt|publié|publicado)\b"
    r"|(?P<by>\b(?:by|By|BY|von|par|por|durch|door)\s(?=\w))"
)
_LABEL = re.compile(r"(?:^|(?<=\s)|(?<=[|,;]))([^\W\d_]+)\s*[:：]")
_SPLIT = re.compile(rf"[,;|/、，،；•·–—／]|&amp;|(?<=\s)(?:[-+&]|{known.AND})(?=\s)")
_ADDRESS = re.compile(
    r"(?<!\S)(?:@\w+|[^\s@]+@\S+|[^\s:]*://\S+|\S*(?:facebook|twitter|instagram|linkedin)\.com\S*)|www\.\S+"
)
_BRACKETS = re.compile(r"\[[^\[\]]*\]|<[^<>]*>|【[^【】]*】|\{[^{}]*\}")
_PARENTHESIS = re.compile(r" ?[(（]([^()（）]*)[)）] ?(\w?)")
_WITH = re.compile(r"^(?:with|mit|avec|con|com|and|und|et)\s+", re.IGNORECASE)
_LAST_FIRST = re.compile(r"^([^\W\d_][\w'’-]+), ([^\W\d_][\w'’-]+(?: [^\W\d_]\.?)*)$")
_JUNIOR = re.compile(r",\s*(Jr|Sr|II|III|IV)\b\.?")
_OTHERS = re.compile(
    rf"(?:^|(?<=[\s|.,;(]))(?<!\band )(?<!\bund )(?<!\bet )(?<!\by )(?:\w{{3,12}}ly )?{known.OTHERS_BY}\s"
    "[^|]*",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\s(?:in|im|en|dans|em)\s\|[^|]*")
"""'Jo Park in | Business': the section that a byline links to."""
_OFFICE = re.compile(
    r"(?<![^\s|,;(])(?:Head|Director|President|Manager|Chair|Dean|Professor)\sof\s[^|,;]{1,60}?\sand\s[^|,;]*"
)
"""'Head of Sales and Marketing': the end is not another author."""
_COMPOUND = re.compile(known.COMPOUND_ROLE)
_TAIL = re.compile(
    r"\s(?:(?:on|at|in|am|um|for|For|FOR|of|from|für|pour|bei|as|is|ist|est|hat|has|gespeichert|»|«|>|@)\s|\d).*$"
)
"""What may follow a name: a date, a place, a role."""
_CJK_AFTER = re.compile(known.CJK_AFTER)
_CJK_COLLECTIVE = re.compile(known.CJK_COLLECTIVE)

# Parts of names, and what is not one.
_DOMAIN = re.compile(r"\w\.(?:[a-z]{2,4})\b|\.com\b", re.IGNORECASE)
_EDGE = " .:,-–—|*\"'“”„«»·•_#>~=+!?()[]{}/\\&"
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$|\b(?:Jr|Sr|e\.V)\.$")
_PROPER = re.compile(r"^[(\"“„'’]?[^\W\d_][\w'’.‐()\"”“-]*$")
_SENTENCE = re.compile(r"[^\W\d_]{5}\. |[!?;:]")
_NO_PERSON = known.COLLECTIVE | known.ROLES | known.BUTTONS
_NO_NAME = known.NOT_A_NAME | known.BUTTONS | known.DEGREES | known.PARTICLES
_AFTER_NAME = known.BUTTONS | known.DEGREES
_PLACES = {key(place) for place in known.PLACES}
_POSITION = known.ROLES | known.ROLE_ADJECTIVES
# Lengths of names; guesses that the corpus did not contradict.
_MAX_NAME = 60
_MAX_SPACED = 40  # a name in a script without capitals, with spaces
_MAX_UNSPACED = 10  # and without
_MAX_WORDS = 6
_MAX_BYLINE = 600  # longer texts are not bylines; bounds the work
_LOOKED_AT = 4 * _MAX_BYLINE  # characters before spaces and entities are resolved
_MAX_AUTHORS = 30  # longer lists are of a whole newsroom
_ROUNDS = 4  # of cutting; what has not settled by then is not a name
_MAX_CACHED = 1024  # a page repeats its names in head, data and byline, and a site has few authors


def clean_names(values: Iterable[str]) -> tuple[str, ...]:
    """Return the names in these bylines, each once, in order; idempotent."""
    bylines = (squeeze(html.unescape(str(value)[:_LOOKED_AT])) for value in values)
    return unique(name for byline in bylines for name in _settled(byline))[:_MAX_AUTHORS]


def begins_with_by(text: str) -> bool:
    """Whether `text` begins as a byline does: 'By …', 'Von …', 'Автор: …'."""
    return _BY.match(text) is not None


@lru_cache(_MAX_CACHED)
def is_person(name: str) -> bool:
    """Whether `name` has the form of a person's first and last name."""
    words = name.split()
    if (
        any(char.isdigit() for char in name)
        or _SENTENCE.search(name)
        or is_agency(name)
        or is_collective(name)
    ):
        return False
    if not _has_case(name):
        longest = _MAX_SPACED if " " in name else _MAX_UNSPACED
        return 2 <= len(name) <= longest and not _CJK_COLLECTIVE.search(name)
    proper = [word for word in words if word.casefold() not in known.PARTICLES]
    return (
        2 <= len(words) <= _MAX_WORDS
        and bool(proper)
        and all(_begins_large(word) and _PROPER.match(word) for word in proper)
    )


def _begins_large(word: str) -> bool:
    first = next((char for char in word if char.isalpha()), "")
    return not first.islower()


def is_collective(name: str) -> bool:
    words = [word.strip(".,-–").casefold() for word in name.replace("-", " ").split()]
    return bool(_DOMAIN.search(name)) or words[0] in known.NO_FIRST_NAME or not _NO_PERSON.isdisjoint(words)


@lru_cache(_MAX_CACHED)
def _settled(text: str) -> tuple[str, ...]:
    """Return the names in `text`, cut until nothing more can be cut off."""
    names = _cut(text)
    for _ in range(_ROUNDS):
        again = [part for name in names for part in _cut(name)]
        if again == names:
            return tuple(names)
        names = again
    return ()


def _cut(text: str) -> list[str]:
    if not text or len(text) > _MAX_BYLINE:
        return []
    text = _without_addresses(text)
    if (turned := _LAST_FIRST.match(text)) and not any(map(_is_body, turned.groups())):
        text = f"{turned[2]} {turned[1]}"
    text = _OFFICE.sub(" | ", _SECTION.sub(" | ", text))
    text = _JUNIOR.sub(r" \1.", _labelled(_without_others(text)))
    text = _without_subject(_without_by(_after_date(text)))
    parts = [_tidy(part) for part in _SPLIT.split(text)]
    names = [name for name in parts if name and not _is_position(name)]
    kept = _without_places(names) or [name for name in parts if name][:1]
    return [_in_normal_case(name) for name in kept]


def _is_body(word: str) -> bool:
    return is_agency(word) or word.isupper() or is_collective(word) or word.casefold() in known.DEGREES


def _without_addresses(text: str) -> str:
    text = squeeze(_ADDRESS.sub(" | ", text)).strip("| ")
    if text[:1] in "[【(［（" and text[-1:] in "]】)］）":
        text = text[1:-1]
    return squeeze(_PARENTHESIS.sub(_parenthesis, _BRACKETS.sub(" | ", text)))


def _parenthesis(match: re.Match[str]) -> str:
    """Keep companions in brackets as authors, and insertions in a name; drop the rest, which are roles."""
    inside, after = match.groups()
    if _WITH.match(inside):
        return f", {_WITH.sub('', inside)}, {after}"
    if after and not after.islower() and match.start() and inside[:1].isupper():
        return f" ({inside}) {after}"
    return f", {after}"


def _without_others(text: str) -> str:
    """Return the byline without 'Reviewed by …' and what follows on the line; other roles are not authors."""
    return squeeze(_OTHERS.sub(" | ", text)).strip("| ")


def _labelled(text: str) -> str:
    """Return the text after the labels for an author, or before the first label if none is for an author."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        return text
    ends = [label.start() for label in labels[1:]] + [len(text)]
    segments = [
        (label[1].casefold(), text[label.end() : end]) for label, end in zip(labels, ends, strict=True)
    ]
    ours = [segment for label, segment in segments if _BY.match(f"{label}: ")]
    if ours:
        return " | ".join(ours)
    before = text[: labels[0].start()].strip()
    return before or " | ".join(segment for label, segment in segments if label not in known.OTHER_LABELS)


def _after_date(text: str) -> str:
    """Return the text after the last date that a word for 'by' follows: 'Posted on May 3 by Jo Park'."""
    dated, start = False, 0
    for found in _DATE_OR_BY.finditer(text):
        if not found["by"]:
            dated = True
        elif dated:
            dated, start = False, found.end()
    return text[start:]


def _without_subject(text: str) -> str:
    """Return the names without a subject after a dash ('Jo Park - Remote Jobs') or a place before '＝'."""
    before, _, _ = text.partition(" - ")
    if (name := _tidy(_SPLIT.split(before)[-1])) and is_person(name):
        text = before
    return text.rpartition("＝")[2] or text


def _without_by(text: str) -> str:
    text = text.lstrip(_EDGE)
    # Where the name is missing the byline ends with the word for 'by'.
    while match := _BY.match(f"{text} "):
        text = text[match.end() :].lstrip(_EDGE)
    return text


def _is_position(name: str) -> bool:
    words = [word.strip(".").casefold() for word in name.split()]
    return _POSITION.issuperset(words) or (
        len(words) > 1
        and (words[0] in known.TITLE_WORDS or not known.ROLES.isdisjoint(words))
        and not is_person(name)
    )


def _without_places(names: list[str]) -> list[str]:
    """Drop single words next to a full name or an agency: they are places or sections."""
    if (
        not any(map(is_person, names))
        and not any(map(is_agency, names))
        and not _DOMAIN.search(" ".join(names[:1]))
    ):
        return names
    spaced = any(" " in name and not _has_case(name) for name in names)
    return [
        name
        for at, name in enumerate(names)
        if is_agency(name)
        or (" " in name and key(name) not in _PLACES)
        or (at == 0 and not any(map(is_person, names)))
        or (name.isupper() and names[0].isupper() and not is_agency(names[0]))
        or not (_has_case(name) or spaced)
    ]


def _has_case(name: str) -> bool:
    return any(char.isupper() or char.islower() for char in name)


def _tidy(part: str) -> str:
    """Return `part` without what surrounds a name; '' for text that cannot be a name."""
    name = _CJK_AFTER.sub("", _without_by(part))
    tail = _TAIL.search(name)
    if tail and tail.start() > 1:
        name = name[: tail.start()]
    name = _trim(name)
    words = name.split()
    if len(words) > 1 and is_agency(words[0]) and not known.ROLES.isdisjoint(map(str.casefold, words)):
        return words[0]
    name = _trim(_without_roles_before(_without_tail_words(name)))
    return name if _may_name(name) else ""


def _may_name(name: str) -> bool:
    words = [word.strip(".").casefold() for word in name.split()]
    if not 2 <= len(name) <= _MAX_NAME or len(words) > _MAX_WORDS or not key(name):
        return False
    if name[0].isdigit() or (len(words) > 1 and any(char.isdigit() for char in name)):
        return False
    nobody = key(name) in known.NOBODY or (len(words) == 1 and "admin" in words[0])
    return not nobody and words[0] not in known.BUTTONS and not _NO_NAME.issuperset(words)


def _trim(name: str) -> str:
    """Remove punctuation at the edges, except the full stop of an initial."""
    name = name.strip()
    keeps_dot = _INITIAL.search(name)
    name = name.strip(_EDGE)
    return f"{name}." if keeps_dot and name else name


def _without_roles_before(name: str) -> str:
    """Remove a role before a person's name: 'Politikredakteurin Jo Park', 'Staff Writer Jo Park'."""
    words = name.split()
    for at in range(len(words) - 2, 0, -1):
        before = [word.casefold() for word in words[:at]]
        if _is_role(before[-1]) and all(_is_role(word) or word in _POSITION for word in before):
            return rest if is_person(rest := " ".join(words[at:])) else name
    return name


def _is_role(word: str) -> bool:
    return word in known.ROLES or _COMPOUND.search(word) is not None


def _without_tail_words(name: str) -> str:
    """Remove roles, degrees and button labels after a first and last name."""
    words = name.split()
    while len(words) > 1 and _is_after_name(words[-1].strip(".,")):
        words.pop()
    while len(words) > 1 and words[-1].casefold() in known.PARTICLES | {"by", "par", "por"}:
        words.pop()
    if len(words) > 2 and words[-1].casefold() in known.ROLES:
        while len(words) > 2 and words[-1].casefold() in _POSITION:
            words.pop()
    return " ".join(words)


def _is_after_name(word: str) -> bool:
    """Whether it is a button or a degree; those that are also family names (Ma, Do) only in capitals."""
    folded = word.casefold()
    return folded in _AFTER_NAME and (folded not in known.DEGREES_OR_NAMES or word.isupper())


def _in_normal_case(name: str) -> str:
    """Return 'JO MCPARK' as 'Jo McPark'; abbreviations and single words are unchanged."""
    words = name.split()
    if len(words) < 2 or not name.isupper() or is_collective(name) or is_agency(name):
        return name
    return " ".join(_word_in_normal_case(word) for word in words)


def _word_in_normal_case(word: str) -> str:
    if "." in word or len(word) < 2 or word in ("II", "III", "IV", "JR", "SR"):
        return word
    if word.casefold() in known.PARTICLES:
        return word.lower()
    word = "-".join(piece.capitalize() for piece in word.split("-"))
    return re.sub(r"^(Mc|[OD]['’])(\w)", lambda found: found[1] + found[2].upper(), word)
