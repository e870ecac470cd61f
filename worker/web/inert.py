"""Foreign text on a page: it stays within itself, however it turns the direction of writing."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufeff\ufff9-\ufffb]")
"""C0 and C1 controls, and the overrides, by which a text reads otherwise than it is (Unicode, UAX 9)."""

_OPENING = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
_ISOLATE_ENDS = "\u2069"
_TURNS = re.compile("[\u202a-\u202c\u2066-\u2069]")


def inert(text: str) -> str:
    """`text` without control characters and overrides; embeddings and isolates end where it ends.

    Those that Arabic and Hebrew need stay as they are.
    """
    text = _CONTROLS.sub("", text) if not text.isascii() or not text.isprintable() else text
    return text + "".join(reversed(_left_open(text))) if _TURNS.search(text) else text


def _left_open(text: str) -> list[str]:
    """The ends that are missing, outermost first."""
    ends: list[str] = []
    for turn in _TURNS.finditer(text):
        if turn[0] in _OPENING:
            ends.append(_OPENING[turn[0]])
        elif ends and turn[0] == ends[-1]:
            ends.pop()
        elif turn[0] == _ISOLATE_ENDS in ends:
            # It ends the embeddings that are open inside of the isolate, too (UAX 9, X6a).
            while ends.pop() != _ISOLATE_ENDS:
                pass
    return ends
