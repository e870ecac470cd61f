"""The fields of the API's answers about articles. Times are ISO 8601 in UTC; an unknown field is null."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from worker.web.api.change_models import Reset

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
    summary: str | None = Field(None, description="the standfirst as printed, else the page's description")
    summary_blocks: int = Field(
        description="how many of the first blocks, paragraphs of `text`, say the summary again, since the "
        "page prints its standfirst as part of the text; who shows both leaves these out"
    )
    text: str | None = Field(
        description="the body in the form that the parameter `text` names; null with text=none. Paragraphs "
        "have an empty line between them"
    )
    word_count: int
    kind: str
    paywalled: bool | None = None
    blocks: list[ArticleBlock] | None = Field(description="the body in blocks; null unless text=blocks")
    images: list[Image]
    rights: Rights
    provenance: dict[str, str] = Field(description="field to source, as json-ld, html, script, feed or rule")
    extractor: str


class Article(Version):
    """The current version of an article."""

    key: UUID = Field(description="name of the article for good, also where its `url` changes")
    state: str = Field(description="live or removed")
    story_id: int | None = Field(description="articles that carry the same text have the same story")
    publisher: str | None = Field(description="host name of the outlet")
    publisher_name: str | None = Field(description="the operator's name for it, else the one on the page")
    publisher_country: str | None = Field(description="ISO 3166-1 alpha-2; null: unknown")
    feeds: list[int] = Field(description="ids of the feeds that listed the article")
    labels: list[str] = Field(description="the operator's labels of these feeds and of the publisher")
    stored_at: datetime
    revised_at: datetime | None
    removed_at: datetime | None


class ArticleChanged(Article):
    """The current version of an article, at its last change in the requested range."""

    cursor: int
    change: str = Field(
        description="created, revised, refreshed, removed, restored or story: `created` if the page has the "
        "line with which it began, otherwise the last that is more than refreshed or story"
    )
    changed: list[str] = Field(description="fields that differ; empty for created")
    cause: str = Field(description="who caused it: publisher, extractor, rule, story or operator")
    words_added: int = Field(description="words of title and text that are new")
    words_removed: int = Field(description="words of title and text that are gone")


class ArticleGone(BaseModel):
    """An article that is no longer in the store, and is to be forgotten."""

    cursor: int
    id: int
    change: str = Field(description="purged, or an earlier change of an article that was purged since")
    cause: str


class ArticlePage(BaseModel):
    """Articles in the order of the change log."""

    articles: list[ArticleChanged]
    gone: list[ArticleGone] = Field(description="articles to forget: the operator purged them")
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
    key: UUID
    url: str
    state: str
    title: str | None
    authors: list[str]
    published: datetime | None
    published_precision: str | None
    language: str | None
    site_name: str | None
    publisher: str | None = Field(description="host name of the outlet")
    publisher_name: str | None = Field(description="the operator's name for it, else the one on the page")
    publisher_country: str | None = Field(description="ISO 3166-1 alpha-2; null: unknown")
    feeds: list[int] = Field(description="ids of the feeds that listed the article")
    labels: list[str] = Field(description="the operator's labels of these feeds and of the publisher")
    summary: str | None
    word_count: int
    kind: str
    paywalled: bool | None
    story_id: int | None
    revision: int
    stored_at: datetime
    revised_at: datetime | None


Marks = list[tuple[int, int]]
"""Words that match: from the first character to before the second, counted as Unicode code points."""


class SnippetShown(BaseModel):
    """The part of an article in which the query matches."""

    text: str = Field(description="one line of plain text")
    marks: Marks = Field(description="its words that match: [first character, character after the last]")


class ArticleFound(ArticleShort):
    """An article that matches a query."""

    snippet: SnippetShown
    title_marks: Marks = Field(description="the words of the title that match, in the same form")


class SearchResults(BaseModel):
    """The articles that match a query."""

    articles: list[ArticleFound]
    next: str | None = Field(description="`page` of the request for older ones; null: there are none")


Row = dict[str, Any]
