"""Pages from templates.

Everything is escaped, and foreign text cannot change how the text around it reads. Links lead to http or
https only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from worker import __version__
from worker.extract.render import list_places
from worker.urls import is_http
from worker.web.api.models import ArticleBlock
from worker.web.current import current
from worker.web.parts import utc_now
from worker.web.stacked_tables import stack_tables
from worker.web.status import lane_words, words_for

TEMPLATES = Path(__file__).parent / "templates"
# Seconds of each unit, the largest first.
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufeff\ufff9-\ufffb]")
"""C0 and C1 controls, and the overrides that make a text read otherwise than written (Unicode, UAX 9)."""

# Embeddings and isolates, each with the character that closes it (UAX 9).
_OPENING = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
_ISOLATE_ENDS = "\u2069"
_TURNS = re.compile("[\u202a-\u202c\u2066-\u2069]")


def inert(text: str) -> str:
    """Return `text` without control characters and overrides, and with its embeddings and isolates closed.

    The direction marks that Arabic and Hebrew need stay.
    """
    text = _CONTROLS.sub("", text) if not text.isascii() or not text.isprintable() else text
    return text + "".join(reversed(_left_open(text))) if _TURNS.search(text) else text


def segments(block: ArticleBlock) -> Iterator[tuple[str, str | None]]:
    """Yield the text of a block in pieces, each with its link or None; overlapping links are left out."""
    end = 0
    for link in sorted(block.links, key=lambda link: link.start):
        if not end <= link.start < link.end <= len(block.text):
            continue
        if end < link.start:
            yield block.text[end : link.start], None
        yield block.text[link.start : link.end], link.url
        end = link.end
    if end < len(block.text):
        yield block.text[end:], None


def marked(text: str, marks: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether it is marked; `marks` are in order and do not overlap."""
    end = 0
    for start, stop in marks:
        yield text[end:start], False
        yield text[start:stop], True
        end = stop
    yield text[end:], False


def groups(blocks: Sequence[ArticleBlock]) -> Iterator[tuple[str, list[ArticleBlock]]]:
    """Yield blocks by kind: neighbouring list items together, every other block alone."""
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind == "list_item":
            yield kind, list(run)
        else:
            yield from ((kind, [block]) for block in run)


def format_duration(seconds: float) -> str:
    """Format a duration in its largest unit: `45 s`, `3 min`, `2 h`, `5 d`."""
    size, unit = next((step for step in _UNITS if seconds >= step[0]), _UNITS[-1])
    return f"{int(seconds // size)} {unit}"


def relative_time(then: datetime, now: datetime) -> str:
    """Format how long ago a time was, or in how long it will be."""
    seconds = (now - then).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{format_duration(seconds)} ago" if seconds > 0 else f"in {format_duration(-seconds)}"


def format_instant(then: datetime) -> str:
    """Format a time in UTC, to the second."""
    return f"{then.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def http_only(url: str | None) -> str | None:
    """Return the URL if a browser may open it, else None: other schemes run scripts or open files."""
    return url if url and is_http(url) else None


def number(value: int) -> str:
    """Format a number with a thin space between thousands."""
    return f"{value:,}".replace(",", "\u2009")


def render(template: str, **values: Any) -> str:
    """Render a template, which also gets the time as `now`, and actor and message as `current`."""
    html = ENVIRONMENT.get_template(template).render(now=utc_now(), current=current(), **values)
    return stack_tables(html)


def page(
    template: str, *, status_code: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """Return the rendered template as a response."""
    return HTMLResponse(render(template, **values), status_code, headers)


def _left_open(text: str) -> list[str]:
    """Return the characters that close what `text` leaves open, outermost first."""
    ends: list[str] = []
    for turn in _TURNS.finditer(text):
        if turn[0] in _OPENING:
            ends.append(_OPENING[turn[0]])
        elif ends and turn[0] == ends[-1]:
            ends.pop()
        elif turn[0] == _ISOLATE_ENDS in ends:
            # It also ends the embeddings that are open inside the isolate (UAX 9, X6a).
            while ends.pop() != _ISOLATE_ENDS:
                pass
    return ends


def _inert(value: Any) -> Any:
    # Markup was put together from pieces that have passed through here.
    return inert(value) if type(value) is str else value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["service_version"] = __version__
    environment.filters.update(
        ago=relative_time,
        groups=groups,
        list_places=list_places,
        http_only=http_only,
        instant=format_instant,
        number=number,
        segments=segments,
        marked=marked,
        span=format_duration,
        words_for=words_for,
        lane_words=lane_words,
    )
    return environment


ENVIRONMENT = _environment()
