"""Bylines without a mark: 'By Jo Park' below the headline, 'Author: …' anywhere, a name alone in bold.

Only used where neither the head nor the markup names a person.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import islice

from worker.extract.authors import name_words as known
from worker.extract.authors.byline import Byline, HeadlineLayout, printed_text
from worker.extract.authors.names import begins_with_by, clean_names, is_person
from worker.extract.words import key, squeeze
from worker.text.html import Tree

# Tags in which such lines were found.
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
    "h6",
    "dt",
    "label",
)
# Labels for the author before a colon, by language; a line with one is a byline wherever it is.
_LABEL = re.compile(
    r"^\W{0,3}(?:autor(?:in|en)?(?:/autor(?:in)?)?|authors?|auteure?s?|autore|redaktion|contributors?"
    r"|written by|text|texte|texto|testo|автор(?:ы)?|текст|oleh|penulis|tác giả|作者|著者|記者|记者|撰文|文"
    r"|責任編輯|责任编辑|글|بقلم|लेखक|מאת)\s*[:：／]\s*\S|^autorin/autor\s|^(?:記者|记者)\S",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:autor(?:in|en)?|authors?|author\(s\)|auteure?s?|autores|autore|autori"
    r"|(?:article|written|posted|story) by|автор(?:ы)?|作者|著者|글쓴이|الكاتب|लेखक)\s?[:：]?",
    re.IGNORECASE,
)
"""A heading or line that is nothing but a label; the names follow in the next element."""
# A fast test: the beginnings of these labels.
_LABEL_START = re.compile(
    r"\W{0,3}(?:aut|by|con|red|wri|te[xk]|art|pos|sto|автор|oleh|pen|tác|[作著記记撰文責责글بלमכलमא])",
    re.IGNORECASE,
)
_DATE = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.?\s\w{3,20}\.?,?\s\d{4}|\w{3,20}\s\d{1,2},\s\d{4})"
_TIME = r"(?:[\s,|]{0,4}(?:at|um)?\s?\d{1,2}[:.h]\d{2}(?:\s?[ap]m|\s?Uhr|\s?h)?)?"
_SET_OFF = re.compile(rf"{_DATE}{_TIME}\s?(?:[|,/•·–—-]|von|by|par|por)|[|,/•·–—-]\s?{_DATE}", re.IGNORECASE)
_DATED_BY = re.compile(
    rf"^\W{{0,4}}(?:\w{{1,20}}:? )?{_DATE}{_TIME}[\s,|]{{0,4}}(?:by|von|par|por|di)\s\S+$", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
# A fast test: the first letters and words of lines that begin with 'by'.
_BY_LETTERS = "作著記记撰文取글بכلמא"
_BY_WORDS = frozenset(
    """
    by by: von vom par por di da av af od door przez oleh bởi от автор автор: текст текст: escribe
    """.split()  # noqa: SIM905
)
# Words that a byline may have in addition to its names.
_DATE_WORDS = known.NOT_A_NAME | known.BUTTONS | known.ROLES | known.PARTICLES

# Tags of a name alone in bold or italics.
_BOLD = ("strong", "b", "em", "i")
# Shapes of such lines; guesses that the corpus did not contradict.
_MAX_WORDS = 4  # of a name
_MAX_OTHER_WORDS = 2  # in a line apart from its names
_MAX_CHARACTERS = 110  # of a line
_LONGEST = 1_000  # characters of an element's text before it is searched
_MAX_INSIDE = 8  # elements in a line
_MAX_PORTRAITS = 40  # pictures that are looked at
_PORTRAYED_WORDS = 3  # of a name; more are those of a product
_NAME_TAGS = ("p", "span", "div", "strong", "b")  # a heading next to a picture names something else
_ABOVE_PORTRAIT = 4  # elements around a portrait in which the name is looked for
_MIN_AROUND = 3  # paragraphs around a name in bold
_LONGEST_LABEL = 12  # characters of a label alone
# Words around a name in the alternative text of a portrait, as pages of the corpus have them.
_PORTRAIT = (
    "photo of",
    "picture of",
    "image of",
    "headshot of",
    "headshot",
    "image",
    "photo",
    "avatar",
    "'s",
)
_MAX_SIBLINGS = 8  # paragraphs looked at on either side
_STANDFIRST = 160  # characters from which a paragraph without a full stop is running text


def unmarked_byline(tree: Tree) -> Byline | None:
    """Return the first line of the page that is a byline and nothing else."""
    positions, layout = HeadlineLayout.on(tree, _TAGS)
    found: dict[str, tuple[str, ...]] = {}
    for line, at in positions.items():
        start = _start(line)
        if not start or len(start) > _MAX_CHARACTERS or len(line) > _MAX_INSIDE or line.tag == "h1":
            continue
        kind, names = _names_in(line, start, partial(layout.is_near, at), found)
        if not names or layout.is_elsewhere(line, at, labelled=kind == "label"):
            continue
        found[kind] = names
        if kind == "label":
            break
    if "label" not in found and (names := _next_to_portrait(tree, positions, layout)):
        found["portrait"] = names
    kinds = ("label", "line", "portrait", "bold")
    return next((Byline(found[kind], False, "html") for kind in kinds if kind in found), None)


def _next_to_portrait(tree: Tree, positions: Mapping[Tree, int], layout: HeadlineLayout) -> tuple[str, ...]:
    """Return the name next to a picture near the headline whose alternative text is the same name."""
    for picture in islice(tree.iter("img"), _MAX_PORTRAITS):
        name = _portrayed(picture.get("alt", ""))
        if not 2 <= len(name.split()) <= _PORTRAYED_WORDS or not is_person(name):
            continue
        for around in islice(picture.iterancestors(), _ABOVE_PORTRAIT):
            line = next((one for one in around.iter(_NAME_TAGS) if squeeze(one.text) == name), None)
            if line is not None:
                at = positions[line]
                return (
                    _all_people(name)
                    if layout.is_right_below(at) and not layout.is_elsewhere(line, at)
                    else ()
                )
    return ()


def _portrayed(text: str) -> str:
    """Return the name in the alternative text of a portrait: 'Headshot of Jo Park'."""
    text = squeeze(text)
    for word in _PORTRAIT:
        if text.casefold().startswith(f"{word} "):
            text = text[len(word) :].strip()
        if text.casefold().endswith(word):
            text = text[: -len(word)].strip()
    return text


def _names_in(
    line: Tree, start: str, is_near: Callable[[], bool], known_kinds: Container[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the kind of a line that begins with `start`, and its names; known kinds are skipped."""
    if _LABEL_START.match(start) and (names := _labelled(line)):
        return "label", names
    if "line" not in known_kinds and _may_be_set_off(start) and is_near() and (names := _set_off(line)):
        return "line", names
    return "bold", () if "bold" in known_kinds else _alone_in_bold(line)


def _may_be_set_off(start: str) -> bool:
    """A fast test: whether there is a digit or, among the first words, one for 'by'."""
    if _DIGIT.search(start) or start[0] in _BY_LETTERS:
        return True
    return not _BY_WORDS.isdisjoint(start.lower().split(maxsplit=4)[:4])


def _labelled(line: Tree) -> tuple[str, ...]:
    text = printed_text(line)
    if len(text) <= _LONGEST_LABEL and _LABEL_ALONE.fullmatch(text):
        follows = line.getnext()
        return () if follows is None else _all_people(printed_text(follows))
    text = text.replace(" | ", " ", 1)
    return _all_people(text) if _LABEL.match(text) else ()


def _start(line: Tree) -> str:
    """Return the first words of an element: its own, or those of its first child."""
    own: str = (line.text or "").strip()
    return own or ((line[0].text or "").strip() if len(line) else "")


def _set_off(line: Tree) -> tuple[str, ...]:
    """Return the names after 'By', or next to a date and separated from it."""
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
    return names if len(rest) <= _MAX_OTHER_WORDS else _before_role(text)


def _before_role(text: str) -> tuple[str, ...]:
    """Return the name in 'By Jo Park, member of the committee for roads': a role of any length follows."""
    line, comma, _ = text.partition(",")
    names = _all_people(line) if comma and begins_with_by(line) else ()
    return names if len(names) == 1 and key(line).endswith(key(names[0])) else ()


def _alone_in_bold(line: Tree) -> tuple[str, ...]:
    """Return the names of a paragraph that is only a name in bold or italics, at the edge of the text."""
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
    if len(before) + len(after) < _MIN_AROUND:
        return False
    return not after or (len(before) < _MIN_AROUND and not any(map(_is_running_text, before)))


def _texts(paragraphs: Iterator[Tree]) -> list[str]:
    return [text for paragraph in islice(paragraphs, _MAX_SIBLINGS) if (text := printed_text(paragraph))]


def _is_running_text(text: str) -> bool:
    return len(text) >= _STANDFIRST or text.endswith((".", "!", "?", ".”", "。", "।"))


def _all_people(text: str) -> tuple[str, ...]:
    if len(text) > _MAX_CHARACTERS:
        return ()
    names = clean_names([text])
    return names if names and all(map(is_person, names)) else ()
