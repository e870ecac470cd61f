"""The page of the search box: feeds, hosts, articles, stories and entries that the words may mean."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.services.operator.find import find
from worker.services.operator.refusal_samples import retry_entries
from worker.store import finding, pages
from worker.web.access import Editor
from worker.web.api.models import ArticleFound
from worker.web.api.params import Id
from worker.web.flash import see_other
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.status import words_for

LONGEST = 500
"""Characters that are searched for, as with articles."""

MOST_SIGHTINGS = 50
"""Feeds listed on the page of an entry."""

router = APIRouter()


@router.get("/find")
def found(parts: Needed, q: str = "") -> HTMLResponse:
    """Show what the words may mean, by kind."""
    text = q.strip()[:LONGEST]
    with parts.store.begin() as db:
        result = find(db, text, now=parts.clock())
    articles = [ArticleFound.model_validate(one) for one in result.articles]
    return page("find.html", q=text, found=result, articles=articles, words_for=words_for)


@router.get("/entries/{entry_id}")
def entry(parts: Needed, entry_id: Id) -> HTMLResponse:
    """Show what happened to one entry: seen, fetched, extracted, and why it is where it is."""
    with parts.store.begin() as db:
        shown = finding.entry(db, entry_id)
        if shown is None:
            raise HTTPException(404, f"there is no entry {entry_id}")
        seen = finding.sightings_of(db, entry_id, limit=MOST_SIGHTINGS)
        fetched = pages.of_entry(db, entry_id)
    return page("entry.html", entry=shown, sightings=seen, fetched=fetched)


@router.post("/entries/{entry_id}/retry")
def retry(parts: Needed, actor: Editor, entry_id: Id) -> RedirectResponse:
    """Let a refused entry wait to be fetched again."""
    with parts.store.begin() as db:
        done = retry_entries(db, [entry_id], by=actor.name, now=parts.clock())
    words = "The entry waits to be fetched again" if done else "Only refused entries can be fetched again"
    return see_other(f"/entries/{entry_id}", words, bad=not done)
