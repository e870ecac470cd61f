"""Percent-encode the parts of a URL in one way (RFC 3986, 6.2.2.1 and 6.2.2.2; RFC 3987, 5.3.2.2)."""

import re
from unicodedata import normalize
from urllib.parse import quote, unquote_to_bytes

# RFC 3986, 2.2 and 2.3: characters that are never escaped, and delimiters that are left as written.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DELIMITERS = "!$&'()*+,;=:@/?"

# A run of escapes; an escape, or a word between delimiters; an escape, or any other reserved character.
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPE_OR_WORD = re.compile(r"%[0-9A-F]{2}|[^%/?#&=;+]+")
_ESCAPE_OR_OTHER = re.compile(r"%[0-9A-F]{2}|[^A-Za-z0-9._~-]")


def encode(text: str, free: frozenset[str]) -> str:
    """Return the normal spelling of a part of a URL, in ASCII. Idempotent.

    Escapes are in upper case. Unreserved characters and those of `free` (delimiters that mean the same
    escaped or raw in this part) are never escaped; other delimiters stay escaped or raw. All else is escaped,
    also a stray percent sign and a blank. A letter with an accent is one character (NFC).
    """
    readable = _ESCAPES.sub(lambda match: _unescaped(match[0], free), text)
    if not readable.isascii():
        # Between delimiters, because "=" and a combining stroke would become one letter.
        readable = _ESCAPE_OR_WORD.sub(lambda match: normalize("NFC", match[0]), readable)
    return _ESCAPE_OR_OTHER.sub(_escaped, readable)


def _unescaped(escapes: str, free: frozenset[str]) -> str:
    """Decode unreserved, `free` and UTF-8 characters in a run of escapes; write the rest in upper case."""
    octets = unquote_to_bytes(escapes)
    try:
        characters, letters_from = octets.decode(), "\x80"
    except UnicodeDecodeError:
        # In an older charset: each octet by itself.
        characters, letters_from = octets.decode("latin-1"), "\u0100"
    return "".join(
        one if one in _UNRESERVED or one in free or one >= letters_from else f"%{ord(one):02X}"
        for one in characters
    )


def _escaped(match: re.Match[str]) -> str:
    return match[0] if len(match[0]) == 3 else quote(match[0], safe=_DELIMITERS, errors="surrogatepass")
