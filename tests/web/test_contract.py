"""Whatever a client sends to the API, it gets what the description promises.

Requests are made from the description itself (schemathesis), well-formed and malformed, with a fixed seed.
"""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.store import rows
from tests.web.conftest import Web
from worker.outcome import Reason
from worker.web.aliases import API

REQUESTS = 20
"""For each route and each kind of request: the whole test takes some twenty seconds."""

ENDLESS = ("/api/v1/stream",)
"""Streams, which are read until the reader leaves."""

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]

ALWAYS = {"cache-control", "content-security-policy", "content-type", "x-content-type-options"}
"""Headers of every answer."""


@pytest.fixture
def seeded(web: Web) -> Web:
    """A server whose store has something of everything."""
    blocks = [
        {"kind": kind, "text": "One", "level": 1} for kind in ("heading", "list_item", "quote", "table")
    ]
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, title="News")
        rows.refused_entry(db, feed_id, "https://news.example/wall", Reason.CONSENT_WALL)
        rows.discovered_entry(db, feed_id, "https://news.example/soon")
        ids = [
            rows.stored_article(
                db, url=f"https://news.example/{n}", title=f"Title {n}", summary="One", blocks=blocks
            )
            for n in range(3)
        ]
        rows.begun_story(db, ids[:2])
    with web.store.begin() as db:
        rows.revised_article(db, ids[0], url="https://news.example/0", title="Edited", text="Another text.")
    return web


def operations(web: Web) -> list[Any]:
    described = requests.get(f"{web.url}/openapi.json", timeout=10).json()
    schema = schemathesis.openapi.from_dict(described)
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if one.path.startswith(API) and one.path not in ENDLESS]


def has_parameters(operation: Any) -> bool:
    """Return whether a request to the operation can be malformed."""
    return bool(list(operation.path_parameters) or list(operation.query))


def send(web: Web, case: Case) -> None:
    query = dict(case.query or {})
    # Waiting is tested by itself, and would take all the time here.
    query.pop("wait", None)
    case.query = query
    answer = case.call(base_url=web.url)
    # With `fields` an answer has only what is named: the one exception to the description.
    is_partial = "fields" in query and answer.status_code == 200
    case.validate_response(answer, checks=[c for c in CHECKS if not (is_partial and "schema" in c.__name__)])
    assert {name.title() for name in answer.headers} >= {name.title() for name in ALWAYS}, (
        case.as_curl_command()
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_described(seeded: Web, mode: GenerationMode) -> None:
    for operation in operations(seeded):
        if mode is GenerationMode.NEGATIVE and not has_parameters(operation):
            continue

        @seed(1)
        @settings(
            max_examples=REQUESTS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Case) -> None:
            send(seeded, case)

        check()
