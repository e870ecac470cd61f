"""Make foreign text safe to print on a terminal.

Without control characters a text cannot move the cursor, colour what follows, rename the window, write to the
clipboard (OSC 52), or make a link whose target differs from its text (OSC 8).
"""

import re

CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
"""C0 and C1 controls, invisible characters, those that change the direction, and lone surrogates."""

_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_MARK}]{{3}})[{_MARK}]+")
"""Stacked combining marks, which would cover other lines; no script needs more than three."""


def clean(value: object) -> str:
    """Return `value` as one line without control characters; an empty string for None."""
    return "" if value is None else _PILE.sub(r"\1", CONTROL.sub(" ", str(value))).strip()


def clean_lines(text: str) -> str:
    """Return the lines of `text`, each without control characters."""
    return "\n".join(_PILE.sub(r"\1", CONTROL.sub(" ", line)).rstrip() for line in text.split("\n"))
