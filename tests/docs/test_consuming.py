"""docs/consuming.md names the program's routes, the stream's fields and fields of articles."""

import re
from pathlib import Path

import pytest

from worker.config.settings import Settings
from worker.deliver.stream import FIELDS, KEY
from worker.web.api.models import Article
from worker.web.app import make_web_app

TEXT = (Path(__file__).parents[2] / "docs" / "consuming.md").read_text(encoding="utf-8")


@pytest.fixture
def openapi(database_url: str, redis_url: str) -> dict[str, dict[str, object]]:
    """The OpenAPI description of the running program."""
    import redis

    from worker.store import Store

    store, client = Store(database_url), redis.Redis.from_url(redis_url)
    found: dict[str, dict[str, object]] = make_web_app(Settings(), store=store, redis=client).openapi()
    store.close()
    client.close()
    return found


def test_the_table_of_routes_has_every_route_of_the_api(openapi: dict[str, dict[str, object]]) -> None:
    written = set(re.findall(r"^\| `GET (/api/v1/[^`]+)`", TEXT, re.MULTILINE))
    assert written == {path for path in openapi["paths"] if path.startswith("/api/v1/")}


def test_the_table_of_stream_fields_has_every_field_in_order() -> None:
    table = TEXT.split("## The Redis stream")[1].split("## What an article holds")[0]
    assert tuple(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == FIELDS
    assert KEY in table


def test_every_article_field_named_on_the_page_is_a_field_of_the_api() -> None:
    described = TEXT.split("## What an article holds")[1]
    named = set(re.findall(r"`([a-z_]+)`", described))
    values = {
        "instant",
        "day",
        "opengraph",
        "meta",
        "microdata",
        "html",
        "feed",
        "url",
        "header",
        "site",
        "rule",
        "script",
        "removed",
    }
    assert named - values <= set(Article.model_fields)


def test_the_default_length_of_the_stream_is_stated_correctly() -> None:
    assert f"({Settings().stream_length:,})" in TEXT
