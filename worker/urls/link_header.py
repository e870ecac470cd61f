"""The Link header (RFC 8288, section 3), read in one pass from left to right."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# A name with its value, quoted or not, behind a semicolon.
_PARAMETER = re.compile(
    r"""\s*;[\s;]*(?P<name>[^\s=;,<>"]+)(?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<token>[^\s;,"<>]*)))?"""
)
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 16 * 1024
"""Characters of a header that are read; twice what the client keeps of one."""


@dataclass(frozen=True, slots=True)
class HeaderLink:
    """A link as written, with its parameters by lower-case name; of several of one name the first counts."""

    target: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations, in lower case."""
        return tuple(self.parameters.get("rel", "").lower().split())


def header_links(headers: Iterable[tuple[str, str]]) -> Iterator[HeaderLink]:
    """Yield the links of all Link headers, except those about another document (`anchor`)."""
    for name, value in headers:
        if name.lower() == "link":
            yield from (link for link in _links(value[:_LONGEST]) if "anchor" not in link.parameters)


def _links(value: str) -> Iterator[HeaderLink]:
    at = 0
    while (start := value.find("<", at)) >= 0 and (end := value.find(">", start)) >= 0:
        at, parameters = end + 1, dict[str, str]()
        while found := _PARAMETER.match(value, at):
            at = found.end()
            given = found["quoted"]
            text = found["token"] or "" if given is None else _ESCAPE.sub(r"\1", given)
            parameters.setdefault(found["name"].lower(), text)
        yield HeaderLink(value[start + 1 : end].strip(), parameters)
