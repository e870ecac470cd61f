"""The description of the API in /openapi.json, where it says more than FastAPI finds out by itself."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from worker.web import errors
from worker.web.errors import PROBLEM

INVALID = "HTTPValidationError"
"""FastAPI's own name for the body of a 422, which we do not send."""


def operation_id(route: APIRoute) -> str:
    """Return the name of a route's operation, as `articles_follow`: clients name their functions by it."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of `app`.

    Errors are problems of their media type. A member of an answer is never left out, so all are required;
    only a request may leave out what has a default.
    """
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas: dict[str, Any] = found["components"]["schemas"]
    for operation in _operations(found):
        for status, answer in operation["responses"].items():
            if status >= "4" and "content" in answer:
                _as_problem(answer)
    for name in (INVALID, "ValidationError"):
        schemas.pop(name, None)
    sent = set(_named(found, [operation.get("requestBody") for operation in _operations(found)]))
    for name, schema in schemas.items():
        if name not in sent and "properties" in schema:
            schema["required"] = list(schema["properties"])
    return found


def _operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in described["paths"].values():
        yield from methods.values()


def _as_problem(answer: dict[str, Any]) -> None:
    content = answer["content"]
    body = content.pop("application/json", None)
    if body is None:
        return
    if body["schema"].get("$ref", "").endswith(f"/{INVALID}"):
        body = {"schema": {"$ref": f"#/components/schemas/{errors.Problem.__name__}"}}
    # The answer of /readyz has one form, whether the service is ready or not.
    is_problem = body["schema"].get("$ref", "").endswith("Problem")
    content[PROBLEM if is_problem else "application/json"] = body


def _named(described: dict[str, Any], part: object) -> Iterator[str]:
    """Yield the names of the schemas that a part of the description refers to, directly or not."""
    if isinstance(part, list):
        for one in part:
            yield from _named(described, one)
    if isinstance(part, dict):
        if name := str(part.get("$ref", "")).rpartition("/")[2]:
            yield name
            yield from _named(described, described["components"]["schemas"][name])
        else:
            yield from _named(described, list(part.values()))
