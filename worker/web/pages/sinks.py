"""Sinks: how far each receiver of the change log is, what it refused, and what can be done about it.

Secrets and the paths of addresses are on no page; the secret of a new webhook is shown once, in the answer
to the form that adds it.
"""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from worker.deliver.answer import Verdict
from worker.deliver.hiding import masked
from worker.deliver.presets import PRESETS
from worker.filters import FilterError
from worker.model import SinkContent
from worker.rows.access import Actor
from worker.rows.sinks import SinkOptions
from worker.services.sinks import operator
from worker.services.sinks.filters import searches_of
from worker.services.sinks.new import BATCH_MOST, BadSink
from worker.store import sink_letters, sinks
from worker.web.access import Admin, Editor
from worker.web.api.params import LARGEST_ID
from worker.web.flash import see_other
from worker.web.form_fields import Fields, FormFields
from worker.web.parts import Needed, Parts
from worker.web.render import page

COUNTED = 1000
"""Lines up to which the pages count how far a sink is behind, and dead letters: more is "more than". A guess
at what matters to a person; 10,000 of each took 50 ms for four sinks (`make bench-pages`)."""

TRIES = 50
"""Tries on the page of a sink: those of some minutes. A guess."""

LETTERS = 50
"""Dead letters, and lines set aside, on a page. A guess."""

LABELS = {
    "content": "“What messages say of the article”",
    "batch": "“Lines in one message”",
    "preset": "“Form of the body”",
    "allow_private": "“Permit an address that is not public”",
}
"""Fields in messages, by their labels in the form."""

router = APIRouter()

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/sinks")
def sink_list(parts: Needed) -> HTMLResponse:
    """Show all sinks with their lag and what is wrong."""
    with parts.store.begin() as db:
        found = [_shown(sink) for sink in sinks.listing(db, counted=COUNTED)]
    return page("sinks.html", sinks=found, counted=COUNTED)


@router.get("/sinks/new")
def new(actor: Admin) -> HTMLResponse:
    """Show the form that adds a webhook."""
    return _form(FormFields([]))


@router.post("/sinks")
def add(parts: Needed, fields: Fields, actor: Admin) -> Response:
    """Add a webhook, and show its secret once."""
    name = fields.text("name")
    try:
        begin = fields.number("from", least=0, most=LARGEST_ID)
        options = _options(fields)
        with parts.store.begin() as db:
            made = operator.add_sink(
                db,
                name,
                fields.text("url"),
                options,
                where=fields.text("where"),
                secret=fields.text("secret") or None,
                begin=begin,
                actor=actor,
                now=parts.clock(),
            )
    except BadSink as error:
        return _form(fields, error.shown(LABELS))
    except (FilterError, ValueError) as error:
        return _form(fields, str(error))
    if fields.text("secret") or not made.secret:
        return see_other(f"/sinks/{name}", f"{name} is added: it begins after line {made.cursor}.")
    return page("sink_added.html", headers={"Cache-Control": "no-store"}, name=name, secret=made.secret)


@router.get("/sinks/{name}")
def sink(parts: Needed, name: str, before: Before = None) -> HTMLResponse:
    """Show one sink with its tries, the lines that are set aside, and its dead letters."""
    with parts.store.begin() as db:
        found = sinks.show(db, name, counted=COUNTED)
        if found is None:
            raise HTTPException(404, f"there is no sink {name[:80]}")
        tries = sinks.tries(db, found["id"], limit=TRIES)
        waiting = sink_letters.waiting(db, found["id"], limit=LETTERS)
        letters = sink_letters.dead(db, found["id"], limit=LETTERS, before=before)
    older = letters[-1]["line_id"] if len(letters) == LETTERS else None
    return page(
        "sink.html",
        sink=_shown(found),
        counted=COUNTED,
        tries=tries,
        waiting=waiting,
        letters=letters,
        older=older,
        searches=searches_of(found["filter"]),
    )


@router.post("/sinks/{name}/pause")
def pause(parts: Needed, name: str, actor: Editor) -> RedirectResponse:
    """Stop delivering until the sink is resumed."""
    return _done(parts, name, actor, operator.pause_sink, f"{name} is paused; its cursor stays.")


@router.post("/sinks/{name}/resume")
def resume(parts: Needed, name: str, actor: Editor) -> RedirectResponse:
    """Deliver again from where the sink stopped."""
    return _done(parts, name, actor, operator.resume_sink, f"{name} is active.")


@router.post("/sinks/{name}/remove")
def remove(parts: Needed, name: str, actor: Admin) -> RedirectResponse:
    """Remove a sink with its cursor."""
    return _done(parts, name, actor, operator.remove_sink, f"{name} is removed.", to="/sinks")


@router.post("/sinks/{name}/test")
def test(parts: Needed, name: str, actor: Editor) -> RedirectResponse:
    """Send a ping, and show the answer."""
    try:
        answer = operator.ping_sink(
            parts.store, name, agent=parts.settings.user_agent, actor=actor, now=parts.clock()
        )
    except BadSink as error:
        return see_other(_path(name), str(error), bad=True)
    status = f", status {answer.status}" if answer.status else ""
    said = answer.detail or answer.said
    message = f"ping: {answer.verdict}{status}, {answer.seconds:.2f} s{f': {said}' if said else ''}"
    return see_other(_path(name), message, bad=answer.verdict is not Verdict.DELIVERED)


@router.post("/sinks/{name}/replay")
def replay(parts: Needed, name: str, fields: Fields, actor: Editor) -> RedirectResponse:
    """Send lines again: all from one on, the selected dead letters, or all of them."""
    try:
        begin = fields.number("from", least=1, most=LARGEST_ID)
        with parts.store.begin() as db:
            if begin is not None:
                operator.replay_lines(db, name, begin=begin, actor=actor, now=parts.clock())
                return see_other(_path(name), f"{name} gets all lines from {begin} on again.")
            chosen = None if fields.flag("all") else fields.numbers("line")
            if chosen == []:
                return see_other(_path(name), "Select dead letters, or write a line to begin with.", bad=True)
            count = operator.replay_letters(db, name, line_ids=chosen, actor=actor, now=parts.clock())
    except (BadSink, ValueError) as error:
        return see_other(_path(name), str(error), bad=True)
    return see_other(_path(name), f"{count} dead letter{'s are' if count != 1 else ' is'} sent again.")


def _done(
    parts: Parts, name: str, actor: Actor, change: Any, message: str, *, to: str | None = None
) -> RedirectResponse:
    try:
        with parts.store.begin() as db:
            change(db, name, actor=actor, now=parts.clock())
    except BadSink as error:
        return see_other(_path(name), str(error), bad=True)
    return see_other(to or _path(name), message)


def _path(name: str) -> str:
    """Return the page of a sink; names that no sink has are checked before they are in an address."""
    return "/sinks" if "/" in name or not name.isprintable() else f"/sinks/{name}"


def _options(fields: FormFields) -> SinkOptions:
    content = fields.text("content") or SinkContent.NONE
    if content not in list(SinkContent):
        raise BadSink(f"{{content}} is one of {', '.join(SinkContent)}")
    return SinkOptions(
        content=SinkContent(content),
        batch=fields.number("batch", least=1, most=BATCH_MOST) or 1,
        preset=fields.text("preset"),
        allow_private=fields.flag("allow_private"),
    )


def _form(fields: FormFields, problem: str = "") -> HTMLResponse:
    return page(
        "sink_new.html",
        status_code=422 if problem else 200,
        headers={"Cache-Control": "no-store"},
        given=fields,
        problem=problem,
        contents=tuple(SinkContent),
        presets=tuple(PRESETS),
        most=BATCH_MOST,
    )


def _shown(sink: dict[str, Any]) -> dict[str, Any]:
    """Return a sink as it may be shown: of the address only the host."""
    url = masked(sink["url"]) if sink["url"] else ""
    return {**sink, "url": url, "options": sinks.options_of(sink["options"])}
