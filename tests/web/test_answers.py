"""A reader requests the fields, the form of the text and the format that it wants."""

import json
from typing import Any

import pytest
import requests

from tests.store import rows
from tests.web.conftest import Web
from worker.web.api.answers import NDJSON, TextForm, in_form

BLOCKS = [
    {"kind": "paragraph", "text": "A standfirst."},
    {"kind": "heading", "text": "Under", "level": 2},
    {"kind": "list_item", "text": "*one*", "level": 1, "ordered": True},
]
TEXT = "A standfirst.\n\nUnder\n\n*one*"


@pytest.fixture
def article(web: Web) -> int:
    """The id of a stored article."""
    with web.store.begin() as db:
        return rows.stored_article(db, title="A title", text=TEXT, summary="A standfirst.", blocks=BLOCKS)


def lines_of(web: Web, path: str, **query: Any) -> tuple[list[dict[str, Any]], requests.Response]:
    answer = requests.get(web.url + path, params=query, headers={"Accept": NDJSON}, timeout=20)
    return [json.loads(line) for line in answer.text.splitlines()], answer


def test_only_the_fields_that_are_named_are_returned(web: Web, article: int) -> None:
    page = web.get("/api/v1/articles", fields="id,title").json()
    assert page["articles"] == [{"id": article, "title": "A title"}]
    assert list(page) == ["articles", "gone", "resets", "epoch", "next", "more"]
    assert web.get(f"/api/v1/articles/{article}", fields="title").json() == {"title": "A title"}
    assert web.get(f"/api/v1/articles/{article}/revisions/1", fields="revision").json() == {"revision": 1}
    assert web.get("/api/v1/changes", fields="kind").json()["changes"] == [{"kind": "created"}]
    assert web.get("/api/v1/search", q="title", fields="id").json()["articles"] == [{"id": article}]
    assert web.get("/api/v1/feeds", fields="url").json()["feeds"][0].keys() == {"url"}


def test_an_unknown_field_is_refused_with_the_nearest_name(web: Web, article: int) -> None:
    for path in ("/api/v1/articles", f"/api/v1/articles/{article}"):
        answer = web.get(path, fields="id,titel")
        assert answer.status_code == 422
        assert answer.json()["detail"] == "fields: there is no field titel; did you mean title?"


@pytest.mark.parametrize("fields", ["", ",", "id,", "id;title", "a" * 1001])
def test_a_list_of_fields_that_cannot_be_read_is_refused(web: Web, fields: str) -> None:
    assert web.get("/api/v1/articles", fields=fields).status_code == 422


@pytest.mark.parametrize(
    "form, text, has_blocks",
    [
        (None, TEXT, False),
        ("plain", TEXT, False),
        ("markdown", "A standfirst.\n\n## Under\n\n1. \\*one\\*", False),
        ("blocks", TEXT, True),
        ("none", None, False),
    ],
)
def test_the_body_is_returned_in_the_form_that_is_named(
    web: Web, article: int, form: str | None, text: str | None, has_blocks: bool
) -> None:
    for path in (f"/api/v1/articles/{article}", f"/api/v1/articles/{article}/revisions/1"):
        shown = web.get(path, text=form).json()
        assert shown["text"] == text
        assert (shown["blocks"] is not None) == has_blocks
    assert web.get("/api/v1/articles", text=form).json()["articles"][0]["text"] == text


def test_an_address_without_a_version_returns_the_blocks_as_before(web: Web, article: int) -> None:
    for query in ("", "?fields=id,blocks"):
        assert web.get(f"/api/articles/{article}{query}").json()["blocks"][1]["text"] == "Under"
    assert web.get(f"/api/articles/{article}?text=none").json()["blocks"] is None


def test_an_article_says_how_many_of_its_first_blocks_repeat_the_summary(web: Web, article: int) -> None:
    assert web.get(f"/api/v1/articles/{article}").json()["summary_blocks"] == 1


@pytest.mark.parametrize(
    "summary, texts, repeated",
    [
        (None, ["A", "B"], 0),
        ("A B", ["A", "B", "C"], 2),
        ("A  B", ["A\nB"], 1),
        ("A B", ["A", "C"], 0),
        ("A B", ["A"], 0),
        ("A", [], 0),
    ],
    ids=["no summary", "two blocks", "other white space", "differs", "longer than the text", "no text"],
)
def test_a_summary_is_repeated_by_the_blocks_that_say_all_of_it(
    summary: str | None, texts: list[str], repeated: int
) -> None:
    blocks = [{"kind": "paragraph", "text": text} for text in texts]
    row = {"summary": summary, "blocks": blocks, "text": "\n\n".join(texts)}
    assert in_form(row, TextForm.PLAIN)["summary_blocks"] == repeated


def test_a_list_is_returned_as_lines_when_they_are_accepted(web: Web, article: int) -> None:
    found, answer = lines_of(web, "/api/v1/articles", fields="id", limit=1)
    assert found == [{"id": article}]
    assert answer.headers["Content-Type"] == NDJSON
    assert lines_of(web, "/api/v1/feeds", fields="title")[0] == [{"title": None}]


def test_a_reader_of_lines_goes_on_with_the_link_to_the_next_page(web: Web) -> None:
    with web.store.begin() as db:
        ids = [rows.stored_article(db, title=f"Number {n}") for n in range(5)]
    path, more, seen = "/api/v1/articles?limit=2&fields=id", True, []
    while more:
        found, answer = lines_of(web, path)
        seen += [line["id"] for line in found]
        path, more = answer.links["next"]["url"], answer.headers["Wiredesk-More"] == "true"
        assert path.startswith("/api/v1/articles?")
    assert seen == ids
