"""An article's page says how its body was found, from the page that was kept."""

from datetime import timedelta

from tests.store import rows
from tests.store.rows import NOW
from tests.web.conftest import Web
from worker.rows.pages import NewPage
from worker.store import pages
from worker.store.db import run

PARAGRAPH = "The harbour town reopened its old bridge on Friday after months of repairs to two pillars."
BODY = f"<html><body><h1>Bridge</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH} Again.</p></body></html>"


def article_of_page(web: Web, body: bytes, *, status: int | None = 200) -> int:
    """An article that was read from this page; its id."""
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="Bridge")
    with web.store.begin() as db:
        entry_id = rows.read(db, "entries", "id", article_id=article_id)[0]["id"]
        page = NewPage(
            entry_id=entry_id,
            url="https://news.example/bridge",
            status=status,
            content_type="text/html",
            headers={},
            body=body,
            encoding="",
            size=len(body),
        )
        claim = pages.insert(db, [page], now=NOW, due_at=NOW, expires_at=NOW + timedelta(days=1))[0]
        run(db, "UPDATE pages SET state = 'extracted', due_at = NULL WHERE id = :id", id=claim.id)
        run(db, "UPDATE revisions SET page_id = :page WHERE article_id = :id", page=claim.id, id=article_id)
    return article_id


def test_each_run_of_the_kept_page_has_its_points_and_reasons(web: Web) -> None:
    article_id = article_of_page(web, BODY.encode())

    shown = web.get(f"/api/v1/articles/{article_id}/explanation").json()

    first = next(run for run in shown["runs"] if run["text"] == PARAGRAPH)
    assert first["points"] > 0
    assert first["features"]
    assert shown["missing"] is None


def test_the_page_of_an_article_leads_to_the_explanation(web: Web) -> None:
    article_id = article_of_page(web, BODY.encode())

    link = f"/articles/{article_id}/explanation"

    assert link in web.page(f"/articles/{article_id}").text
    assert PARAGRAPH in web.page(link).text


def test_without_a_kept_page_it_says_why_nothing_is_explained(web: Web) -> None:
    from_feed = article_of_page(web, b"", status=None)
    expired = article_of_page(web, BODY.encode())
    with web.store.begin() as db:
        pages.expire(db, now=NOW + timedelta(days=2))
        moved = rows.stored_article(db)

    ids = (from_feed, expired, moved)
    missing = [web.get(f"/api/v1/articles/{n}/explanation").json()["missing"] for n in ids]

    assert missing == [
        "its text came with the feed",
        "its page is no longer kept",
        "no page of it is known",
    ]
    assert "no longer kept" in web.page(f"/articles/{expired}/explanation").text


def test_an_unknown_article_is_not_found(web: Web) -> None:
    assert web.get("/api/v1/articles/99/explanation").status_code == 404
    assert web.page("/articles/99/explanation").status_code == 404


def test_text_of_the_page_cannot_act(web: Web) -> None:
    hostile = BODY.replace("Again.", "Again &lt;script&gt;alert(1)&lt;/script&gt;")

    page = web.page(f"/articles/{article_of_page(web, hostile.encode())}/explanation").text

    assert "<script>alert" not in page
