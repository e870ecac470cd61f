"""A break of the API's promises is found, and an addition is not called one."""

from copy import deepcopy
from typing import Any

import pytest

from tests.tools.openapi import RELEASED, breaks, without_words


def described(**changes: Any) -> dict[str, Any]:
    """Return the description of one route with a parameter and an answer with two fields."""
    values = {
        "parameters": [
            {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}},
            {"in": "query", "name": "text", "schema": {"enum": ["plain", "none"], "type": "string"}},
        ],
        "properties": {
            "id": {"type": "integer"},
            "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "state": {"enum": ["live", "removed"], "type": "string"},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}},
        },
        "required": ["id", "title", "state", "links"],
        "link": {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
        **deepcopy(changes),
    }
    answer = {"type": "object", "properties": values["properties"], "required": values["required"]}
    reference = {"$ref": "#/components/schemas/A"}
    operation = {
        "parameters": values["parameters"],
        "responses": {"200": {"content": {"application/json": {"schema": reference}}}},
    }
    return {
        "paths": {"/api/v1/a": {"get": operation}, "/healthz": {"get": {"responses": {}}}},
        "components": {"schemas": {"A": answer, "Link": values["link"]}},
    }


def with_field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    found = described()
    found["components"]["schemas"]["A"]["properties"][name] = schema
    return found


def with_parameter(name: str, **schema: Any) -> dict[str, Any]:
    found = described()
    parameters = found["paths"]["/api/v1/a"]["get"]["parameters"]
    known = next((one for one in parameters if one["name"] == name), None)
    if known:
        known["schema"] = schema
    else:
        parameters.append({"in": "query", "name": name, "schema": schema})
    return found


NULLABLE = {"anyOf": [{"type": "integer"}, {"type": "null"}]}

BROKEN = {
    "a field that is gone": (
        described(properties={"id": {"type": "integer"}}),
        ["title is gone", "state is gone", "links is gone"],
    ),
    "a field of another type": (with_field("id", {"type": "string"}), ["id returns string"]),
    "a field that becomes null": (with_field("id", NULLABLE), ["id returns null"]),
    "a value that is gone": (
        with_field("state", {"enum": ["live"], "type": "string"}),
        ["state has no longer the value removed"],
    ),
    "a field that may be missing": (
        described(required=["title", "state", "links"]),
        ["id may be missing now"],
    ),
    "a field inside a list": (
        described(link={"type": "object", "properties": {}, "required": []}),
        ["links.url is gone"],
    ),
    "a parameter that is gone": (
        described(parameters=[]),
        ["parameter limit is gone", "parameter text is gone"],
    ),
    "a parameter that accepts less": (
        with_parameter("limit", type="integer", maximum=50),
        ["parameter limit: maximum is 50 now"],
    ),
    "a parameter of another type": (
        with_parameter("limit", type="string", maximum=100),
        ["parameter limit no longer accepts integer"],
    ),
    "a value that is refused": (
        with_parameter("text", type="string", enum=["plain"]),
        ["parameter text no longer accepts none"],
    ),
}

ADDITIONS = {
    "a field": with_field("more", {"type": "string"}),
    "a value": with_field("state", {"enum": ["live", "removed", "purged"], "type": "string"}),
    "a field that is never null now": with_field("title", {"type": "string"}),
    "a parameter": with_parameter("after", type="integer"),
    "a wider bound": with_parameter("limit", type="integer", maximum=1000),
    "any value": with_parameter("text", type="string"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_break_is_named(case: str) -> None:
    later, words = BROKEN[case]
    assert [line.removeprefix("GET /api/v1/a: ") for line in breaks(described(), later)] == words


@pytest.mark.parametrize("case", ADDITIONS)
def test_an_addition_breaks_nothing(case: str) -> None:
    assert breaks(described(), ADDITIONS[case]) == []


def test_a_route_that_is_gone_and_a_new_required_parameter_are_breaks() -> None:
    assert breaks(described(), {"paths": {}}) == ["GET /api/v1/a: is gone"]
    later = with_parameter("key", type="string")
    later["paths"]["/api/v1/a"]["get"]["parameters"][-1]["required"] = True
    assert breaks(described(), later) == ["GET /api/v1/a: parameter key is new and required"]


def test_only_words_are_left_out_of_the_kept_description() -> None:
    part = {"description": "words", "properties": {"description": {"type": "string", "title": "T"}}}
    assert without_words(part) == {"properties": {"description": {"type": "string"}}}
    assert RELEASED.exists()
