"""What a publisher edited is shown word by word."""

from typing import Any

import pytest

from tests.store import rows
from tests.web.conftest import Web

URL = "https://news.example/edited"


@pytest.fixture
def edited(web: Web) -> int:
    """An article with two revisions."""
    with web.store.begin() as db:
        article_id = rows.stored_article(db, url=URL, title="Storm ahead", text="Ten people were hurt.")
    with web.store.begin() as db:
        rows.revised_article(
            db, article_id, url=URL, changed=["title", "text"], title="Storm", text="Twelve people were hurt."
        )
    return article_id


def without_deleted(pieces: list[dict[str, Any]], left_out: str) -> str:
    return "".join(piece["text"] for piece in pieces if piece["op"] != left_out)


def test_the_newest_revision_is_compared_with_the_one_before(web: Web, edited: int) -> None:
    shown = web.get(f"/api/v1/articles/{edited}/diff").json()
    assert (shown["from"], shown["to"], shown["changed"]) == (1, 2, ["text", "title"])
    assert (shown["words_added"], shown["words_removed"]) == (1, 2)
    assert [(piece["op"], piece["text"].strip()) for piece in shown["text"]] == [
        ("delete", "Ten"),
        ("insert", "Twelve"),
        ("equal", "people were hurt."),
    ]
    assert without_deleted(shown["title"], "insert") == "Storm ahead"
    assert without_deleted(shown["title"], "delete") == "Storm"


def test_revisions_can_be_compared_in_any_order(web: Web, edited: int) -> None:
    there = web.get(f"/api/v1/articles/{edited}/diff", **{"from": 1, "to": 2}).json()
    back = web.get(f"/api/v1/articles/{edited}/diff", **{"from": 2, "to": 1}).json()
    assert (back["words_added"], back["words_removed"]) == (there["words_removed"], there["words_added"])
    assert back["changed"] == there["changed"]
    assert without_deleted(back["text"], "delete") == "Ten people were hurt."


def test_a_revision_compared_with_itself_is_equal(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title=None, text="Same.")
    shown = web.get(f"/api/v1/articles/{article_id}/diff", fields="from,title,text,words_added").json()
    assert shown == {"from": 1, "title": [], "text": [{"op": "equal", "text": "Same."}], "words_added": 0}


def test_a_missing_article_or_revision_has_no_diff(web: Web, edited: int) -> None:
    assert web.get("/api/v1/articles/999/diff").status_code == 404
    assert (
        web.get(f"/api/v1/articles/{edited}/diff", to=3).json()["detail"]
        == f"article {edited} has no revision 3"
    )


def test_the_page_of_a_diff_marks_words_for_eyes_and_for_screen_readers(web: Web, edited: int) -> None:
    html = web.get(f"/articles/{edited}/diff").text
    assert "1 words added, 2 removed" in html
    for tag, word, shown in (("del", "removed", "Ten"), ("ins", "added", "Twelve")):
        assert f'<{tag}><span class="unseen" lang="en" dir="ltr">[{word}: </span>{shown}' in html
    assert f'href="/articles/{edited}/diff?to=2"' in web.get(f"/articles/{edited}").text


def test_the_page_of_an_article_shows_its_correction_notice(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(db, correction="Correction: It was <b>Tuesday</b>.")
    html = web.get(f"/articles/{article_id}").text
    assert "The publisher has corrected it</strong>: Correction: It was &lt;b&gt;Tuesday&lt;/b&gt;." in html
    shown = web.get(f"/api/v1/articles/{article_id}").json()
    assert shown["correction"] == "Correction: It was <b>Tuesday</b>."
