"""One percent-encoding for a part of a URL (RFC 3986, 6.2.2.1 and 6.2.2.2)."""

import re
from urllib.parse import quote

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DELIMITERS = "!$&'()*+,;=:@/?"
_PIECES = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~-]")


def encode(text: str, free: frozenset[str]) -> str:
    """`text` in ASCII and in its one spelling. Idempotent.

    Escapes are in upper case. Unreserved characters and those of `free` (delimiters that mean the same
    escaped or raw in this part) are never escaped; other delimiters stay as they are written. All else is
    escaped, a stray percent sign and a blank too.
    """
    return _PIECES.sub(lambda match: _piece(match[0], free), text)


def _piece(piece: str, free: frozenset[str]) -> str:
    if len(piece) == 3:
        character = chr(int(piece[1:], 16))
        return character if character in free or character in _UNRESERVED else piece.upper()
    return quote(piece, safe=_DELIMITERS, errors="surrogatepass")
