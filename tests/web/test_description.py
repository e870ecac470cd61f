"""The description of the API says what every route, parameter and field means."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import Web
from worker.web.errors import PROBLEM

Described = dict[str, Any]


@pytest.fixture
def described(web: Web) -> Described:
    """What /openapi.json says."""
    found: Described = web.get("/openapi.json").json()
    return found


def operations(described: Described) -> Iterator[tuple[str, Described]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def fields(described: Described) -> Iterator[tuple[str, Described, Described]]:
    for name, schema in described["components"]["schemas"].items():
        for field, what in schema.get("properties", {}).items():
            yield f"{name}.{field}", what, schema


def test_every_route_and_parameter_is_described(described: Described) -> None:
    for name, operation in operations(described):
        assert operation["description"], name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_field_is_described(described: Described) -> None:
    silent = [name for name, what, _ in fields(described) if not what.get("description")]
    assert silent == []


def test_no_field_of_an_answer_is_optional(described: Described) -> None:
    assert [n for n, _, schema in fields(described) if n.partition(".")[2] not in schema["required"]] == []


def test_operations_have_short_names_that_are_used_once(described: Described) -> None:
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(set(names)) == len(names)
    assert {"articles_follow", "articles_show", "changes_follow"} <= set(names)


@pytest.mark.parametrize(
    "field, value",
    [
        ("Article.state", "removed"),
        ("Change.kind", "reset"),
        ("Change.cause", "extractor"),
        ("ArticleChanged.change", "revised"),
        ("ArticleBlock.kind", "footnote"),
        ("FeedSummary.host_lane", "silent"),
        ("Entry.state", "duplicate"),
    ],
)
def test_the_values_of_states_and_kinds_are_listed(described: Described, field: str, value: str) -> None:
    name, _, part = field.partition(".")
    schemas = described["components"]["schemas"]
    name = "ArticleWhole" if name == "Article" else name
    assert value in schemas[name]["properties"][part]["enum"]


def test_errors_are_described_as_problems(described: Described) -> None:
    for name, operation in operations(described):
        for status, answer in operation["responses"].items():
            if status >= "4" and name != "get /readyz":
                kinds = list(answer.get("content", {PROBLEM: {}}))
                assert kinds == [PROBLEM], name
