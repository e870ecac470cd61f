"""Text that was UTF-8, read as windows-1252 and written as UTF-8 once more, made whole where that is sure.

`don’t` stands in such a page as `donâ€™t`, `Brücke` as `BrÃ¼cke`, `мост` as `Ð¼Ð¾ÑÑ‚`. A page may be wrong as
a whole or in pieces (a menu from another database). A piece is only mended if it is of a kind that no
language writes, and there are several.
"""

import re

_SIGN = re.compile(rb"\xc3(?:[\x83\x90\x91\x98\x99\xa3]\xc2|\x83\xc5|\xa2\xe2\x82)")
"""The beginnings, as UTF-8, of Ã¼, Ð¼, Ø§, ã., Ãœ and â€™: what a page is looked through for first."""
_AS_1252 = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100)]
_BACK = {char: byte for byte, char in enumerate(_AS_1252)}
_TAIL = f"[{re.escape(''.join(_AS_1252[0x80:0xC0]))}]"
_PIECE = re.compile(
    f"Ã{_TAIL}|â€{_TAIL}|(?:[ÐÑ]{_TAIL}){{2,}}|(?:[ØÙÚÛ]{_TAIL}){{2,}}|(?:[ã-é]{_TAIL}{{2}}){{2,}}"
)
_ENOUGH = 6
"""Characters in pieces: three letters, or two quotation marks."""


def mended(body: bytes) -> bytes:
    """UTF-8 with what was encoded twice made whole; `body` itself where nothing was."""
    if not _SIGN.search(body):
        return body
    text = body.decode()
    if sum(map(len, _PIECE.findall(text))) < _ENOUGH:
        return body
    whole = _once(text)
    return (_PIECE.sub(lambda piece: _once(piece[0]), text) if whole == text else whole).encode()


def _once(text: str) -> str:
    """Text with one of its two encodings taken off; as it is where that gives no text."""
    try:
        return bytes(_BACK[char] for char in text).decode()
    except (KeyError, UnicodeDecodeError):
        return text
