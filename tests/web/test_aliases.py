"""The addresses without a version answer for one more release, and say that they will go."""

import pytest
import requests

from tests.web.conftest import Web

EARLIER = ("articles", "articles/1", "changes", "feeds", "status", "search?q=a")


@pytest.mark.parametrize("path", EARLIER)
def test_an_address_without_a_version_answers_as_its_successor_and_is_deprecated(web: Web, path: str) -> None:
    earlier, successor = web.get(f"/api/{path}"), web.get(f"/api/v1/{path}")
    assert earlier.status_code == successor.status_code
    assert earlier.json().keys() == successor.json().keys()
    assert earlier.headers["Deprecation"].startswith("@")
    assert 'rel="deprecation"' in earlier.headers["Link"]
    assert "Deprecation" not in successor.headers


def test_routes_of_version_1_have_no_address_without_a_version(web: Web) -> None:
    assert web.get("/api/openapi").status_code == 404


def test_addresses_without_a_version_are_not_described(web: Web) -> None:
    paths = web.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path.startswith("/api/") and not path.startswith("/api/v1/")]


@pytest.mark.parametrize("path", ["/api", "/api/v1"])
def test_the_address_of_the_api_leads_to_its_description(web: Web, path: str) -> None:
    answer = requests.get(web.url + path, timeout=10)
    assert answer.url == f"{web.url}/docs"
    assert answer.status_code == 200
