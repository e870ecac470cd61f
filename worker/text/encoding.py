"""Which encoding a document is in, where what is declared does not say it."""

import codecs
import re
import unicodedata
from functools import lru_cache

from charset_normalizer import from_bytes

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""", re.I)
_UTF_8 = b"\xef\xbb\xbf"
_WIDE = (
    *((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")),
    *((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")),
)
# Without a mark, by how the first `<` is spelled (XML 1.0, appendix F).
_UNMARKED = (
    *((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be")),
    *((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")),
)
_STATED = re.compile(r"(?<=<\?xml)([^>]*?)\s+encoding\s*=\s*([\"'])[\w.:-]*\2")
_SERVER_DEFAULTS = frozenset(("iso-8859-1", "us-ascii", "ascii", "latin1", "windows-1252"))
# Families of codecs in which a byte of ASCII markup is that markup, and nothing else is.
_TRANSPARENT = (
    *(
        "ascii",
        "utf-8",
        "iso8859",
        "cp125",
        "cp437",
        "cp850",
        "cp852",
        "cp866",
        "cp874",
        "koi8",
        "mac",
        "tis",
    ),
    *("euc", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "cp949", "cp950", "johab"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"
_SAMPLE = 64 * 1024
_ENOUGH = 8
_UTF_8_NAMES = frozenset(("utf-8", "utf8", ""))
_BROKEN = re.compile("[\udc80-\udcff]+")
_WHOLE_TO_BROKEN = 4


def charset_to_impose(body: bytes, content_type: str | None) -> str | None:
    """The charset to impose on `body`; None where its own BOM or declaration is to be believed.

    A BOM wins over the transport, the transport over the declaration (RFC 7303, section 3); but many servers
    send Latin-1 for every file, so text that is valid UTF-8 and says so is UTF-8.
    """
    wide = next((name for mark, name in _WIDE if body.startswith(mark)), None)
    if wide or body.startswith(_UTF_8) or b"\0" in body[:4]:
        return wide
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


def opaque_codecs(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """The codecs, stated or declared, in which bytes that are no markup in ASCII can be markup.

    UTF-7 and HZ, EBCDIC, the escapes of Python's own codecs, ISO-2022 with its shifts between the letters:
    whoever looks for a tag in the bytes does not see it.
    """
    stated, declared = _CHARSET.search(content_type or ""), _DECLARED.search(body[:400])
    names = (stated[1] if stated else "", declared[1].decode("ascii", "replace") if declared else "")
    found = [codec for name in names if name and (codec := _opaque(name.lower()))]
    return tuple(
        dict.fromkeys([*found, *(["cp037"] if body.lstrip(b"\x40\x25").startswith(_EBCDIC) else [])])
    )


@lru_cache(maxsize=256)
def _opaque(name: str) -> str | None:
    """The codec of this name where it is a disguise; a name nobody knows is none, since nobody decodes it."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
        b"".decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if codec.startswith(_TRANSPARENT) else codec


def utf16_to_utf8(body: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, in which the rest of us reads; any other body as it is."""
    wide = next((codec for start, codec in (*_WIDE, *_UNMARKED) if body.startswith(start)), None)
    if wide is None:
        return body
    text = body.decode(wide, errors="replace").removeprefix("\ufeff")
    return _STATED.sub(r"\1", text, count=1).encode(errors="replace")


def mend_utf8(body: bytes, content_type: str | None) -> bytes:
    """UTF-8 but for some bytes that came in from elsewhere, as UTF-8; any other body as it is.

    Without this a single such byte turns all other letters into windows-1252. That is what the bytes
    themselves are taken for. Text in a legacy encoding has hardly any letters that are whole in UTF-8.
    """
    if _is_utf8(body):
        return body
    said = _said(body, content_type)
    if said not in _UTF_8_NAMES:
        return body
    text = body.decode(errors="surrogateescape")
    broken = sum(map(len, _BROKEN.findall(text)))
    letters = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    if letters < broken * (1 if said else _WHOLE_TO_BROKEN):
        return body
    return _BROKEN.sub(_western, text).encode()


def _said(body: bytes, content_type: str | None) -> str:
    """The name of the encoding, the transport's before the document's; "" for none."""
    stated, declared = _CHARSET.search(content_type or ""), _DECLARED.search(body[:400])
    own = declared[1].decode("ascii", "replace").lower() if declared else ""
    name = stated[1].lower() if stated else own
    return own if name in _SERVER_DEFAULTS and own in _UTF_8_NAMES else name


def _western(found: re.Match[str]) -> str:
    return found[0].encode(errors="surrogateescape").decode("cp1252", errors="replace")


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
