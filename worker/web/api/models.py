"""The fields of the API's answers. Instants are ISO 8601 in UTC; a field that is not known is null."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from worker.web.status import Identity

Texts = Annotated[list[str], BeforeValidator(lambda value: value or [])]


class Link(BaseModel):
    """Characters `start` to `end` of a block's text lead to `url`."""

    start: int
    end: int
    url: str


class ArticleBlock(BaseModel):
    """A piece of the body in reading order."""

    kind: str = Field(description="heading, paragraph, quote, list_item, table or preformatted")
    text: str = Field(description="a table has a line for each row and a tab between cells")
    level: int | None = Field(None, description="1 to 6 for a heading, the depth from 1 for a list item")
    attribution: str | None = Field(None, description="who is quoted")
    links: list[Link] = []


class Image(BaseModel):
    """A picture of the article, at its publisher."""

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    lead: bool = False
    file_photo: bool = Field(False, description="the caption calls it archive material")


class Rights(BaseModel):
    """What the publisher allows."""

    licence: str | None = None
    robots: list[str] = []
    noindex: bool = Field(False, description="said to all robots, or to us")
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False
    tdm_policy: str | None = None
    agents_denied: list[str] = Field(
        [], description="of rights_agents, those to whom robots.txt forbids the page"
    )


class Version(BaseModel):
    """What an article said in one revision."""

    id: int
    revision: int
    url: str = Field(description="canonical")
    title: str | None = None
    authors: Texts = []
    agencies: Texts = []
    published: datetime | None = None
    published_precision: str | None = Field(None, description="instant or day")
    published_offset: int | None = Field(None, description="minutes east of UTC, as printed")
    modified: datetime | None = None
    language: str | None = Field(None, description="BCP 47")
    section: str | None = None
    tags: Texts = []
    site_name: str | None = None
    summary: str | None = None
    text: str
    word_count: int
    kind: str
    paywalled: bool | None = None
    blocks: list[ArticleBlock]
    images: list[Image]
    rights: Rights
    provenance: dict[str, str] = Field(description="field to source, as json-ld, html, script, feed or rule")
    extractor: str


class Article(Version):
    """An article as it stands."""

    state: str = Field(description="live or removed")
    story_id: int | None = Field(description="articles that carry the same text have the same story")
    publisher: str | None = Field(description="host name of the outlet")
    stored_at: datetime
    revised_at: datetime | None
    removed_at: datetime | None


class ArticleChanged(Article):
    """An article as it stands, at its last change among those asked for."""

    cursor: int
    change: str = Field(description="created, revised, removed or restored")


class ArticlePage(BaseModel):
    """Articles in the order of the change log."""

    articles: list[ArticleChanged]
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="whether there is more at once")


class RevisionLine(BaseModel):
    """When a version was seen, and the names of the fields in which it differs from the one before."""

    number: int
    seen_at: datetime
    changed: list[str]
    extractor: str


class Seen(BaseModel):
    """A feed in which the article was seen."""

    feed_id: int
    feed: str
    first_seen_at: datetime
    last_seen_at: datetime
    position: int = Field(description="0 is the top of the document")


class ArticleWhole(Article):
    """An article with its revisions and where it was seen."""

    revisions: list[RevisionLine]
    sightings: list[Seen]


class ArticleShort(BaseModel):
    """An article in a list."""

    id: int
    url: str
    state: str
    title: str | None
    authors: list[str]
    published: datetime | None
    published_precision: str | None
    language: str | None
    site_name: str | None
    publisher: str | None
    summary: str | None
    word_count: int
    kind: str
    paywalled: bool | None
    story_id: int | None
    revision: int
    stored_at: datetime
    revised_at: datetime | None


class SearchResults(BaseModel):
    """The newest articles in which the words occur."""

    articles: list[ArticleShort]


class Change(BaseModel):
    """One line of the change log."""

    id: int
    article_id: int
    kind: str = Field(description="created, revised, removed or restored")
    revision: int
    at: datetime
    url: str
    title: str | None
    language: str | None
    published: datetime | None
    publisher: str | None


class ChangePage(BaseModel):
    """Changes in their order."""

    changes: list[Change]
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="whether there is more at once")


class Condition(BaseModel):
    """Something that is wrong with a feed: what an operator would see who looked at its last weeks."""

    condition: str = Field(
        description="retired, failing, quiet, shrank, refused, no-full-text or moved: stable slugs"
    )
    since: datetime
    reason: str = Field(description="why we think so, in words")


class PastCondition(Condition):
    """What was wrong with a feed until it ended."""

    until: datetime


class Health(BaseModel):
    """What the conditions of a feed are told from; null: not known yet."""

    usual_items: float | None = Field(None, description="how many items its document usually has")
    refused_share: float | None = Field(None, description="of the newest entries, 0 to 1")
    full_text_share: float | None = Field(None, description="of the newest articles, with their pages' text")
    quiet_at: datetime | None = Field(None, description="when its present silence will be too long")


class FeedSummary(BaseModel):
    """A subscribed feed and its health."""

    id: int
    url: str
    title: str | None
    kind: str | None
    language: str | None
    labels: list[str]
    state: str = Field(description="active, paused or retired")
    host: str
    due_at: datetime | None = Field(description="when it is polled next")
    due_because: str | None = Field(description="why it is polled then, in words")
    rest_until: datetime | None = Field(description="its host is left alone until then")
    errors: int = Field(description="polls that failed in a row")
    reason: str | None = Field(description="slug of why the last poll failed")
    detail: str | None
    warning: str | None = Field(description="why its document is malformed though readable")
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    polls: int
    polls_unchanged: int
    discovered: int
    last_items: int
    last_overlap: int
    moved_to: str | None
    conditions: list[Condition] = Field(description="what is wrong with it, the longest first")


class FeedList(BaseModel):
    """All feeds, those in trouble first."""

    feeds: list[FeedSummary]


class Entry(BaseModel):
    """An item of a feed on its way to an article."""

    id: int
    title: str | None
    url: str | None
    state: str = Field(description="waiting, fetched, stored, duplicate or refused")
    reason: str | None
    detail: str | None
    published: datetime | None
    discovered_at: datetime
    article_id: int | None


class Gap(BaseModel):
    """What a feed scrolled past between two polls."""

    noticed_at: datetime
    since: datetime
    before: str | None = Field(description="newest entry known before it")
    after: str | None = Field(description="oldest entry seen after it")
    fill: str = Field(description="what was found of it afterwards: looking, filled, partly or unfilled")
    found: int = Field(description="entries that were found")
    reason: str | None = Field(description="why the fill is what it is")


class HubSubscription(BaseModel):
    """A subscription of a feed at a WebSub hub."""

    hub: str
    topic: str = Field(description="what the hub pushes")
    state: str = Field(description="wanted, pending, active, denied or leaving")
    reason: str | None = Field(description="slug of what went wrong last")
    detail: str | None
    due_at: datetime = Field(description="when the hub is asked next")
    lease_until: datetime | None = Field(description="until when it pushes, unless that is renewed")
    last_push_at: datetime | None
    pushes: int = Field(description="that were read")
    brought: int = Field(description="new entries that they brought")
    ignored: int = Field(description="pushes that were not signed rightly, or could not be read")
    missed: int = Field(description="polls that found what should have been pushed")


class FeedWhole(FeedSummary):
    """A feed with its identity, refusals, health, gaps, hubs and newest entries."""

    identity: Identity
    health: Health
    was: list[PastCondition] = Field(description="what was wrong with it in the last 90 days")
    refusals: dict[str, int] = Field(description="refused entries by reason")
    gaps: list[Gap]
    hubs: list[HubSubscription]
    entries: list[Entry]


Row = dict[str, Any]
