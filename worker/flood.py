"""Tags with attributes beyond all reason, told before the parse.

libxml2 compares each attribute of a tag with all before it: 40,000 take it a second, 200,000 three minutes.
Tags are told apart as a parser does (WHATWG HTML, 13.2.5): comments and raw text are none, a quotation mark
opens a value only behind an equals sign, a tag that closes itself has no content. So neither markup inside
of values nor an odd quote hides a flood.
"""

import re

MAX_ATTRIBUTES = 500
"""Of one tag; the most on 818 pages measured are 100, and a page may have many such tags."""

# Every repetition is possessive, so that no page makes the search look twice: 0.3 ms for a page, 0.1 s for
# 10 MB of the worst. Spaces are listed, for a set with a class in it is asked member by member.
_SPACE = r" \t\n\r\f\v"
_ATTRIBUTE = (
    rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"|'[^']*+'|[^{_SPACE}"'>][^{_SPACE}>]*+)?+)?+"""
)
_ATTRIBUTES = rf"(?:[{_SPACE}/]*+{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+[{_SPACE}/]*+"
_TAG = rf"[a-z][^{_SPACE}/>]*+{_ATTRIBUTES}(?:>|\Z)"
_COMMENT = r"!--(?:[^-]++|-(?!->))*+"
_RAW = "|".join(
    rf"{name}(?![^{_SPACE}/>]){_ATTRIBUTES}(?<!/)>(?:[^<]++|<(?!/{name}))*+"
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
)
_WITHOUT_FLOOD = re.compile(
    rf"(?:[^<]*+<(?:/|(?=[instx])(?:{_RAW})|{_TAG}|{_COMMENT}|(?![a-z])))*+[^<]*+".encode(), re.IGNORECASE
)


def floods(source: bytes) -> bool:
    """Whether some tag has more than `MAX_ATTRIBUTES`. `source` is ASCII or a superset of it."""
    read = _WITHOUT_FLOOD.match(source)
    return read is None or read.end() < len(source)
