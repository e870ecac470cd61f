"""Tags with attributes beyond all reason, told before the parse.

libxml2 compares each attribute of a tag with all before it: 40,000 take it a second, 200,000 three minutes.
Tags are told apart as a parser does (WHATWG HTML, 13.2.5): comments and raw text are none, a quotation mark
opens a value only behind an equals sign, a tag that closes itself has no content. So neither markup inside
of values nor an odd quote hides a flood.
"""

import re

MAX_ATTRIBUTES = 500
"""Of one tag; the most on 818 pages measured are 100, and a page may have many such tags."""

# Every repetition is possessive, so that no page makes the search look twice: 0.5 ms for a page, 0.3 s for
# 10 MB of the worst.
_ATTRIBUTE = rb"""(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+"""
_ATTRIBUTES = rb"(?:[\s/]++|" + _ATTRIBUTE + rb")*+"
_COMMENT = rb"!--(?:[^-]++|-(?!->))*+"
_RAW = (
    rb"(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?![^\s/>])"
    + (rb"(?P<of_raw>" + _ATTRIBUTES + rb")")
    + rb"(?<!/)>(?:[^<]++|<(?!/(?P=raw)))*+"
)
_TAG = re.compile(
    rb"<(?:" + _COMMENT + rb"|" + _RAW + rb"|[a-z][^\s/>]*+(?P<attributes>" + _ATTRIBUTES + rb"))",
    re.IGNORECASE,
)
_EACH = re.compile(_ATTRIBUTE)


def floods(source: bytes) -> bool:
    """Whether some tag has more than `MAX_ATTRIBUTES`. `source` is ASCII or a superset of it."""
    return any(
        match.end() - match.start() > 2 * MAX_ATTRIBUTES
        and sum(1 for _ in _EACH.finditer(match["attributes"] or match["of_raw"] or b"")) > MAX_ATTRIBUTES
        for match in _TAG.finditer(source)
    )
