"""The page that describes the API."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.web.render import page

BOUNDS = (("minimum", "at least"), ("maximum", "at most"), ("default", "default"))
"""Limits of a parameter, as in its JSON schema, with their words."""

router = APIRouter()


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Show every route with its parameters."""
    described: dict[str, Any] = request.app.openapi()
    routes = sorted(_routes(described), key=lambda route: (route["tag"], route["path"]))
    groups = [(tag, list(found)) for tag, found in groupby(routes, key=lambda route: route["tag"])]
    return page("docs.html", groups=groups, description=described["info"]["description"])


@router.get("/api")
@router.get("/api/v1")
def api() -> RedirectResponse:
    """Redirect to the description of the API."""
    return RedirectResponse("/docs")


def _routes(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        route = methods["get"]
        parameters = [_parameter(parameter) for parameter in route.get("parameters", ())]
        yield {"path": path, "tag": route["tags"][0], "words": route["description"], "parameters": parameters}


def _parameter(parameter: dict[str, Any]) -> dict[str, str]:
    schema = parameter["schema"]
    known = ("required",) if parameter["required"] and parameter["in"] == "query" else ()
    # Readers need not know the largest number that a database column holds.
    bounds = (
        f"{words} {schema[name]}"
        for name, words in BOUNDS
        if schema.get(name) not in (None, [])
        and not (isinstance(schema[name], int) and schema[name] >= 2**31 - 1)
    )
    return {
        "name": parameter["name"],
        "words": parameter.get("description", ""),
        "bounds": ", ".join((*known, *bounds)),
    }
