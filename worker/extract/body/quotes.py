"""Who is quoted, as pages print it: in a <cite>, <footer> or <figcaption>, or behind a dash.

The name stands at the end of the quote's own run, or in the runs right behind it; those are then no text.
"""

import re
from collections.abc import Iterator, Sequence

from worker.extract.body.marks import MEANINGS
from worker.extract.body.segments import Box, Segment

_BEHIND_DASH = re.compile(r"^(?P<said>.{20,}[.!?…»”\"'’」])\s*[—–―]\s*(?P<who>[^.!?…]{3,80})$", re.DOTALL)
_DASH = re.compile(r"^[—–―‒-]+\s*(?=\w)")
_AROUND_NAME = " \t,;:—–―‒-"
_SENTENCE_END = (".", "!", "?", "…", "。", "”", "»", '"')
_NAMED = re.compile(
    r"attribution|speaker|author|autor|auteur|(?<![a-z])(?:cite|source|quelle)(?![a-z])", re.IGNORECASE
)
_SOURCE_TAGS = frozenset(("footer", "figcaption", "cite"))
_QUOTE_MARK = 1 << list(MEANINGS).index("quote")
_BYLINE_MARK = 1 << list(MEANINGS).index("byline")
_MAX_NAME = 120
_MIN_SAID = 12
_MAX_MARKED = 600
_NEAR = 4


def is_quote(run: Segment) -> bool:
    """Whether a run stands in a <blockquote>, or in a small box that is called a quote."""
    return run.kind == "quote" or (run.kind == "paragraph" and _quote_box(run) is not None)


def split_name(run: Segment) -> tuple[str, str | None]:
    """The words of a quote, and who said them if its own run tells."""
    text = run.text
    if run.cited is not None and len(said := text[: run.cited].rstrip(_AROUND_NAME)) >= _MIN_SAID:
        return said, text[run.cited :].strip(_AROUND_NAME) or None
    if match := _BEHIND_DASH.match(text):
        return match["said"], match["who"].strip(_AROUND_NAME)
    return text, None


def names_behind(runs: Sequence[Segment]) -> dict[int, int]:
    """The runs that say who is quoted in a run before them: number of theirs to number of that."""
    found: dict[int, int] = {}
    quote: tuple[int, Box] | None = None
    for number, run in enumerate(runs):
        if quote and len(run.text) <= _MAX_NAME and _is_name(run, quote[1]):
            found[number] = quote[0]
        elif run.kind in ("quote", "paragraph") and (box := _quote_box(run)) and not _DASH.match(run.text):
            quote = number, box
        else:
            quote = None
    return found


def name(text: str) -> str:
    """A name without the dash before it."""
    return text.strip(_AROUND_NAME)


def _is_name(run: Segment, quote: Box) -> bool:
    """Whether a run behind what was said in `quote` is a name by its elements, or by a dash."""
    around = quote.parent
    called = run.cited == 0 or bool(run.marks & _BYLINE_MARK)
    for box in _around(run.box):
        if box is quote or box is around:
            break
        called = called or box.tag in _SOURCE_TAGS or _NAMED.search(box.names) is not None
    else:
        return False
    if _DASH.match(run.text):
        return not run.text.endswith(_SENTENCE_END)
    return called and (box is quote or run.cited == 0 or box.texts <= _MAX_MARKED)


def _quote_box(run: Segment) -> Box | None:
    """The outermost box near by that is a quote. A paragraph's class may only say that it begins with one."""
    found = None
    for box in _around(run.box):
        is_marked = box.marks & _QUOTE_MARK and box.tag != "p" and box.texts <= _MAX_MARKED
        if is_marked or box.tag == "blockquote":
            found = box
    return found


def _around(box: Box | None) -> Iterator[Box]:
    for _ in range(_NEAR):
        if box is None:
            return
        yield box
        box = box.parent
