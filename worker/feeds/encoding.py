"""Which encoding a document is in, where what is declared does not say it."""

import re
import unicodedata

from charset_normalizer import from_bytes

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""", re.I)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_SERVER_DEFAULTS = frozenset(("iso-8859-1", "us-ascii", "ascii", "latin1", "windows-1252"))
_SAMPLE = 64 * 1024
_ENOUGH = 8


def charset(body: bytes, content_type: str | None) -> str | None:
    """The charset to impose on `body`; None where its own BOM or declaration is to be believed.

    A BOM wins over the transport, the transport over the declaration (RFC 7303, section 3); but many servers
    send Latin-1 for every file, so text that is valid UTF-8 and says so is UTF-8.
    """
    if body.startswith(_BOMS) or b"\0" in body[:4]:
        return None
    stated = _CHARSET.search(content_type or "")
    declared = _DECLARED.search(body[:400])
    if stated:
        wrong = (
            stated[1].lower() in _SERVER_DEFAULTS and declared and declared[1].lower() in (b"utf-8", b"utf8")
        )
        return None if wrong and _is_utf8(body) else stated[1]
    if declared or _is_utf8(body):
        return None
    return _guess(body)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guess(body: bytes) -> str | None:
    """The most likely legacy encoding, by the statistics of the text outside tags.

    Only where that gives another alphabet than the Latin one: statistics tell Cyrillic from Hebrew, but not
    Portuguese in windows-1252 from Hungarian in windows-1250, and of these the first is the likelier.
    """
    text = re.sub(rb"<[^>]*>", b" ", body)[:_SAMPLE]
    if sum(byte > 127 for byte in text) < _ENOUGH:
        return None
    best = from_bytes(text, steps=5, chunk_size=1024).best()
    return best.encoding if best and not _is_latin(str(best)) else None


def _is_latin(text: str) -> bool:
    foreign = [character for character in text if character > "\x7f" and character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in foreign)
    return latin * 2 >= len(foreign)
