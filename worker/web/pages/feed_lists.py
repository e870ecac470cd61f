"""Lists of subscriptions: import of OPML or addresses, and export of the feeds that match a filter."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from worker.feeds import opml
from worker.services.operator.subscribe import NotAList, Outcome, as_opml, read_wishes, subscribe_each
from worker.store import audit, feed_pages
from worker.store import feeds as subscriptions
from worker.web.access import Editor
from worker.web.pages.feeds import FIELDS, filter_of
from worker.web.parts import Needed
from worker.web.render import page
from worker.web.uploads import Uploaded

router = APIRouter()


@router.get("/feeds/import")
def form() -> HTMLResponse:
    """Show the form."""
    return page("feed_import.html", outcomes=None, problem="")


@router.post("/feeds/import")
def import_list(parts: Needed, actor: Editor, upload: Uploaded) -> HTMLResponse:
    """Subscribe to the feeds of a list, and show what became of each of its lines."""
    body, now = upload.file("file") or upload.file("text"), parts.clock()
    if not body.strip():
        return page(
            "feed_import.html", status_code=422, outcomes=None, problem="Choose a file, or paste a list."
        )
    try:
        wishes = read_wishes(body)
    except NotAList as error:
        return page("feed_import.html", status_code=422, outcomes=None, problem=str(error))
    outcomes = subscribe_each(parts.store, wishes, now=now)
    with parts.store.begin() as db:
        for one in outcomes:
            if one.became == "added":
                audit.record(db, actor.name, "feed.added", f"feed:{one.feed_id}", {"url": one.url}, now=now)
    counts = {became: sum(one.became == became for one in outcomes) for became in Outcome.KINDS}
    return page("feed_import.html", outcomes=outcomes, counts=counts, problem="")


@router.get("/feeds/export")
def export(request: Request, parts: Needed) -> Response:
    """Return the feeds that match the filter in the query string as OPML."""
    which = filter_of({name: request.query_params.get(name, "").strip() for name in FIELDS})
    with parts.store.begin() as db:
        ids = None if not which else feed_pages.ids(db, which, limit=None)
        rows = subscriptions.subscriptions(db, ids)
    listed = sorted((as_opml(row) for row in rows), key=lambda feed: (feed.folders, feed.title))
    headers = {"Content-Disposition": 'attachment; filename="wiredesk-feeds.opml"'}
    return Response(opml.write(listed, title="Wiredesk"), media_type="text/x-opml", headers=headers)
