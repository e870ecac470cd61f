"""Unknown parameters are refused, and a filter in a query string is described and read."""

import re

from tests.web.conftest import Web
from worker.filters.conditions import CONDITIONS
from worker.web.api.params import Conditions


def test_every_route_of_the_api_refuses_an_unknown_parameter(web: Web) -> None:
    paths = [path for path in web.get("/openapi.json").json()["paths"] if path.startswith("/api/")]
    assert len(paths) > 5
    for path in paths:
        answer = web.get(re.sub(r"{\w+}", "1", path), tittle="x")
        assert answer.status_code == 422, path
        assert "'tittle': no such parameter" in answer.json()["error"]["message"]


def test_an_earlier_address_refuses_it_too(web: Web) -> None:
    assert web.get("/api/articles", tittle="x").status_code == 422


def test_a_misspelled_parameter_is_refused_with_the_nearest_known_name(web: Web) -> None:
    message = web.get("/api/changes", afer=1).json()["error"]["message"]
    assert message == "'afer': no such parameter; did you mean after?"


def test_every_condition_of_a_filter_is_described_as_a_parameter() -> None:
    assert list(Conditions.model_fields) == [*CONDITIONS, "search"]
    assert all(field.description for field in Conditions.model_fields.values())
