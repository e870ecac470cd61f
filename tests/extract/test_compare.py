"""Changes between two versions of an article, and round trips through documents."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.extract.pages import EN, article_html, json_ld, page
from tests.extract.read import article
from worker.extract.article import Article
from worker.extract.compare import COMPARED, changed_fields
from worker.extract.document import from_document, to_document
from worker.extract.types import Block, Image, Link

HEAD = json_ld(headline="Closed", author={"name": "Jo Park"}, datePublished="2024-05-03T11:30:00+02:00")
FIGURE = '<figure><img src="/b.jpg"><figcaption>The bridge. © dpa</figcaption></figure>'
LINKED = f'{EN[0]} The <a href="/council">council</a> agreed.'
FOUND = article(page(article_html((LINKED, *EN[1:]), before=FIGURE), head=HEAD))


def test_a_document_is_json_and_survives_a_round_trip():
    document = json.loads(json.dumps(to_document(FOUND)))
    assert from_document(document) == FOUND
    assert set(document) == {one.name for one in fields(Article)}
    assert document["published"] == "2024-05-03T11:30:00+02:00"
    assert document["provenance"]["title"] == "json-ld"


def test_a_document_of_a_later_version_is_read():
    assert from_document({**to_document(FOUND), "mood": "grim"}) == FOUND


def test_an_empty_article_survives_a_round_trip():
    assert from_document(to_document(Article(None, ()))) == Article(None, ())


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, ()),
        ({"title": "Open again"}, ("title",)),
        ({"title": " Closed "}, ()),
        ({"authors": ("Jo Park", "Max Kern")}, ("authors",)),
        ({"published": datetime(2024, 5, 3, 9, 30, tzinfo=UTC)}, ()),
        ({"modified": datetime(2024, 5, 4, tzinfo=timezone(timedelta(hours=2)))}, ("modified",)),
        ({"extractor": "2", "word_count": 1, "provenance": ()}, ()),
        ({"blocks": FOUND.blocks[:-1]}, ("blocks",)),
        (
            {
                "blocks": (
                    replace(FOUND.blocks[0], links=(Link(0, 3, "https://x.example"),)),
                    *FOUND.blocks[1:],
                )
            },
            (),
        ),
        ({"images": (Image("https://news.example/b.jpg?w=9", "The bridge.", "© AFP"),)}, ()),
        ({"images": ()}, ("images",)),
        ({"paywalled": True, "tags": ("bridge",)}, ("tags", "paywalled")),
    ],
)
def test_changed_fields_are_returned_in_order(changed, names):
    assert changed_fields(to_document(FOUND), to_document(replace(FOUND, **changed))) == names


def test_compared_names_are_fields_of_an_article():
    assert set(COMPARED) <= {one.name for one in fields(Article)}


def test_a_heading_that_becomes_a_paragraph_is_a_change():
    old, new = (replace(FOUND, blocks=(Block(kind, "Now", None),)) for kind in ("heading", "paragraph"))
    assert changed_fields(to_document(old), to_document(new)) == ("blocks",)
