"""Foreign text on a terminal: it is shown and cannot drive it.

Without control characters no text can move the cursor, colour what follows, name the window, put something
into the clipboard (OSC 52) or make a link that leads elsewhere than it says (OSC 8).
"""

import re

CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
"""C0 and C1 controls, invisible characters, those that turn the writing direction, and lone surrogates."""

_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_MARK}]{{3}})[{_MARK}]+")
"""Marks over marks, which reach into the lines above and below; no writing needs more than three."""


def clean(value: object) -> str:
    """`value` as one line without control characters; nothing for None."""
    return "" if value is None else _PILE.sub(r"\1", CONTROL.sub(" ", str(value))).strip()


def clean_lines(text: str) -> str:
    """`text` of several lines, each without control characters."""
    return "\n".join(_PILE.sub(r"\1", CONTROL.sub(" ", line)).rstrip() for line in text.split("\n"))
