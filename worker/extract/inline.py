"""Text of an element as the page shows it: the rules that all readers of text share.

Not shown are scripts and fields of forms, the readings of ruby, text for screen readers alone, the marks of
footnotes and the signs that link to a heading. A number raised above another stays raised: 10⁶ is not 106.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from worker.extract.words import squeeze
from worker.text.html import Tree

Leave: TypeAlias = Callable[[Tree], bool]

# Elements that never show text or are laid out as blocks, by the HTML standard, section 15.3, and AMP.
_NO_TEXT = """
script style svg iframe noscript template link meta head canvas map video audio object embed select input img
textarea dialog menu math option datalist progress meter picture source amp-img amp-ad button rt rp rtc
"""
_BLOCKS = """
div p section article main header footer nav aside ul ol li dl dt dd table tbody thead tfoot tr td th
blockquote pre h1 h2 h3 h4 h5 h6 figure figcaption form fieldset hr address details summary center body html
caption legend hgroup search
"""
NEVER_TEXT = frozenset(_NO_TEXT.split())
"""Elements without text of the article; the walk of `segments` makes exceptions of some."""
BOXES = frozenset(_BLOCKS.split())
"""Elements that are laid out as blocks."""
LABELS = frozenset(("h2", "h3", "h4", "h5", "h6", "summary", "dt"))
"""Elements whose buttons have text: they unfold what follows."""
_NEVER_IN_LABELS = NEVER_TEXT - {"button"}
"""Elements without text within `LABELS`."""

_UNSEEN = re.compile(
    r"(?<![\w:-])(?:sr-only|visually-?hidden|u-visually-hidden|is-visually-hidden|hidden-visually"
    r"|screen-?reader(?:-text|-only|s-only)?|show-for-sr|element-invisible|assistive-text|a11y-(?:hidden|text)"
    r"|material-(?:icons|symbols)[\w-]*)(?![\w-])",
    re.IGNORECASE,
)
"""Classes of text for screen readers alone (Bootstrap, Tailwind, WordPress, Foundation, Drupal), and of fonts
whose words are drawn as icons."""
_GUTTER = re.compile(r"line-?_?(?:no|num)|gutter|(?<![a-z])lnt?(?![a-z])", re.IGNORECASE)
"""Names of the line numbers of code (Pygments, Prism, GitHub, Chroma)."""
# Superscripts: the characters that Unicode has raised, and texts that consist of them.
_RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_MAX_RAISED = 8  # characters of a number that is raised; a guess
_IS_RAISED = re.compile(r"(?=\D*\d)[\d+\-−=()]+", re.ASCII)
"""Digits, with signs and brackets."""
# Marks of footnotes, and addresses of notes as content systems and word processors write them.
_NOTE_MARK = re.compile(r"\[\s*\w{1,5}\s*\]|\(\s*\d{1,3}\s*\)|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3}")
_NOTE_NUMBER = re.compile(r"\d{1,3}")
_NOTE_ADDRESS = re.compile(
    r"#[\W_]{0,8}(?:ftn|fn|foot|end|cite|note|ref|sdfoot)|#\w{0,40}note", re.IGNORECASE
)
_SIGN = 3  # characters of a sign that links to a heading; a guess


@lru_cache(4096)
def is_unseen_class(names: str) -> bool:
    """Whether a class says that an inline element is not seen."""
    return _UNSEEN.search(names) is not None and "not-sr-only" not in names


def is_sign(text: str, href: str) -> bool:
    """Whether the text of a link is the sign of a place on the page (#, ¶, ↩) or the mark of a footnote."""
    if "#" not in href:
        return False
    if len(text) <= _SIGN and not any(map(str.isalnum, text)):
        return True
    is_note = _NOTE_ADDRESS.search(href) is not None
    if is_note and _NOTE_NUMBER.fullmatch(text):
        return True
    return (is_note or href[0] == "#") and _NOTE_MARK.fullmatch(text) is not None


def is_note_mark(superscript: Tree) -> bool:
    """Whether a superscript leads to a footnote: it holds a link to a place on the page."""
    return any((link.get("href") or "")[:1] == "#" for link in superscript.iter("a"))


def raised(text: str, before: str) -> str:
    """Return superscript `text` as it follows `before`: behind a number in superscript characters."""
    number = text.strip()
    follows = before[-1:].isdigit() or before[-1:] == ")"
    is_raised = follows and len(number) <= _MAX_RAISED and _IS_RAISED.fullmatch(number) is not None
    return number.translate(_RAISED) if is_raised else text


def initial_of(picture: Tree) -> str:
    """Return the letter that a picture shows at the beginning of a text; '' for other pictures."""
    letter = picture.get("alt", "")
    return letter if len(letter) == 1 and letter.isupper() and (picture.tail or "").strip() else ""


def shown_text(element: Tree, leave: Leave | None = None) -> str:
    """Return the text that an element shows, on one line, without the elements inside that are to `leave`."""
    return squeeze(_shown(element, " ", leave) if len(element) else element.text)


def code_of(element: Tree) -> str:
    """Return the text of <pre> with its lines, without their numbers; '' if there is nothing else."""
    text = _shown(element, "\n", _is_gutter).strip("\n")
    return text if any(map(str.isalpha, text)) else ""


def _shown(element: Tree, gap: str, leave: Leave | None = None) -> str:
    """Return the text of an element, with `gap` for line breaks and between blocks."""
    never = _NEVER_IN_LABELS if element.tag in LABELS else NEVER_TEXT
    parts = [element.text or ""]
    around = [(element, iter(element), 0)]
    while around:
        one, children, start = around[-1]
        child = next(children, None)
        if child is None:
            around.pop()
            if around:
                _end(one, parts, start, gap)
        elif child.tag in never or _is_unseen(child) or (leave is not None and leave(child)):
            if text := (initial_of(child) if child.tag == "img" else "") + (child.tail or ""):
                parts.append(text)
        else:
            if child.tag in BOXES:
                _break(parts, gap)
            around.append((child, iter(child), len(parts)))
            if child.text:
                parts.append(child.text)
    return "".join(parts)


def _end(element: Tree, parts: list[str], start: int, gap: str) -> None:
    """Finish an element whose text is in `parts` from `start` on."""
    tag = element.tag
    if tag == "br":
        parts.append(gap)
    elif tag in BOXES:
        _break(parts, gap)
    elif tag == "sup":
        before, text = "".join(parts[max(0, start - 2) : start]), "".join(parts[start:])
        parts[start:] = [] if is_note_mark(element) else [raised(text, before)]
    elif tag == "a" and is_sign("".join(parts[start:]).strip(), element.get("href") or ""):
        parts[start:] = []
    if element.tail:
        parts.append(element.tail)


def _break(parts: list[str], gap: str) -> None:
    """Add a gap, unless the last part ends with one."""
    if not parts or not parts[-1].endswith(gap):
        parts.append(gap)


def _is_unseen(element: Tree) -> bool:
    names = element.get("class")
    return not isinstance(element.tag, str) or (bool(names) and is_unseen_class(names))


def _is_gutter(element: Tree) -> bool:
    """Whether it is the number of a line of code, or the column of them."""
    names = element.get("class")
    return (
        bool(names) and _GUTTER.search(names) is not None and not any(map(str.isalpha, shown_text(element)))
    )
