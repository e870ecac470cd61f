"""Bytes to UTF-8: byte order mark, then a strict UTF-8 try, then what was declared, then detection.

UTF-8 is tried before the declaration because text that decodes as UTF-8 and is not ASCII is UTF-8 in all but
freak cases, while declarations are often wrong. A page that is UTF-8 but for some pieces pasted in from
elsewhere is UTF-8 too: it has many more whole characters than broken ones. What is left is in a legacy
encoding: the header's, the page's, the one usual for its language, or what the bytes look like. The first
of these wins whose text can be one; a header that says latin-1 gives way to a page that knows better, for it
is what servers say by default.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from worker.text.labels import codec_of, usual_codecs
from worker.text.mojibake import mended

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)", re.I
)
_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^<>]*>")
_UTF_16 = re.compile(rb"(\s*(?:<|\w)\0(?:[^\0]\0){8})|(?:\0[^\0]){8}")
_BROKEN = re.compile("[\udc80-\udcff]+")
_IN_A_WORD = re.compile("(?<=[a-z])[\udc80-\udcff](?=[a-z])", re.IGNORECASE)
_ESCAPE = b"\x1b"
_WESTERN = "cp1252"
_CANDIDATES = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "iso8859_2", "iso8859_5", "iso8859_7", "cp932", "euc_jp", "cp949", "gb18030", "big5hkscs"),
]
_NOT_LATIN = {"cp1251", "cp1253", "cp1255", "cp1256", "cp874", "cp866", "koi8-r", "koi8-u", "mac-cyrillic"}
_NOT_LATIN |= {"iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8"}
_WIDE = {"cp932", "cp949", "gb18030", "big5hkscs", "euc-jp", "utf-16-le", "utf-16-be"}
_ACCENTED_RUN = re.compile("[\x80-\u024f\u2010-\u2122]{4,}")
_UPSIDE_DOWN = re.compile("[а-яё][А-ЯЁ]")
_CAPITALS = re.compile("[А-ЯЁ]")
_SIGN_IN_A_WORD = re.compile("(?<=[^\\W_])[¡-©¬®-´¶-¹¼-¿×÷˘˛˝](?=[^\\W\\d_])")
_LETTERS = re.compile("[\u0370-\u05ff\u0600-\u06ff\u0e00-\u0e7f]")
_RARE_WIDE = re.compile("[\x80-\u00ff\u0370-\u0600\ue000-\uf8ff\uff61-\uff9f]")
_FULLWIDTH = re.compile("[\u1100-\ud7ff\uf900-\ufaff]")
_HEAD = 65536
_SAMPLE = 16384
_BEGINNING = 2048
_WHOLE_TO_BROKEN = 4
_FEW = 0.02
_MANY = 0.2
_MANY_ODD = 0.06
_SHORT = 200


def to_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """An HTML body in UTF-8, itself if it is that; undecodable bytes become U+FFFD. Never fails."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _from(encoding, body[len(bom) :])
    if match := _UTF_16.match(body, 0, 64):
        return _from("utf-16-le" if match[1] else "utf-16-be", body)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3 and error.start > _BEGINNING:
            return _from("utf-8", body)  # cut off in the middle of a character
        return (_mostly_utf_8(body) or _legacy(body, content_type)).encode()
    if _ESCAPE in body and "iso2022-jp" in _declared(body, content_type):
        return _from("iso2022-jp", body)
    return mended(body)


def _from(encoding: str, body: bytes) -> bytes:
    return body.decode(encoding, "replace").encode()


def _mostly_utf_8(body: bytes) -> str | None:
    """UTF-8 with some bytes that are not; these are windows-1252 where they stand inside of a word."""
    text = body.decode("utf-8", "surrogateescape")
    broken = sum(map(len, _BROKEN.findall(text)))
    whole = (len(body) - len(text)) // 2  # characters outside of ASCII have two to four bytes
    if whole < broken * _WHOLE_TO_BROKEN:
        return None
    text = _IN_A_WORD.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    return _BROKEN.sub("\ufffd", text)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Codecs named by the header and the page, in that order."""
    header = _CHARSET.search(content_type or "")
    names = [(match[1] or match[2]).decode("ascii", "replace") for match in _META.finditer(body, 0, _HEAD)][
        :1
    ]
    names.insert(0, header[1] if header else "")
    return [codec for name in names if (codec := codec_of(name))]


def _legacy(body: bytes, content_type: str | None) -> str:
    """The text in the first encoding that gives one, else in the declared one, else in windows-1252."""
    shown = b" ".join(_MARKUP.sub(b" ", body[:_HEAD]).split())
    sample = shown if len(shown) > _SHORT and not shown.isascii() else body
    declared = [codec for codec in _declared(body, content_type) if codec != "utf-8"]
    for codec in _in_turn(body, sample, declared):
        if _is_plausible(sample.decode(codec, "replace"), codec):
            return body.decode(codec, "replace")
    return body.decode(next(iter(declared), _WESTERN), "replace")


def _in_turn(body: bytes, sample: bytes, declared: list[str]) -> Iterator[str]:
    """What to try: what was declared, what is usual, what it looks like.

    latin-1 gives way to the rest where the page's language is not written in it: any bytes are latin-1.
    """
    language = _LANGUAGE.search(body, 0, _HEAD)
    usual = usual_codecs(language[1].decode("ascii")) if language else ()
    yield from (codec for codec in declared if codec != _WESTERN)
    yield from usual
    if _WESTERN in declared:
        yield _WESTERN
    if best := from_bytes(sample[:_SAMPLE], steps=3, cp_isolation=_CANDIDATES).best():
        yield best.encoding
    yield _WESTERN


def _is_plausible(text: str, codec: str) -> bool:
    """Whether text decoded by `codec` can be one: few broken characters, and letters in a natural order.

    Latin letters with accents do not stand in runs, nor signs inside of words; Cyrillic capitals are fewer
    than small letters and not behind them; a text in a wide encoding is mostly of its script.
    """
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") > beyond * _FEW:
        return False
    if codec in _WIDE:
        return len(_RARE_WIDE.findall(text)) <= _MANY * beyond <= 2 * len(_FULLWIDTH.findall(text))
    if codec in _NOT_LATIN:
        letters, capitals = len(_LETTERS.findall(text)), len(_CAPITALS.findall(text))
        return letters >= max(beyond, 3 * capitals) / 2 and len(_UPSIDE_DOWN.findall(text)) <= letters * _FEW
    odd = sum(map(len, _ACCENTED_RUN.findall(text))) + len(_SIGN_IN_A_WORD.findall(text))
    return odd <= beyond * _MANY_ODD
