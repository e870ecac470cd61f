"""Bytes of a feed or a page to UTF-8, whatever they are in.

In this order: a byte order mark; the zeros of UTF-16 and UTF-32; UTF-8, if all of the body is; UTF-8 with a
few stray bytes; the encoding that the header names, then the document's own; the one usual for the page's
language; what the bytes look like; windows-1252.

UTF-8 comes before the declarations because text that decodes as UTF-8 and is not ASCII is UTF-8 in all but
freak cases, while declarations are often wrong. Of the legacy encodings the first wins whose text can be one.
Latin-1 gives way to the others where the document knows better: it is what servers say by default.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

import webencodings
from charset_normalizer import from_bytes

_UNICODE = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
)
"""Byte order marks, UTF-32's before UTF-16's, which begin alike; then UTF-32 by how its `<` is spelled."""
_UTF_16 = re.compile(rb"(\s*(?:<|\w)\0(?:[^\0]\0){8})|(?:\0[^\0]){8}")
"""Nine or eight characters of ASCII, in UTF-16 without a mark; the first group is little-endian."""

# Declarations: in the header, in XML, in HTML; with the page's language, which hints at the encoding.
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*+=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^<>]*>")

_HEAD = 65536
"""Bytes in which declarations are looked for: pages have scripts before them (browsers read 1,024 bytes)."""
_SAMPLE = 16384
"""Bytes that are compared with the statistics of languages, which takes most of the time here. A guess."""
_SHORT = 200
"""Bytes of text without which the markup is judged, too."""
_BEGINNING = 2048
"""A body that is UTF-8 up to its last character and longer than this was cut off, not written otherwise."""

# Bytes that do not belong to UTF-8, as `surrogateescape` shows them. In words and between them they are from
# windows-1252; the beginning of a character that was cut off (its first byte is an accented capital there,
# which does not follow a small letter) is lost.
_BROKEN = re.compile("[\udc80-\udcff]+")
_CUT_OFF = re.compile("[\udce0-\udcf4][\udc80-\udcbf]+|(?<=[^\\W\\dA-Z_])[\udcc0-\udcde](?![a-z])")
_WHOLE_TO_BROKEN = 4
"""Whole characters for each broken one that make text UTF-8. Legacy text has hardly any that are whole."""

_SUPERSETS = {
    "x-user-defined": "cp1252",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
}
"""Encodings of the WHATWG Encoding Standard for which Python's codec of that name knows fewer characters."""
_PYTHON_ONLY = {"latin-1": "cp1252", "cp932": "cp932", "cp949": "cp949", "big5hkscs": "big5hkscs"}
"""Names in documents that Python wrote, which the standard does not list."""

# Codecs by their alphabets, by Python's names; how text in them is judged differs.
_WESTERN = "cp1252"
_WIDE = frozenset(("cp932", "cp949", "gb18030", "big5hkscs", "euc_jp"))
_CYRILLIC_TO_THAI = """
cp1251 cp1253 cp1255 cp1256 cp874 cp866 koi8-r koi8-u mac-cyrillic iso8859-5 iso8859-6 iso8859-7 iso8859-8
"""
_NOT_LATIN = frozenset(_CYRILLIC_TO_THAI.split())
_CANDIDATES = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "iso8859_2", "iso8859_5", "iso8859_7", "cp932", "euc_jp", "cp949", "gb18030", "big5hkscs"),
]
"""What is guessed from the bytes: the legacy encodings that the web was written in."""
# By language, the legacy encodings of its pages; first the fallback of browsers (HTML Standard, 13.2.3.2).
_LANGUAGES = """
cp1251 koi8-r: ru be
cp1251 koi8-u: uk
cp1251: bg mk sr kk mn ky tt
cp1250 iso8859-2: pl cs sk hu sl hr ro bs
cp1253: el
cp1254: tr az ku
cp1255: he iw
cp1256: ar fa ur
cp1257: et lt lv
cp874: th
cp932 euc_jp: ja
cp949: ko
big5hkscs: zh-tw zh-hk zh-mo zh-hant
gb18030: zh
"""
_USUAL = {
    language: tuple(names.split())
    for names, _, languages in (line.partition(": ") for line in _LANGUAGES.strip().splitlines())
    for language in languages.split()
}

# What tells text from bytes that were decoded wrongly.
_ACCENTED_RUN = re.compile("[\x80-\u024f\u2010-\u2122]{4,}")
_SIGN_IN_A_WORD = re.compile("(?<=[^\\W_])[¡-©¬®-´¶-¹¼-¿×÷˘˛˝](?=[^\\W\\d_])")
_CAPITALS = re.compile("[А-ЯЁ]")
_UPSIDE_DOWN = re.compile("[а-яё][А-ЯЁ]")
_LETTERS = re.compile("[\u0370-\u05ff\u0600-\u06ff\u0e00-\u0e7f]")
_RARE_WIDE = re.compile("[\x80-\u00ff\u0370-\u0600\ue000-\uf8ff\uff61-\uff9f]")
_FULLWIDTH = re.compile("[\u1100-\ud7ff\uf900-\ufaff]")
# Shares of the characters outside of ASCII that real text keeps to; guesses that the tests' sixteen
# languages and the corpus bear out.
_FEW_BROKEN = 0.02
_FEW_RARE = 0.2
_FEW_ODD = 0.06

_ESCAPE = b"\x1b"
"""Begins a shift to Japanese in ISO-2022-JP, the one encoding of pages that looks like ASCII and is not."""

# Families of Python's codecs in which a byte of ASCII markup is that markup, and nothing else is.
_FAMILIES = """
ascii utf-8 iso8859 cp125 cp437 cp850 cp852 cp866 cp874 koi8 mac tis euc gb2312 gbk gb18030 big5 shift_jis
cp932 cp949 cp950 johab
"""
_TRANSPARENT = tuple(_FAMILIES.split())
_EBCDIC = b"\x4c\x6f\xa7\x94"
"""`<?xm` in EBCDIC (XML 1.0, appendix F)."""


def to_utf8(body: bytes, content_type: str | None = None, *, xml: bool = False) -> bytes:
    """Return `body` in UTF-8, itself if it is that; undecodable bytes become U+FFFD. Never fails.

    `xml`: only an XML declaration can say what a feed is in, for its items may quote pages.
    """
    if codec := _unicode_codec(body):
        return _decoded(body, codec)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3 and error.start > _BEGINNING:
            return _decoded(body, "utf-8")  # cut off in the middle of a character
        return _mostly_utf8(body) or _legacy(body, _declared(body, content_type, xml))
    if _ESCAPE in body and "iso2022_jp" in _declared(body, content_type, xml):
        return _decoded(body, "iso2022_jp")
    return body


def codec_of(label: str) -> str | None:
    """Return the Python codec that a label means on the web; None if browsers do not know the label.

    Python's own lookup is not used: it knows codecs of other things than text (idna, unicode_escape), one
    that no browser reads (utf-7), and misses half of the labels.
    """
    label = label.strip().strip("\"'").lower()
    found = webencodings.lookup(label)
    if found is None or found.name == "replacement":
        return _PYTHON_ONLY.get(label)
    return _SUPERSETS.get(found.name) or codecs.lookup(found.codec_info.name).name


def opaque_codecs(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Return the codecs, stated or declared, in which markup can hide from a search in the bytes.

    They are UTF-7 and HZ, EBCDIC, the escapes of Python's own codecs, ISO-2022 with its shifts.
    """
    header, own = _CHARSET.search(content_type or ""), _XML_DECLARATION.match(body)
    names = (header[1] if header else "", own[1].decode("ascii", "replace") if own else "")
    found = [codec for name in names if name and (codec := _opaque(name.lower()))]
    if body.lstrip(b"\x40\x25").startswith(_EBCDIC):
        found.append("cp037")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def _opaque(name: str) -> str | None:
    """Return Python's codec of this name if it is opaque."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
        b"".decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if codec.startswith(_TRANSPARENT) else codec


def _unicode_codec(body: bytes) -> str | None:
    if found := next((codec for start, codec in _UNICODE if body.startswith(start)), None):
        return found
    match = _UTF_16.match(body, 0, 64)
    return ("utf-16-le" if match[1] else "utf-16-be") if match else None


def _decoded(body: bytes, codec: str) -> bytes:
    return body.decode(codec, "replace").encode("utf-8", "replace")


def _mostly_utf8(body: bytes) -> bytes | None:
    text = body.decode("utf-8", "surrogateescape")
    broken = sum(map(len, _BROKEN.findall(text)))
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if whole < broken * _WHOLE_TO_BROKEN:
        return None
    return _BROKEN.sub(_western, _CUT_OFF.sub("\ufffd", text)).encode()


def _western(broken: re.Match[str]) -> str:
    return broken[0].encode(errors="surrogateescape").decode(_WESTERN, "replace")


def _declared(body: bytes, content_type: str | None, xml: bool) -> list[str]:
    """Return the codecs that the header and the document name, in that order."""
    header = _CHARSET.search(content_type or "")
    own = _XML_DECLARATION.match(body) or (None if xml else _META.search(body, 0, _HEAD))
    names = (header[1] if header else "", own[1].decode("ascii", "replace") if own else "")
    return [codec for name in names if (codec := codec_of(name))]


def _legacy(body: bytes, declared: list[str]) -> bytes:
    """Decode by the first encoding that gives text, else by the declared one, else by windows-1252."""
    shown = b" ".join(_MARKUP.sub(b" ", body[:_HEAD]).split())
    sample = shown if len(shown) > _SHORT and not shown.isascii() else body
    declared = [codec for codec in declared if codec != "utf-8"]
    for codec in _in_turn(body, sample, declared):
        if _is_plausible(sample.decode(codec, "replace"), codec):
            return _decoded(body, codec)
    return _decoded(body, next(iter(declared), _WESTERN))


def _in_turn(body: bytes, sample: bytes, declared: list[str]) -> Iterator[str]:
    """Yield what was declared, what is usual for the language, what the bytes look like.

    Statistics tell Cyrillic from Hebrew, but not Portuguese in windows-1252 from Hungarian in windows-1250:
    of Latin alphabets the western one is the likeliest.
    """
    language = _LANGUAGE.search(body, 0, _HEAD)
    yield from (codec for codec in declared if codec != _WESTERN)
    yield from _usual(language[1].decode("ascii")) if language else ()
    if _WESTERN in declared:
        yield _WESTERN
    if best := from_bytes(sample[:_SAMPLE], steps=3, cp_isolation=_CANDIDATES).best():
        codec = codecs.lookup(best.encoding).name
        if codec in _NOT_LATIN or codec in _WIDE:
            yield codec
    yield _WESTERN


def _usual(language: str) -> tuple[str, ...]:
    parts = language.strip().lower().replace("_", "-").split("-")
    return _USUAL.get("-".join(parts[:2])) or _USUAL.get(parts[0], ())


def _is_plausible(text: str, codec: str) -> bool:
    """Whether text decoded by `codec` can be text: few broken characters, and letters in a natural order.

    Accented Latin letters do not come in runs, nor signs inside of words; Cyrillic capitals are fewer than
    small letters and do not follow them; text in a wide encoding is mostly of its script.
    """
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") > beyond * _FEW_BROKEN:
        return False
    if codec in _WIDE:
        return len(_RARE_WIDE.findall(text)) <= _FEW_RARE * beyond <= 2 * len(_FULLWIDTH.findall(text))
    if codec in _NOT_LATIN:
        letters, capitals = len(_LETTERS.findall(text)), len(_CAPITALS.findall(text))
        upside_down = len(_UPSIDE_DOWN.findall(text))
        return letters >= max(beyond, 3 * capitals) / 2 and upside_down <= letters * _FEW_BROKEN
    odd = sum(map(len, _ACCENTED_RUN.findall(text))) + len(_SIGN_IN_A_WORD.findall(text))
    return odd <= beyond * _FEW_ODD
