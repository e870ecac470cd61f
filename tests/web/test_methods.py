"""HEAD and OPTIONS are answered on every route."""

import pytest
import requests

from tests.store import rows
from tests.web.conftest import PAGE, Web

ROUTES = (
    "/",
    "/feeds",
    "/articles",
    "/articles/1",
    "/docs",
    "/events",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/static/live.js",
    "/api",
    "/api/articles",
    "/api/v1/articles",
    "/api/v1/articles/1",
    "/api/v1/changes",
    "/api/v1/feeds",
    "/api/v1/search?q=a",
    "/api/v1/status",
)


@pytest.fixture
def seeded(web: Web) -> Web:
    """A server with an article."""
    with web.store.begin() as db:
        rows.stored_article(db)
    return web


@pytest.mark.parametrize("path", ROUTES)
def test_head_answers_as_get_without_a_body(seeded: Web, path: str) -> None:
    head = requests.head(seeded.url + path, headers=PAGE, timeout=10)
    with requests.get(
        seeded.url + path, headers=PAGE, timeout=10, stream=True, allow_redirects=False
    ) as answer:
        assert head.status_code == answer.status_code
        assert head.headers.get("Content-Type") == answer.headers.get("Content-Type")
        assert ("Content-Length" in head.headers) == ("Content-Length" in answer.headers)
    assert head.content == b""


@pytest.mark.parametrize("path", ROUTES)
def test_options_names_the_methods_of_a_route(seeded: Web, path: str) -> None:
    answer = requests.options(seeded.url + path, timeout=10)
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_options_names_post_where_data_are_accepted(web: Web) -> None:
    assert requests.options(web.url + "/websub/a", timeout=10).headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_options_on_an_unknown_path_is_not_found(web: Web) -> None:
    assert requests.options(web.url + "/nothing", timeout=10).status_code == 404


def test_a_method_that_a_route_does_not_have_is_answered_with_those_that_it_has(web: Web) -> None:
    answer = requests.post(web.url + "/api/v1/articles", timeout=10)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
