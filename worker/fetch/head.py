"""The head of a response: where it ends, and how one that only a browser would read is rewritten. Pure.

aiohttp's parser refuses a whole answer for a line that browsers skip. Such a head is rewritten in the
form that the parser reads; ordinary heads pass unchanged. What decides where a body ends stays as strict as
RFC 9112 demands: lengths that differ, a carriage return or a NUL within a line are left for the parser, which
refuses them.
"""

import re
from collections.abc import Iterator
from itertools import dropwhile

BLANK_LINE = re.compile(rb"\r?\n\r?\n")
"""Where a head ends; a recipient may take a lone LF for a line end (RFC 9112, 2.2)."""
LINE_ENDS = re.compile(rb"[\r\n]*")
"""Line ends before a status line, left over from a body that was longer than announced."""
INTERIM = re.compile(rb"HTTP/\d\.\d 1(?!01)\d\d")
"""The status line of an interim answer, after which another head follows (RFC 9110, 15.2)."""
_PROTOCOL = b"HTTP/"
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
"""A field's name (RFC 9110, 5.6.2)."""
_NAME = re.compile(_TOKEN)
# What the parser reads (RFC 9112, 4 and 5): a status line, then fields, each line ended by CR LF.
_ORDINARY = re.compile(rb"HTTP/1\.[01] [0-9]{3}(?: [^\0\r\n]*)?\r\n(?:" + _TOKEN + rb":[^\0\r\n]*\r\n)*\r\n")
# The fields that decide where the body ends (RFC 9112, 6); an ordinary head has one at most.
_FRAMING = re.compile(rb"\n(?:content-length|transfer-encoding):[ \t]*([^\r\n]*)", re.IGNORECASE)
_LENGTH, _CODING = b"content-length", b"transfer-encoding"
_ONE_FRAMING = re.compile(rb"(?:[0-9]+|chunked)[ \t]*", re.IGNORECASE)
# Any version, and blanks wherever browsers allow them.
_STATUS_LINE = re.compile(rb"HTTP/(\d+)(?:\.(\d+))?[ \t]+(\d{3})(?:[ \t].*)?", re.IGNORECASE)

Field = tuple[bytes, bytes]


def may_be_http(beginning: bytes) -> bool:
    """Whether the first bytes of an answer can be those of a status line."""
    return _PROTOCOL.startswith(beginning[: len(_PROTOCOL)].upper())


def repaired(head: bytes) -> bytes | None:
    """Return a head that aiohttp reads in place of one that only browsers read; None for an ordinary one.

    As browsers do: a line without a colon, or with a name that is not a token, is skipped; blanks around a
    name are removed; a folded line continues the one before (RFC 9112, 5.2); any version after 1.0 counts as
    1.1. Chunked overrides a Content-Length, and equal lengths are one (RFC 9112, 6.3). The connection of such
    an answer must be closed, so that nothing in it can be taken for the next answer (RFC 9112, 11.2).
    """
    if _ORDINARY.fullmatch(head):
        framing: list[bytes] = _FRAMING.findall(head)
        if not framing or (len(framing) == 1 and _ONE_FRAMING.fullmatch(framing[0])):
            return None
    lines = [line.removesuffix(b"\r") for line in head.split(b"\n")]
    status = _STATUS_LINE.fullmatch(lines[0])
    if status is None or b"\0" in head or any(b"\r" in line for line in lines):
        return None
    fields = list(_fields(lines[1:]))
    version = b"1.0" if (status[1], status[2]) == (b"1", b"0") or status[1] == b"0" else b"1.1"
    written = [b"HTTP/%b %b " % (version, status[3])]
    written += [b"%b: %b" % field for field in (*_other(fields), *_framing(fields))]
    return b"\r\n".join([*written, b"", b""])


def _fields(lines: list[bytes]) -> Iterator[Field]:
    """Yield name and value of each line that has both, with the lines that are folded into it."""
    unfolded: list[list[bytes]] = []
    for line in dropwhile(_is_folded, lines):
        if _is_folded(line):
            unfolded[-1].append(line.strip(b" \t"))
        else:
            unfolded.append([line])
    for parts in unfolded:
        name, colon, value = b" ".join(parts).partition(b":")
        if colon and _NAME.fullmatch(name := name.strip(b" \t")):
            yield name, value.strip(b" \t")


def _is_folded(line: bytes) -> bool:
    return line.startswith((b" ", b"\t"))


def _other(fields: list[Field]) -> Iterator[Field]:
    return (field for field in fields if field[0].lower() not in (_LENGTH, _CODING))


def _framing(fields: list[Field]) -> list[Field]:
    """Return the field that says where the body ends; where they differ, all, for the parser to refuse."""
    lengths = [field for field in fields if field[0].lower() == _LENGTH]
    codings = [field for field in fields if field[0].lower() == _CODING]
    values = set(_items(lengths))
    named = [name for name in _items(codings) if name != b"identity"]
    if len(values) > 1 or not all(value.isdigit() for value in values):
        return [*lengths, *codings]
    if named:
        is_chunked = set(named) == {b"chunked"}
        return [(_CODING, b"chunked")] if is_chunked else [*lengths, *codings]
    return [(_LENGTH, value) for value in values]


def _items(fields: list[Field]) -> list[bytes]:
    return [item for _, value in fields for part in value.split(b",") if (item := part.strip(b" \t").lower())]
