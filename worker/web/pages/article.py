"""The pages of one article: text and facts, revisions, kept page and trail, and what can be done with it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from worker.services.kept_page import page_of_article
from worker.services.look_schedule import look_plan
from worker.services.operator.article_actions import look_at_article, purge_article, reextract_article
from worker.store import article_trail, reading
from worker.web.access import Admin, Editor
from worker.web.api import articles
from worker.web.api import explanation as explanations
from worker.web.api.answers import TextForm, in_form
from worker.web.api.diff import ArticleDiff, From, To, diff_of
from worker.web.api.explanation import Explanation
from worker.web.api.models import ArticleShort, ArticleWhole, Row, Version
from worker.web.api.params import Id, RevisionNumber
from worker.web.flash import see_other
from worker.web.parts import Needed, Parts
from worker.web.render import inert, page

MEMBERS = 8
"""Articles of its story that are listed next to an article; the story's page has the others. A guess."""

INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    # Browsers refuse a sandboxed page with another value (HTML, "create navigation params by fetching").
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
"""Headers of a kept page. It is written as harmless HTML; these stop what might get through."""

router = APIRouter()


@router.get("/articles/{article_id}")
def article(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show the current version of an article."""
    whole = _whole(parts, article_id)
    return page("article.html", article=whole, version=whole, **_trail(parts, whole))


@router.get("/articles/{article_id}/revisions/{number}")
def revision(parts: Needed, article_id: Id, number: RevisionNumber) -> HTMLResponse:
    """Show one revision of an article."""
    whole = _whole(parts, article_id)
    version = Version.model_validate(_with_blocks(articles.version_of(parts, article_id, number)))
    return page("article.html", article=whole, version=version, **_trail(parts, whole))


@router.get("/articles/{article_id}/diff")
def difference(parts: Needed, article_id: Id, from_: From = None, to: To = None) -> HTMLResponse:
    """Show what changed between two revisions of an article."""
    whole = _whole(parts, article_id)
    shown = ArticleDiff.model_validate(diff_of(parts, article_id, from_, to))
    return page("diff.html", article=whole, diff=shown)


@router.get("/articles/{article_id}/explanation")
def explanation(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show why each run of text on the article's page belongs to its body or not."""
    whole = _whole(parts, article_id)
    shown = Explanation.model_validate(explanations.explain(parts, article_id))
    return page("explanation.html", article=whole, explanation=shown)


@router.get("/articles/{article_id}/page")
def kept_page(parts: Needed, article_id: Id) -> HTMLResponse:
    """Show the page from which the article was read, with everything taken out that acts or loads."""
    whole = _whole(parts, article_id)
    kept = page_of_article(parts.store, article_id, policy=parts.settings.extraction)
    body = Markup(inert(kept.shown.html)) if kept.shown else None  # noqa: S704 - built from escaped pieces
    return page("kept_page.html", headers=INERT, article=whole, kept=kept, body=body)


@router.post("/articles/{article_id}/reextract")
def reextract(parts: Needed, article_id: Id, actor: Editor) -> RedirectResponse:
    """Let the kept pages of an article be read again."""
    _exists(parts, article_id)
    count = reextract_article(parts.store, article_id, actor=actor, now=parts.clock())
    if not count:
        message = "No page of it is kept, or one waits to be read already: look again to fetch it."
        return see_other(f"/articles/{article_id}", message, bad=True)
    return see_other(f"/articles/{article_id}", "Its kept page waits to be read again.")


@router.post("/articles/{article_id}/look")
def look(parts: Needed, article_id: Id, actor: Editor) -> RedirectResponse:
    """Let the page of an article be fetched now."""
    _exists(parts, article_id)
    count = look_at_article(parts.store, article_id, actor=actor, now=parts.clock())
    if not count:
        return see_other(
            f"/articles/{article_id}", "It has no page to fetch: its text is the feed's.", bad=True
        )
    return see_other(f"/articles/{article_id}", "Its page is fetched at the next turn of its host.")


@router.post("/articles/{article_id}/purge")
def purge(parts: Needed, article_id: Id, actor: Admin) -> RedirectResponse:
    """Delete an article for good."""
    if not purge_article(parts.store, article_id, actor=actor, now=parts.clock()):
        raise HTTPException(404, f"no article has the id {article_id}")
    return see_other(
        "/articles", f"Article {article_id} is purged, and its addresses are never stored again."
    )


def _whole(parts: Parts, article_id: int) -> ArticleWhole:
    return ArticleWhole.model_validate(_with_blocks(articles.whole_of(parts, article_id)))


def _exists(parts: Parts, article_id: int) -> None:
    articles.whole_of(parts, article_id)


def _trail(parts: Parts, whole: ArticleWhole) -> Mapping[str, Any]:
    """Return what happened to an article: its entries with their plans, lines, deliveries and story."""
    with parts.store.begin() as db:
        entries = article_trail.entries_of(db, whole.id)
        lines = article_trail.lines_of(db, whole.id)
        deliveries = article_trail.deliveries_of(db, [line["id"] for line in lines])
        story = reading.story(db, whole.story_id, most=MEMBERS) if whole.story_id else None
    ages = parts.settings.fetching.look_again
    return {
        "entries": entries,
        "plans": [(entry, plan) for entry in entries if (plan := look_plan(entry, ages=ages))],
        "lines": lines,
        "deliveries": deliveries,
        "story": story and {**story, "articles": [ArticleShort.model_validate(m) for m in story["articles"]]},
    }


def _with_blocks(found: Row) -> Row:
    return in_form(found, TextForm.BLOCKS)
