"""Bylines without a mark: 'By Jo Park' under the headline, 'Author: …' anywhere, a name alone in bold.

Asked only where neither the head nor the markup names a person.
"""

import re
from collections.abc import Callable, Container, Iterator
from functools import partial
from itertools import islice

from worker.extract.authors import name_words as known
from worker.extract.authors.byline import Byline, printed_text
from worker.extract.authors.names import begins_with_by, clean_names, is_person
from worker.extract.authors.place import Place
from worker.text.html import Tree

_TAGS = (
    "h1",
    "p",
    "span",
    "div",
    "li",
    "em",
    "i",
    "small",
    "strong",
    "b",
    "font",
    "td",
    "dd",
    "h2",
    "h3",
    "h4",
    "h5",
)
_LABEL = re.compile(
    r"^\W{0,3}(?:autor(?:in|en)?(?:/autor(?:in)?)?|authors?|auteure?s?|autore|redaktion|written by|text"
    r"|texte|texto|testo|автор(?:ы)?|текст|oleh|penulis|tác giả"
    r"|作者|著者|記者|记者|撰文|文|責任編輯|责任编辑|글|بقلم|लेखक|מאת)\s*[:：／]\s*\S"
    r"|^autorin/autor\s|^(?:記者|记者)\S",
    re.IGNORECASE,
)
_DATE = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.?\s+\w{3,}\.?,?\s+\d{4}|\w{3,}\s+\d{1,2},\s+\d{4})"
_TIME = r"(?:[\s,|]*(?:at|um)?\s*\d{1,2}[:.h]\d{2}(?:\s*[ap]m|\s*Uhr|\s*h)?)?"
_SET_OFF = re.compile(rf"{_DATE}{_TIME}\s*(?:[|,/•·–—-]|von|by|par|por)|[|,/•·–—-]\s*{_DATE}", re.IGNORECASE)
_DATED_BY = re.compile(rf"^\W*(?:\w+:? )?{_DATE}{_TIME}[\s,|]*(?:by|von|par|por|di)\s+\S+$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MAX_WORDS = 4
_LABEL_START = re.compile(
    r"\W{0,3}(?:aut|red|wri|te[xk]|автор|oleh|pen|tác|[作著記记撰文責责글بלमכलमא])", re.IGNORECASE
)
_BY_LETTERS = "作著記记撰文取글بכلמא"
_BY_WORDS = frozenset(
    """
    by by: von vom par por di da av af od door przez oleh bởi от автор автор: текст текст: escribe
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W\d_]+")
_DATE_WORDS = known.NOT_A_NAME | known.BUTTONS | known.ROLES | known.PARTICLES
_MAX_OTHER_WORDS = 2
_MAX_CHARACTERS = 110
_LONGEST = 1_000
_MAX_INSIDE = 8
_MIN_BESIDE = 3
_MAX_SIBLINGS = 8
_STANDFIRST = 160
_BOLD = ("strong", "b", "em", "i")


def unmarked_byline(tree: Tree) -> Byline | None:
    """The first line that reads as a byline and as nothing else. `tree` is left as it is."""
    places, place = Place.on(tree, _TAGS)
    found: dict[str, tuple[str, ...]] = {}
    for line, at in places.items():
        start = _start(line)
        if not start or len(start) > _MAX_CHARACTERS or len(line) > _MAX_INSIDE or line.tag == "h1":
            continue
        kind, names = _read(line, start, partial(place.is_near, at), found)
        if not names or place.is_elsewhere(line, at):
            continue
        found[kind] = names
        if kind == "label":
            break
    return next(
        (Byline(found[kind], False, "html") for kind in ("label", "line", "bold") if kind in found), None
    )


def _read(
    line: Tree, start: str, is_near: Callable[[], bool], known_kinds: Container[str]
) -> tuple[str, tuple[str, ...]]:
    """The names in a line that begins with `start`, and as what they stand there; not as what is known."""
    if _LABEL_START.match(start) and (names := _labelled(line)):
        return "label", names
    if "line" not in known_kinds and _may_be_set_off(start) and is_near() and (names := _set_off(line)):
        return "line", names
    return "bold", () if "bold" in known_kinds else _alone_in_bold(line)


def _may_be_set_off(start: str) -> bool:
    """A quick look: whether there is a digit or, among the first words, one for 'by'."""
    if _DIGIT.search(start) or start[0] in _BY_LETTERS:
        return True
    return not _BY_WORDS.isdisjoint(start.lower().split(maxsplit=4)[:4])


def _labelled(line: Tree) -> tuple[str, ...]:
    """After a label that says 'author'."""
    text = printed_text(line).replace(" | ", " ", 1)
    return _all_people(text) if _LABEL.match(text) else ()


def _start(line: Tree) -> str:
    """The first words in an element, its own or of the element it begins with."""
    own: str = (line.text or "").strip()
    return own or ((line[0].text or "").strip() if len(line) else "")


def _set_off(line: Tree) -> tuple[str, ...]:
    """After 'By', or beside a date and set off from it."""
    text = printed_text(line)
    if len(text) > _LONGEST or (not begins_with_by(text) and not _SET_OFF.search(text)):
        return ()
    names = clean_names([text]) if _DATED_BY.match(text) else _all_people(text)
    if not names or len(names[0].split()) > _MAX_WORDS:
        return ()
    if not begins_with_by(text) and names[0].upper() == names[0].lower():
        return ()
    said = {word.casefold() for name in names for word in _WORD.findall(name)} | _DATE_WORDS
    rest = [word for word in _WORD.findall(text) if word.casefold() not in said]
    return names if len(rest) <= _MAX_OTHER_WORDS else ()


def _alone_in_bold(line: Tree) -> tuple[str, ...]:
    """A paragraph, the first or the last of the text, that is a name in bold or italics."""
    if line.tag != "p" or len(line) != 1 or line[0].tag not in _BOLD or (line.text or "").strip():
        return ()
    if (line[0].tail or "").strip(" .") or not _is_at_edge(line):
        return ()
    names = _all_people(printed_text(line))
    return names if all(len(name.split()) <= _MAX_WORDS for name in names) else ()


def _is_at_edge(line: Tree) -> bool:
    """Whether it is the last paragraph, or the first below the standfirst."""
    before = _texts(line.itersiblings("p", preceding=True))
    after = _texts(line.itersiblings("p"))
    if len(before) + len(after) < _MIN_BESIDE:
        return False
    return not after or (len(before) < _MIN_BESIDE and not any(map(_is_running_text, before)))


def _texts(paragraphs: Iterator[Tree]) -> list[str]:
    return [text for paragraph in islice(paragraphs, _MAX_SIBLINGS) if (text := printed_text(paragraph))]


def _is_running_text(text: str) -> bool:
    return len(text) >= _STANDFIRST or text.endswith((".", "!", "?", ".”", "。", "।"))


def _all_people(text: str) -> tuple[str, ...]:
    if len(text) > _MAX_CHARACTERS:
        return ()
    names = clean_names([text])
    return names if names and all(map(is_person, names)) else ()
