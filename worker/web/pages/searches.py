"""Saved searches: what they find, their feeds, and who follows them."""

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from worker.filters import FilterError
from worker.services.operator.saved_searches import BadSearch, remove_search, save_search
from worker.services.sinks.filters import searches_of
from worker.store import searches, sinks
from worker.web.access import Editor
from worker.web.flash import see_other
from worker.web.form_fields import Fields
from worker.web.parts import Needed
from worker.web.render import page

router = APIRouter()


@router.get("/searches")
def search_list(parts: Needed, name: str = "", filter: str = "") -> HTMLResponse:
    """Show the saved searches, and a form to add one; `name` and `filter` are filled in."""
    with parts.store.begin() as db:
        found = searches.listing(db)
        followed = {sink: searches_of(filter_) for sink, filter_ in sinks.filters(db).items()}
    for search in found:
        search["sinks"] = [sink for sink, names in followed.items() if search["name"] in names]
    return page("searches.html", searches=found, name=name, filter=filter)


@router.post("/searches")
def save(parts: Needed, fields: Fields, actor: Editor) -> RedirectResponse:
    """Save a filter under a name."""
    name, text = fields.text("name"), fields.text("filter")
    try:
        with parts.store.begin() as db:
            wanted, is_new = save_search(db, name, text, actor=actor, now=parts.clock())
    except (BadSearch, FilterError) as error:
        again = urlencode({"name": name, "filter": text})
        return see_other(f"/searches?{again}", str(error), bad=True)
    return see_other("/searches", f"{name} is {'saved' if is_new else 'replaced'}: {wanted}")


@router.post("/searches/{name}/remove")
def remove(parts: Needed, name: str, actor: Editor) -> RedirectResponse:
    """Forget a saved search."""
    try:
        with parts.store.begin() as db:
            remove_search(db, name, actor=actor, now=parts.clock())
    except BadSearch as error:
        return see_other("/searches", str(error), bad=True)
    return see_other("/searches", f"{name} is removed.")
