"""The client's objects: built from what the service says it answers, and from what a newer one might."""

from dataclasses import fields
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wiredesk_client import Article, Change, Client, WiredeskError, to_pandas
from wiredesk_client.building import build
from wiredesk_client.filters import pairs_of, text_of
from wiredesk_client.following import changes_of

from tests.clients.conftest import Newsroom
from worker.web.api import models


def test_unknown_fields_are_kept_in_raw_and_missing_ones_are_empty() -> None:
    article = build(
        Article, {"id": 7, "title": None, "blocks": [{"kind": "quote", "new": 1}], "mood": "grim"}
    )
    assert (article.id, article.title, article.tags, article.published) == (7, None, (), None)
    assert article.blocks[0].kind == "quote"
    assert article.raw["mood"] == "grim"


def test_an_article_can_be_hashed_and_compared() -> None:
    one, two = (build(Article, {"id": 7, "tags": ["a"]}) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(("row", "gone"), [
    ({"kind": "created", "article": Article(state="live")}, False),
    ({"kind": "refreshed", "article": Article(state="live")}, False),
    ({"kind": "removed", "article": Article(state="removed")}, True),
    ({"kind": "purged"}, True),
    ({"kind": "revised", "matches": False}, True),
    ({"kind": "reset"}, False),
], ids=lambda value: str(value)[:30])  # fmt: skip
def test_a_copy_is_deleted_when_its_article_is_withdrawn_purged_or_filtered_out(
    row: dict[str, Any], gone: bool
) -> None:
    assert Change(**row).is_gone is gone


def test_what_was_followed_becomes_a_frame_of_the_current_state(newsroom: Newsroom, client: Client) -> None:
    newsroom.publish(2)
    (article_id,) = newsroom.publish(url="https://news.example/a")
    newsroom.revise(article_id, "https://news.example/a", title="Corrected", text="Other.")
    frame = to_pandas(client.follow(live=False, limit=1))
    assert len(frame) == 3
    assert list(frame[frame["id"] == article_id]["title"]) == ["Corrected"]
    assert isinstance(frame["published"].dtype, pandas.DatetimeTZDtype)
    assert str(frame["published"].dt.tz) == "UTC"


def test_purged_articles_and_resets_come_in_their_place() -> None:
    page = {
        "articles": [
            {"cursor": 5, "change": "created", "id": 2, "url": "https://n.example/", "matches": True},
            {"cursor": 7, "change": "revised", "id": 3, "matches": False},
        ],
        "gone": [{"cursor": 4, "change": "purged", "id": 1, "cause": "operator"}],
        "resets": [{"id": 6, "epoch": "e", "void_after": 3, "at": "2026-05-04T12:00:00Z"}],
    }
    found = changes_of(page)
    assert [(change.kind, change.is_gone) for change in found] == [
        ("purged", True), ("created", False), ("reset", False), ("revised", True),
    ]  # fmt: skip
    assert [change.article_id for change in found] == [1, 2, None, 3]


def test_articles_that_are_gone_are_not_in_the_frame() -> None:
    kept = Article(id=1, key="a", state="live")
    found = [
        Change(kind="created", key="a", article=kept),
        Change(kind="created", key="b", article=Article(id=2, key="b", state="live")),
        Change(kind="purged", key="b"),
        Change(kind="reset", cursor=9),
    ]
    assert list(to_pandas(found)["key"]) == ["a"]
    assert list(to_pandas([]).columns) == list(to_pandas(found).columns)


PAIRS = st.lists(st.tuples(st.sampled_from(["q", "language", "feed"]), st.text(max_size=20)), max_size=5)


@given(PAIRS)
def test_a_filter_as_text_is_the_same_filter(pairs: list[tuple[str, str]]) -> None:
    assert pairs_of(text_of(tuple(pairs))) == tuple(pairs)


def test_a_filter_may_be_text_or_a_mapping() -> None:
    expected = (("q", "storm surge"), ("language", "de"), ("language", "fr"))
    assert pairs_of('q="storm surge" language=de language=fr') == expected
    assert pairs_of({"q": "storm surge", "language": ["de", "fr"]}) == expected
    assert pairs_of(None) == ()


@pytest.mark.parametrize("text", ["storm", 'q="storm'])
def test_a_filter_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(WiredeskError, match="filter"):
        pairs_of(text)


def test_every_field_of_an_article_has_the_services_name() -> None:
    known = set(models.ArticleChanged.model_fields) | set(models.ArticleWhole.model_fields)
    assert {field.name for field in fields(Article)} - {"raw"} <= known
