"""Changes between two versions of an article, and round trips through documents."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.extract.pages import EN, article_html, json_ld, page
from tests.extract.read import article
from worker.extract.article import Article
from worker.extract.compare import EDITED, NOTHING, OTHERS, WITH_OTHERS, changed_fields, compare_versions
from worker.extract.document import from_document, to_document
from worker.extract.types import Block, Link

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
        ({"blocks": FOUND.blocks[:-1]}, ("text",)),
        (
            {
                "blocks": (
                    replace(FOUND.blocks[0], links=(Link(0, 3, "https://x.example"),)),
                    *FOUND.blocks[1:],
                )
            },
            ("blocks",),
        ),
        ({"images": (replace(FOUND.images[0], url="https://cdn2.example/x/b.jpg?w=9"),)}, ()),
        ({"images": (replace(FOUND.images[0], url="https://news.example/c.jpg"),)}, ("images",)),
        ({"images": (replace(FOUND.images[0], credit="© AFP"),)}, ("images",)),
        ({"images": ()}, ("images",)),
        ({"paywalled": True, "tags": ("bridge",)}, ("tags", "paywalled")),
        ({"summary": "The bridge is closed.", "title": "Open"}, ("title", "summary")),
    ],
)
def test_changed_fields_are_returned_in_order(changed, names):
    assert changed_fields(to_document(FOUND), to_document(replace(FOUND, **changed))) == names


def test_compared_names_are_fields_of_an_article():
    assert {*EDITED, *OTHERS, *WITH_OTHERS} - {"text", "correction"} <= {one.name for one in fields(Article)}


def test_a_heading_that_becomes_a_paragraph_is_a_change():
    old, new = (replace(FOUND, blocks=(Block(kind, "Now", None),)) for kind in ("heading", "paragraph"))
    assert changed_fields(to_document(old), to_document(new)) == ("blocks",)


def test_what_changes_at_each_request_of_a_page_counts_as_nothing():
    noise = {
        "modified": datetime(2026, 11, 30, tzinfo=UTC),
        "tags": ("weather", "bridge"),
        "images": (replace(FOUND.images[0], url="https://cdn7.example/s--x8--/b.jpg?token=1"),),
        "provenance": (("title", "html"),),
        "extractor": "99",
    }
    old = replace(FOUND, tags=("bridge", "weather"))
    assert compare_versions(to_document(old), to_document(replace(old, **noise))) is NOTHING


def test_fields_beyond_what_the_article_says_differ_without_an_edit():
    found = compare_versions(
        to_document(FOUND), to_document(replace(FOUND, section="Local", tags=("bridge",)))
    )
    assert (found.changed, found.edited) == (("section", "tags"), ())


def test_words_of_title_and_text_are_counted_together():
    blocks = (replace(FOUND.blocks[0], text=f"Now: {FOUND.blocks[0].text}"), *FOUND.blocks[1:])
    new = replace(FOUND, title="Closed again", blocks=blocks, authors=("Max Kern",))
    found = compare_versions(to_document(FOUND), to_document(new))
    assert found.changed == found.edited == ("title", "text", "authors")
    assert (found.words_added, found.words_removed) == (2, 0)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("2024-05-03T22:30:00+00:00 instant", "2024-05-04T00:00:00+00:00 day", ("published_precision",)),
        ("2024-05-04T00:00:00+00:00 day", "2024-05-03T22:30:00+00:00 instant", ("published_precision",)),
        ("2024-05-04T00:00:00+00:00 day", "2024-05-03T19:00:00-05:00 day", ()),
        ("2024-05-04T00:00:00+00:00 day", "2024-05-05T00:00:00+00:00 day", ("published",)),
        (
            "2024-05-04T00:00:00+00:00 day",
            "2024-05-07T09:00:00+00:00 instant",
            ("published", "published_precision"),
        ),
        ("2024-05-04T08:00:00+00:00 instant", "2024-05-04T08:05:00+00:00 instant", ("published",)),
    ],
    ids=["less precise", "more precise", "a day in another zone", "a day", "another day", "five minutes"],
)
def test_a_date_that_is_only_stated_more_or_less_precisely_is_not_edited(old, new, names):
    documents = []
    for stated in (old, new):
        at, precision = stated.split()
        documents.append(to_document(FOUND) | {"published": at, "published_precision": precision})
    assert changed_fields(*documents) == names


def test_a_date_that_only_the_feed_states_is_not_edited():
    """Many feeds date all their items again at each request."""
    old = to_document(FOUND) | {"provenance": {"published": "feed"}}
    assert changed_fields(old, old | {"published": "2026-11-30T08:00:00+00:00"}) == ()
