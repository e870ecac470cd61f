"""Bytes to text: byte order mark, then a strict UTF-8 try, then what was declared, then detection.

UTF-8 is tried before the declaration because text that decodes as UTF-8 and is not ASCII is UTF-8 in all but
freak cases, while declarations are often wrong. A declared encoding is read as browsers read it (WHATWG
Encoding Standard): latin-1 means windows-1252, gb2312 means gb18030, shift_jis means cp932.
"""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)", re.I
)
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
}
_HEAD = 2048
_SAMPLE = 16384
_MANY_ERRORS = 0.005


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of an HTML body; undecodable bytes become U+FFFD. Never fails."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3 and error.start > _HEAD:
            return body.decode("utf-8", "replace")  # cut off in the middle of a character
    for encoding in _declared(body, content_type):
        text = _decoded(body, encoding)
        if text is not None and text.count("\ufffd") <= len(text) * _MANY_ERRORS:
            return text
    return _detected(body)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Encodings named by the header and the page, in that order."""
    names = [match[1] for match in [_CHARSET.search(content_type or "")] if match]
    if match := _META.search(body, 0, _HEAD):
        names.append((match[1] or match[2]).decode("ascii", "replace"))
    # Japanese pages often leave it out; the header's word stands first all the same.
    return [_AS_BROWSERS_DO.get(name.lower(), name) for name in names]


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, ValueError, TypeError):  # unknown, or a codec that is not of text
        return None


def _detected(body: bytes) -> str:
    """UTF-8 with a few broken bytes, else what the bytes look like, else windows-1252."""
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= len(text) * _MANY_ERRORS:
        return text
    best = from_bytes(body[:_SAMPLE], steps=3).best()
    return (_decoded(body, best.encoding) if best else None) or body.decode("cp1252", "replace")
