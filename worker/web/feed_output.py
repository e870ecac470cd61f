"""The feeds that Wiredesk writes: one for each saved search, and `all`; each as Atom, RSS and JSON Feed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from worker.extract.document import block_of
from worker.extract.render_html import html
from worker.feeds import opml
from worker.feeds.opml import OpmlFeed
from worker.feeds.output import (
    FeedDocument,
    GoneItem,
    PublishedItem,
    atom,
    feed_urn,
    json_feed,
    rss,
    write_atom,
    write_json_feed,
    write_rss,
)
from worker.filters import EVERYTHING, Filter
from worker.model import ArticleState
from worker.store import Connection, filtering, matching, searches
from worker.web.api.params import LARGEST_ID, FilterQuery, only_known
from worker.web.last_modified import dated
from worker.web.parts import Needed, utc_now

ALL = "all"
"""The feed of everything."""

PAGE = 50
"""Articles of one document: what feeds of news usually hold or more, and about 300 kB with whole texts."""

EDITED = 20
"""Older articles on the first page because they changed recently; a guess."""

OPML_TYPE = "text/x-opml"
"""Not registered, but what feed readers look for."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When an empty feed was last updated: the formats require a date, which must not change by itself."""

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class FeedFormat(StrEnum):
    """The formats, by the ending of the address."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Writer:
    write: Callable[[FeedDocument], bytes]
    media_type: str


WRITERS: Mapping[FeedFormat, _Writer] = {
    FeedFormat.ATOM: _Writer(write_atom, atom.MEDIA_TYPE),
    FeedFormat.RSS: _Writer(write_rss, rss.MEDIA_TYPE),
    FeedFormat.JSON: _Writer(write_json_feed, json_feed.MEDIA_TYPE),
}
"""How each format is written."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(only_known)])


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """What a reader wants: the name of the feed, a filter in addition, and its place in the pages."""

    request: Request
    parts: Needed
    name: str
    wanted: FilterQuery
    before: Before = None

    @property
    def given(self) -> list[tuple[str, str]]:
        """The parameters that all pages have: a filter, perhaps a key."""
        return [pair for pair in self.request.query_params.multi_items() if pair[0] != "before"]

    def address(self, form: FeedFormat, *, before: int | None = None) -> str:
        """Return the address of a page of this feed."""
        query = [*self.given, *([("before", str(before))] if before else [])]
        address = _address(self.request, self.name, form)
        return f"{address}?{urlencode(query)}" if query else address


Asked = Annotated[FeedRequest, Depends()]


@router.get("/feeds.opml")
def listing(request: Request, parts: Needed) -> Response:
    """Return the list of all feeds that Wiredesk writes, to import into a feed reader."""
    with parts.store.begin() as db:
        names = [ALL, *(name for name in searches.all(db) if name != ALL)]
    found = [OpmlFeed(_address(request, name, FeedFormat.ATOM), _title(name)) for name in names]
    body = opml.write(found, title="Wiredesk")
    return dated(request.headers, body, media_type=OPML_TYPE, modified=None, now=utc_now())


@router.get("/feeds/{name}.atom")
def as_atom(asked: Asked) -> Response:
    """Return a feed as Atom."""
    return _answer(asked, FeedFormat.ATOM)


@router.get("/feeds/{name}.rss")
def as_rss(asked: Asked) -> Response:
    """Return a feed as RSS."""
    return _answer(asked, FeedFormat.RSS)


@router.get("/feeds/{name}.json")
def as_json(asked: Asked) -> Response:
    """Return a feed as JSON Feed."""
    return _answer(asked, FeedFormat.JSON)


def _answer(asked: FeedRequest, form: FeedFormat) -> Response:
    with asked.parts.store.begin() as db:
        saved = EVERYTHING if asked.name == ALL else searches.get(db, asked.name)
        if saved is None:
            raise HTTPException(
                404, f"no search is saved as {asked.name}; `wiredesk searches list` shows them"
            )
        found, is_last = _articles(db, saved & asked.wanted, asked.before)
    document = _document(asked, form, found, is_last=is_last)
    writer = WRITERS[form]
    return dated(
        asked.request.headers,
        writer.write(document),
        media_type=writer.media_type,
        modified=document.updated if found else None,
        now=utc_now(),
    )


def _articles(db: Connection, wanted: Filter, before: int | None) -> tuple[list[dict[str, Any]], bool]:
    """Return the articles of a page, the newest first, and whether no page comes after it.

    The first page also has older articles that changed recently: readers request no other page.
    """
    where = filtering.where(wanted)
    found = matching.newest(db, where, limit=PAGE + 1, before=before)
    page, is_last = found[:PAGE], len(found) <= PAGE
    if before is None and not is_last:
        page += matching.recently_changed(db, where, limit=EDITED, below=page[-1]["id"])
    return page, is_last


def _document(
    asked: FeedRequest, form: FeedFormat, found: list[dict[str, Any]], *, is_last: bool
) -> FeedDocument:
    gone = [article for article in found if article["state"] == ArticleState.REMOVED]
    oldest = None if is_last else found[:PAGE][-1]["id"]
    return FeedDocument(
        id=feed_urn("?".join([asked.name, urlencode(asked.given)])),
        title=_title(asked.name),
        updated=max(map(_updated, found), default=NEVER),
        self_url=asked.address(form, before=asked.before),
        first_url=asked.address(form),
        home_url=str(asked.request.base_url),
        next_url=asked.address(form, before=oldest) if oldest else None,
        items=tuple(_item(article) for article in found if article["state"] == ArticleState.LIVE),
        gone=tuple(GoneItem(id=article["key"].urn, at=article["removed_at"]) for article in gone),
    )


def _item(article: Mapping[str, Any]) -> PublishedItem:
    lead = next((image["url"] for image in article["images"] if image.get("lead")), None)
    return PublishedItem(
        id=article["key"].urn,
        url=article["url"],
        title=article["title"] or article["url"],
        html=html([block_of(block) for block in article["blocks"]]),
        updated=_updated(article),
        summary=article["summary"],
        published=article["published"],
        authors=(*article["authors"], *(one for one in article["agencies"] if one not in article["authors"])),
        site=article["site_name"] or article["publisher"],
        language=article["language"],
        tags=tuple(article["tags"] or ()),
        image=lead,
    )


def _updated(article: Mapping[str, Any]) -> datetime:
    dates: list[datetime | None] = [article[name] for name in ("stored_at", "revised_at", "removed_at")]
    return max(date for date in dates if date)


def _title(name: str) -> str:
    return "Wiredesk" if name == ALL else f"Wiredesk: {name}"


def _address(request: Request, name: str, form: FeedFormat) -> str:
    return f"{request.base_url}feeds/{quote(name, safe='')}.{form}"
