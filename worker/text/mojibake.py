"""Repair text that was encoded twice: UTF-8 that was read as windows-1252 and written as UTF-8 again.

Such a page has `donâ€™t` for `don’t`, `BrÃ¼cke` for `Brücke`, `Ð¼Ð¾ÑÑ‚` for `мост`. The whole page may be
wrong, or pieces of it (a menu from another database). A piece is repaired only if no language writes its
letters so, and if there are several such pieces.
"""

import codecs
import re
from itertools import accumulate

_SIGN = re.compile(rb"\xc3(?:[\x83\x90\x91\x98\x99\xa3]\xc2|\x83\xc5|\xa2\xe2\x82)")
"""How Ã¼, Ð¼, Ø§, ã., Ãœ and â€™ begin in UTF-8; a page without any of them has nothing to repair."""
# Windows-1252 as browsers decode it: bytes without a character are the control characters of Latin-1.
_AS_1252 = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100)]
_BACK = codecs.charmap_build("".join(_AS_1252))
_TAIL = f"[{re.escape(''.join(_AS_1252[0x80:0xC0]))}]"
_PIECE = re.compile(
    f"Ã{_TAIL}|â€{_TAIL}|(?:[ÐÑ]{_TAIL}){{2,}}|(?:[ØÙÚÛ]{_TAIL}){{2,}}|(?:[ã-é]{_TAIL}{{2}}){{2,}}"
)
_ENOUGH = 6
"""Characters in such pieces that a repair needs: three letters, or two quotation marks. A guess."""


def without_mojibake(body: bytes) -> bytes:
    """Return `body` (UTF-8) with the text repaired that was encoded twice; `body` itself if there is none."""
    if not _SIGN.search(body):
        return body
    text = body.decode()
    if not _has_pieces(text):
        return body
    whole = _once(text)
    return (_PIECE.sub(lambda piece: _once(piece[0]), text) if whole == text else whole).encode()


def _has_pieces(text: str) -> bool:
    """Whether there are `_ENOUGH` characters in pieces that were encoded twice."""
    counts = accumulate(len(piece[0]) for piece in _PIECE.finditer(text))
    return any(count >= _ENOUGH for count in counts)


def _once(text: str) -> str:
    """Undo one of two encodings; `text` itself if the result is not UTF-8."""
    try:
        return codecs.charmap_encode(text, "strict", _BACK)[0].decode()
    except UnicodeError:
        return text
