"""The fields of the API's answers. Times are ISO 8601 in UTC; an unknown field is null."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from worker.web.api.change_models import Reset, SinkState

Texts = Annotated[list[str], BeforeValidator(lambda value: value or [])]


class Link(BaseModel):
    """A link from the characters `start` to `end` of a block's text to `url`."""

    start: int
    end: int
    url: str


class ArticleBlock(BaseModel):
    """A block of the body; blocks come in reading order, footnotes last."""

    kind: str = Field(description="heading, paragraph, quote, list_item, table, preformatted or footnote")
    text: str = Field(description="a table has a line for each row and a tab between cells")
    level: int | None = Field(None, description="1 to 6 for a heading, the depth from 1 for a list item")
    ordered: bool = Field(False, description="an item of a list with numbers")
    attribution: str | None = Field(None, description="who is quoted")
    links: list[Link] = []


class Image(BaseModel):
    """A picture of the article, on the publisher's server."""

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
    noindex: bool = Field(False, description="for all robots, or for us")
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False
    tdm_policy: str | None = None
    agents_denied: list[str] = Field(
        [], description="the agents in `rights_agents` to which robots.txt denies the page"
    )


class Version(BaseModel):
    """The content of an article in one revision."""

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
    modified_precision: str | None = Field(None, description="instant or day")
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
    """The current version of an article."""

    state: str = Field(description="live or removed")
    story_id: int | None = Field(description="articles that carry the same text have the same story")
    publisher: str | None = Field(description="host name of the outlet")
    stored_at: datetime
    revised_at: datetime | None
    removed_at: datetime | None


class ArticleChanged(Article):
    """The current version of an article, at its last change in the requested range."""

    cursor: int
    change: str = Field(description="created, revised, removed or restored")


class ArticlePage(BaseModel):
    """Articles in the order of the change log."""

    articles: list[ArticleChanged]
    resets: list[Reset] = Field(
        description="epochs that begin between `after` and `next`; empty but after a restore"
    )
    epoch: str = Field(description="the current epoch of the change log")
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="whether more can be fetched at once")


class RevisionLine(BaseModel):
    """When a version was seen, and the names of the fields that differ from the previous version."""

    number: int
    seen_at: datetime
    changed: list[str]
    extractor: str


class Seen(BaseModel):
    """A feed that listed the article."""

    feed_id: int
    feed: str
    first_seen_at: datetime
    last_seen_at: datetime
    position: int = Field(description="0 is the top of the document")


class ArticleLook(BaseModel):
    """What the last look at an article's page showed, if it was not good: the stored text stays."""

    state: str = Field(description="doubtful: another text, which may not be the article's; refused: none")
    reason: str = Field(description="stable slug")
    words: str = Field(description="what the reason means")
    detail: str | None
    since: datetime = Field(description="when the first of these looks in a row was")
    times: int = Field(description="looks in a row that were not good")
    again_at: datetime | None = Field(description="when the page is looked at next; null: not planned")


class ArticleWhole(Article):
    """An article with its revisions, the feeds that listed it, and its last look if that was not good."""

    revisions: list[RevisionLine]
    sightings: list[Seen]
    look: ArticleLook | None = Field(description="null: the last look was good, or there was none yet")


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
    """The newest articles that contain the words."""

    articles: list[ArticleShort]


class Value(BaseModel):
    """A frozen model that can be built from mappings and dataclasses."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Identity(Value):
    """discovered = stored + duplicate + refused + waiting; if it does not hold, entries disappeared."""

    discovered: int = Field(description="entries, as counted by the polls that found them")
    stored: int
    duplicate: int
    refused: int
    waiting: int
    holds: bool


class Condition(BaseModel):
    """Something that is wrong with a feed, judged by its last weeks."""

    condition: str = Field(
        description="retired, failing, quiet, shrank, refused, no-full-text or moved: stable slugs"
    )
    since: datetime
    reason: str = Field(description="why we think so, in words")


class PastCondition(Condition):
    """A condition of a feed that has ended."""

    until: datetime


class Health(BaseModel):
    """The figures from which the conditions of a feed are derived; null: not known yet."""

    usual_items: float | None = Field(None, description="how many items its document usually has")
    refused_share: float | None = Field(None, description="of the newest entries, 0 to 1")
    full_text_share: float | None = Field(
        None, description="of the newest articles, those with full text, 0 to 1"
    )
    quiet_at: datetime | None = Field(None, description="when its current silence will be too long")


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
    host_lane: str = Field(description="whether its host answers: answering, faltering, new or silent")
    rest_until: datetime | None = Field(description="no request goes to its host until then")
    errors: int = Field(description="failed polls in a row")
    reason: str | None = Field(description="slug of the reason why the last poll failed")
    detail: str | None
    warning: str | None = Field(description="why its document is malformed, though readable")
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    polls: int
    polls_unchanged: int
    discovered: int
    last_items: int
    last_overlap: int
    whole_at: datetime | None = Field(description="when a poll last brought the whole document")
    not_modified: int = Field(description="answers of 304 (not modified) in a row since")
    validators_off_until: datetime | None = Field(
        description="no conditions are sent until then: its host answered 304 though it had new entries"
    )
    moved_to: str | None
    successor: str | None = Field(description="another feed that its site names; `feeds move` takes it")
    settings: dict[str, Any] = Field(
        description="what the operator has set for it: interval, min_interval and max_age in seconds, "
        "full_text, user_agent; listing: it is a page that lists articles"
    )
    conditions: list[Condition] = Field(description="what is wrong with it, the longest first")


class FeedList(BaseModel):
    """All feeds, those in trouble first."""

    feeds: list[FeedSummary]


class Entry(BaseModel):
    """An item of a feed, which may become an article."""

    id: int
    title: str | None
    url: str | None
    state: str = Field(description="waiting, fetched, stored, duplicate or refused")
    reason: str | None
    detail: str | None
    published: datetime | None
    published_precision: str | None = Field(description="instant or day, as the feed states it")
    discovered_at: datetime
    article_id: int | None


class Gap(BaseModel):
    """Entries that scrolled out of a feed between two polls."""

    noticed_at: datetime
    since: datetime
    before: str | None = Field(description="newest entry known before the gap")
    after: str | None = Field(description="oldest entry seen after the gap")
    fill: str = Field(description="how far it has been filled since: looking, filled, partly or unfilled")
    found: int = Field(description="entries found since")
    reason: str | None = Field(description="why it could not be filled, or not fully")


class HubSubscription(BaseModel):
    """A subscription of a feed at a WebSub hub."""

    hub: str
    topic: str = Field(description="URL whose updates the hub pushes")
    state: str = Field(description="wanted, pending, active, denied or leaving")
    reason: str | None = Field(description="slug of the last error")
    detail: str | None
    due_at: datetime = Field(description="when the next request goes to the hub")
    lease_until: datetime | None = Field(description="when the subscription ends unless it is renewed")
    last_push_at: datetime | None
    pushes: int = Field(description="pushes that were read")
    brought: int = Field(description="new entries in these pushes")
    ignored: int = Field(description="pushes with a wrong signature, or unreadable")
    missed: int = Field(description="polls that found entries that should have been pushed")


class FeedWhole(FeedSummary):
    """A feed with its identity, refusals, health, gaps, hubs and newest entries."""

    identity: Identity
    health: Health
    was: list[PastCondition] = Field(description="conditions that ended in the last 90 days")
    refusals: dict[str, int] = Field(description="refused entries by reason")
    gaps: list[Gap]
    hubs: list[HubSubscription]
    entries: list[Entry]


class RefusalCount(Value):
    """The number of entries refused for one reason."""

    reason: str = Field(description="stable slug")
    owner: str | None = Field(description="who can act on it: publisher, host, operator or us")
    words: str
    count: int


class Stage(Value):
    """One stage of the work and its queue."""

    name: str
    depth: int | None = Field(description="messages waiting in its queue; null: the broker does not answer")
    oldest_message_seconds: float | None = Field(description="age of the oldest of these messages")
    oldest_due_at: datetime | None = Field(description="when the longest waiting row became due")
    oldest_due_seconds: float | None


class DueLane(Value):
    """Hosts in one lane that have due work of a stage."""

    stage: str = Field(description="poll or fetch")
    lane: str = Field(description="answering, faltering, new or silent")
    hosts: int
    oldest_due_at: datetime = Field(description="since when the first of them waits")


class Resting(Value):
    """A host that gets no request before `rest_until`."""

    host: str
    rest_until: datetime
    reason: str | None
    words: str
    detail: str | None


class Worker(Value):
    """A worker that was seen in the last ten minutes."""

    name: str
    queues: tuple[str, ...]
    last_done: datetime | None = Field(description="when it last finished a task")
    seen_at: datetime
    stuck: bool = Field(description="messages wait in its queues and it finishes no task")
    skew: float | None = Field(description="seconds by which its clock is ahead of the database's")
    is_skewed: bool = Field(description="whether that is more than two seconds")


class StoppedRule(Value):
    """A selector of a site rule that no longer matches on the pages of a host."""

    file: str
    selector: str
    host: str
    pages: int = Field(description="pages in a row without a match")
    since: datetime
    last_at: datetime
    url: str = Field(description="the last of these pages")


class Unwell(Value):
    """A current condition of a feed."""

    feed_id: int
    feed: str = Field(description="title, else URL")
    url: str
    condition: str = Field(description="stable slug")
    since: datetime
    reason: str = Field(description="why we think so, in words")


class Polling(Value):
    """The price of a poll, adjusted to meet the operator's goal."""

    goal: str = Field(description="budget and its polls a day, or delay and its seconds")
    price: float = Field(description="the cost of a poll, in seconds of delay summed over entries")
    spent: float | None = Field(description="recent polls per day; null: the goal is a delay")
    waited: float | None = Field(description="recent mean delay in seconds; null: the goal is a budget")


class Status(Value):
    """The state of the service at one time."""

    at: datetime
    identity: Identity
    entries: dict[str, int] = Field(description="entries by state")
    refusals: list[RefusalCount]
    doubtful: dict[str, int] = Field(description="entries whose last look was doubtful, by reason")
    feeds: dict[str, int] = Field(description="feeds by state")
    feeds_failing: int = Field(description="active feeds whose last poll failed")
    feed_conditions: dict[str, int] = Field(description="feeds in each condition, including those with 0")
    unwell: list[Unwell] = Field(description="the newest of these conditions, at most 200")
    polls: int
    polling: Polling | None = Field(description="null: the price of a poll is a setting")
    pages: dict[str, int] = Field(description="fetched pages by state")
    articles: int
    stories: int
    changes: int = Field(description="id of the newest change")
    reset: Reset | None = Field(description="the last epoch that began after a restore")
    sinks: list[SinkState] | None = Field(description="null: the broker does not answer")
    gaps: int
    hub_subscriptions: dict[str, int] = Field(description="subscriptions at WebSub hubs by state")
    pushes_waiting: int = Field(description="pushes that are not read yet")
    stages: list[Stage]
    lanes: list[DueLane] = Field(description="hosts with due work, by whether they answer")
    resting: list[Resting]
    stopped_rules: list[StoppedRule] = Field(description="selectors of site rules that no longer match")
    workers: list[Worker] | None = Field(description="null: the broker does not answer")
    broker: str | None = Field(description="why the broker does not answer; null: it does")
    not_writable: str | None = Field(description="why the store accepts no writes; null: it does")
    tick_seconds: float | None = Field(description="since the last tick, by the store's clock; null: never")
    standing: list[str] = Field(description="what stands still, in words; empty: work goes on")


Row = dict[str, Any]
