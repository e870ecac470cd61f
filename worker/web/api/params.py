"""Parameters of several routes; their bounds are those of the database columns."""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header
from fastapi.params import Path as PathField
from pydantic import BaseModel, Field

from worker.filters import Filter, parse_pairs
from worker.filters.conditions import CONDITIONS
from worker.filters.parse import SEARCH, unknown_name
from worker.store import Store, searches
from worker.web.parts import Needed

ELSEWHERE = (PathField, Header, Cookie)
"""Parameters that are not in the query string."""

LARGEST_ID = 2**63 - 1
"""The largest value of a bigint column."""

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]

Cursor = Annotated[
    int, Query(ge=0, le=LARGEST_ID, description="`next` of the previous answer; 0: from the beginning")
]

LONGEST_WAIT = 55
"""Seconds: nginx gives an answer up after 60 without a byte (proxy_read_timeout)."""

Wait = Annotated[
    int,
    Query(
        ge=0,
        le=LONGEST_WAIT,
        description="seconds to wait for a change after the newest one before the answer is an empty list",
    ),
]


async def wait_for_change(parts: Needed, after: Cursor = 0, wait: Wait = 0) -> None:
    """Wait until there is a change after the cursor, at most `wait` seconds. Raises 503 if too many wait."""
    if not wait:
        return
    with parts.seats.hold() as held:
        if not held:
            raise HTTPException(
                503, "too many readers wait for changes: leave out wait", {"Retry-After": str(LONGEST_WAIT)}
            )
        await parts.newest.wait_past(after, wait)


Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="id from a list")]

RevisionNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="counted from 1")]


def _condition(name: str) -> Any:
    """Return the default and the description of a condition's parameter."""
    kind = CONDITIONS[name]
    words = kind.words if kind.single else f"{kind.words}. Repeated: or"
    words += "" if kind.single or name == "q" else "; - before a value: not"
    return Field(None if kind.single else [], description=words)


class Conditions(BaseModel):
    """The parameters of a filter, for the description of the API; `parse_pairs` is what reads them."""

    q: list[str] = _condition("q")
    language: list[str] = _condition("language")
    publisher: list[str] = _condition("publisher")
    feed: list[str] = _condition("feed")
    label: list[str] = _condition("label")
    kind: list[str] = _condition("kind")
    state: list[str] = _condition("state")
    story: list[str] = _condition("story")
    wire: list[str] = _condition("wire")
    rights: list[str] = _condition("rights")
    published_from: str | None = _condition("published_from")
    published_to: str | None = _condition("published_to")
    stored_from: str | None = _condition("stored_from")
    stored_to: str | None = _condition("stored_to")
    changed: list[str] = _condition("changed")
    cause: list[str] = _condition("cause")
    min_words: str | None = _condition("min_words")
    search: str | None = Field(None, description="name of a saved search, which must match, too")


def filter_of(request: Request, parts: Needed, described: Annotated[Conditions, Query()]) -> Filter:
    """Return the filter in the query string. Raises `FilterError`, which is answered with 422."""
    given = request.query_params.multi_items()
    pairs = [(name, value) for name, value in given if name in CONDITIONS or name == SEARCH]
    return parse_pairs(pairs, saved=partial(_saved, parts.store))


def _saved(store: Store, name: str) -> Filter | None:
    with store.begin() as db:
        return searches.get(db, name)


FilterQuery = Annotated[Filter, Depends(filter_of)]
"""The filter in the query string of a route: its conditions, and a saved search."""


def only_known(request: Request) -> None:
    """Raise 422 if the query string has a parameter that the route does not have."""
    route = request.scope["route"]
    # The fields of a model of parameters, as `Conditions`, are of no class of FastAPI.
    known = [
        field.alias
        for field in get_flat_params(route.dependant)
        if not isinstance(field.field_info, ELSEWHERE)
    ]
    for name in request.query_params:
        if name not in known:
            raise HTTPException(422, unknown_name(name, known, what="parameter"))
