"""The flow of `follow`: pages of the change log, in order, with a cursor that is saved behind the caller."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from wiredesk_client.building import build
from wiredesk_client.cursors import CursorStore, Position
from wiredesk_client.errors import ApiError, CursorError
from wiredesk_client.filters import Pairs
from wiredesk_client.flows import (
    GONE,
    UNPROCESSABLE,
    Answer,
    Emit,
    Flow,
    Reply,
    Request,
    Retry,
    Sleep,
    Stream,
    fetch,
)
from wiredesk_client.models import Article, Change

Delivery: TypeAlias = Generator[Request | Sleep | Emit[Sequence[Change]], Answer, Position]

TOO_SOON = 1.0
"""Seconds. A long poll that ends sooner with nothing was not one: the service, or a proxy, does not wait."""


@dataclass(frozen=True, slots=True)
class Following:
    """What to follow and how.

    `wait` is the length of a long poll, and `pause` the time between two requests to a service that has
    none, both in seconds. With `live` False the flow ends where the log ends. `batches` says whether the
    changes of a page are emitted together or one by one.
    """

    path: str
    pairs: Pairs
    filter: str
    limit: int
    wait: int
    pause: float
    live: bool
    batches: bool


def follow(what: Following, store: CursorStore, retry: Retry) -> Stream[Sequence[Change]]:
    """Emit the changes in order, and save the cursor when the caller has come back from those of a page.

    A caller that stops in the middle of a page has come back from all changes but the last. Raises
    `CursorError` if the cursor does not belong to this filter or this log, `ApiError` if the service refuses
    the request.
    """
    position = _begin(what, store)
    waits = what.live and what.wait > 0
    while True:
        try:
            reply = yield from _page(what, position.cursor, retry, waits=waits)
        except ApiError as error:
            if error.status == UNPROCESSABLE and waits and "wait" in error.message:
                waits = False  # an earlier release of the service
            elif error.status == GONE and "newest" in error.body:
                # The database was restored to an earlier time: behind its end comes the line that says so.
                position = replace(position, cursor=int(error.body["newest"]))
            else:
                raise
            continue
        page = reply.object()
        before, position = position, (yield from _deliver(page, position, store, what))
        if page["more"]:
            continue
        if not what.live:
            return
        if not waits or (reply.seconds < TOO_SOON and position.cursor == before.cursor):
            yield Sleep(what.pause)


def _begin(what: Following, store: CursorStore) -> Position:
    position = store.load() or Position()
    if position.filter is not None and position.filter != what.filter:
        raise CursorError(
            f"the cursor was saved for the filter {position.filter!r}, not {what.filter!r}: "
            "use another cursor for another filter"
        )
    return replace(position, filter=what.filter)


def _page(what: Following, after: int, retry: Retry, *, waits: bool) -> Flow[Reply]:
    place = (("after", str(after)), ("limit", str(what.limit)))
    waiting = (("wait", str(what.wait)),) if waits else ()
    request = Request(what.path, (*what.pairs, *place, *waiting), patience=what.wait if waits else 0)
    return (yield from fetch(request, retry))


def _deliver(page: Mapping[str, Any], before: Position, store: CursorStore, what: Following) -> Delivery:
    changes = changes_of(page)
    after = _after(page, changes, before)
    reached = before
    try:
        for part in [changes] if what.batches and changes else [(change,) for change in changes]:
            yield Emit(part)
            last = part[-1]
            reached = replace(before, cursor=last.cursor, epoch=last.epoch or reached.epoch)
    except GeneratorExit:
        if reached != before:
            store.save(reached)
        raise
    if after != before:
        store.save(after)
    return after


def _after(page: Mapping[str, Any], changes: Sequence[Change], before: Position) -> Position:
    """Return the position behind a page. Raises `CursorError` if the page is of another log."""
    current = str(page["epoch"])
    resets = [change.epoch for change in changes if change.is_reset]
    epoch = resets[-1] if resets else before.epoch or current
    # While there is more, the reset with which the current epoch begins may still be ahead.
    if not page["more"] and current not in (epoch, before.epoch):
        raise CursorError(
            "the service has another change log than the one that the cursor was saved for: "
            "use another cursor, and forget what came from the former log"
        )
    return replace(before, cursor=max(int(page["next"]), before.cursor), epoch=epoch)


def changes_of(page: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the changes of a page (articles, purged ones and resets) in the order of the log."""
    rows = [*page["articles"], *page.get("gone", ())]
    found = [*map(_change, rows), *map(_reset, page.get("resets", ()))]
    return tuple(sorted(found, key=lambda change: change.cursor))


def _change(row: Mapping[str, Any]) -> Change:
    matches = row.get("matches") is not False
    has_content = matches and row.get("url") is not None and row.get("change") != "purged"
    article = build(Article, row) if has_content else None
    named = {**row, "kind": row.get("change"), "article_id": row.get("article_id", row.get("id"))}
    return replace(build(Change, named), article=article, raw=row)


def _reset(row: Mapping[str, Any]) -> Change:
    return build(Change, {**row, "kind": "reset", "cursor": row["id"]})
