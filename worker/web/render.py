"""Templates into pages.

Everything is escaped and kept within itself; links to elsewhere are http or https or no links.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from worker import __version__
from worker.urls import is_http
from worker.web.blocks import groups, segments
from worker.web.inert import inert
from worker.web.status import words_for
from worker.web.times import format_duration, format_instant, relative_time, utc_now

TEMPLATES = Path(__file__).parent / "templates"


def http_only(url: str | None) -> str | None:
    """The address, where a browser may be sent to it: other schemes run scripts or open files."""
    return url if url and is_http(url) else None


def number(value: int) -> str:
    """With a thin space between thousands."""
    return f"{value:,}".replace(",", "\u2009")


def _inert(value: Any) -> Any:
    # What is markup already was put together from pieces that have been through here.
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
        http_only=http_only,
        instant=format_instant,
        number=number,
        segments=segments,
        span=format_duration,
        words_for=words_for,
    )
    return environment


ENVIRONMENT = _environment()


def render(template: str, **values: Any) -> str:
    """The template filled in; `now` is there in all of them."""
    return ENVIRONMENT.get_template(template).render(now=utc_now(), **values)


def page(
    template: str, *, status_code: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """An answer with that page."""
    return HTMLResponse(render(template, **values), status_code, headers)
