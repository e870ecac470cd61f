"""The fields of the API's answers about articles. Times are ISO 8601 in UTC; an unknown field is null."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from worker.web.api.change_models import Reset
from worker.web.api.slugs import (
    ArticleStateSlug,
    BlockKindSlug,
    CauseSlug,
    ChangeSlug,
    LookSlug,
    PrecisionSlug,
)

Texts = Annotated[list[str], BeforeValidator(lambda value: value or [])]


class Link(BaseModel):
    """A link from the characters `start` to `end` of a block's text to `url`."""

    start: int = Field(description="first character of the linked words, counted from 0")
    end: int = Field(description="character after them")
    url: str = Field(description="where it leads; http or https")


class ArticleBlock(BaseModel):
    """A block of the body; blocks come in reading order, footnotes last."""

    kind: BlockKindSlug = Field(description="what it is on the page")
    text: str = Field(description="a table has a line for each row and a tab between cells")
    level: int | None = Field(None, description="1 to 6 for a heading, the depth from 1 for a list item")
    ordered: bool = Field(False, description="an item of a list with numbers")
    attribution: str | None = Field(None, description="who is quoted")
    links: list[Link] = Field([], description="links in the text, in order")


class Image(BaseModel):
    """A picture of the article, on the publisher's server."""

    url: str = Field(description="where the picture is; http or https")
    caption: str | None = Field(None, description="what the page says of it")
    credit: str | None = Field(None, description="who made it, as printed")
    alt: str | None = Field(None, description="its text for readers who do not see it")
    lead: bool = Field(False, description="the picture at the top of the article")
    file_photo: bool = Field(False, description="the caption calls it archive material")


class Rights(BaseModel):
    """What the publisher allows."""

    licence: str | None = Field(None, description="address of the licence")
    robots: list[str] = Field([], description="directives for robots, as the page states them")
    noindex: bool = Field(False, description="for all robots, or for us")
    noarchive: bool = Field(False, description="no copy may be kept")
    noai: bool = Field(False, description="no use for training models")
    tdm_reserved: bool = Field(False, description="text and data mining are reserved (TDMRep)")
    tdm_policy: str | None = Field(None, description="address of the policy on text and data mining")
    agents_denied: list[str] = Field(
        [], description="the agents in `rights_agents` to which robots.txt denies the page"
    )


class Version(BaseModel):
    """The content of an article in one revision."""

    id: int = Field(description="id of the article")
    revision: int = Field(description="number of this revision, from 1")
    url: str = Field(description="canonical")
    title: str | None = Field(None, description="the headline as printed, without the site's name")
    authors: Texts = Field([], description="names of people")
    agencies: Texts = Field([], description="names of agencies")
    published: datetime | None = Field(None, description="when it was published; null: unknown")
    published_precision: PrecisionSlug | None = Field(None, description="instant or day")
    published_offset: int | None = Field(None, description="minutes east of UTC, as printed")
    modified: datetime | None = Field(None, description="when the publisher says that it was changed")
    modified_precision: PrecisionSlug | None = Field(None, description="instant or day")
    language: str | None = Field(None, description="BCP 47")
    section: str | None = Field(None, description="the page's section")
    tags: Texts = Field([], description="the page's keywords")
    site_name: str | None = Field(None, description="as the page calls its site")
    summary: str | None = Field(None, description="the standfirst as printed, else the page's description")
    summary_blocks: int = Field(
        description="how many of the first blocks, paragraphs of `text`, say the summary again, since the "
        "page prints its standfirst as part of the text; who shows both leaves these out"
    )
    text: str | None = Field(
        description="the body in the form that the parameter `text` names; null with text=none. Paragraphs "
        "have an empty line between them"
    )
    word_count: int = Field(description="words of the text")
    kind: str = Field(description="article, live-blog, video, audio, gallery or index-page")
    paywalled: bool | None = Field(None, description="whether only subscribers read it; null: unknown")
    correction: str | None = Field(
        None, description="the publisher's notices of what it has corrected or updated, one a line"
    )
    blocks: list[ArticleBlock] | None = Field(description="the body in blocks; null unless text=blocks")
    images: list[Image] = Field(description="its pictures, the lead one first")
    rights: Rights = Field(description="what the publisher allows")
    provenance: dict[str, str] = Field(description="field to source, as json-ld, html, script, feed or rule")
    extractor: str = Field(description="version of the extractor that read the page")


class Article(Version):
    """The current version of an article."""

    key: UUID = Field(description="name of the article for good, also where its `url` changes")
    state: ArticleStateSlug = Field(description="live or removed")
    story_id: int | None = Field(description="articles that carry the same text have the same story")
    wire: bool | None = Field(
        description="whether it carries a news agency's text: it names one, or has the text of an earlier "
        "article that does; null: unknown"
    )
    publisher: str | None = Field(description="host name of the outlet")
    publisher_name: str | None = Field(description="the operator's name for it, else the one on the page")
    publisher_country: str | None = Field(description="ISO 3166-1 alpha-2; null: unknown")
    feeds: list[int] = Field(description="ids of the feeds that listed the article")
    labels: list[str] = Field(description="the operator's labels of these feeds and of the publisher")
    stored_at: datetime = Field(description="when it was first stored")
    revised_at: datetime | None = Field(
        description="when its newest revision was stored; null: never revised"
    )
    removed_at: datetime | None = Field(description="when its publisher removed it; null: it is live")


class ArticleChanged(Article):
    """The current version of an article, at its last change in the requested range."""

    cursor: int = Field(description="id of the change")
    change: ChangeSlug = Field(
        description="created, revised, refreshed, removed, restored or story: `created` if the page has the "
        "line with which it began, otherwise the last that is more than refreshed or story"
    )
    changed: list[str] = Field(description="fields that differ; empty for created")
    cause: CauseSlug = Field(description="who caused it: publisher, extractor, rule, story or operator")
    words_added: int = Field(description="words of title and text that are new")
    words_removed: int = Field(description="words of title and text that are gone")


class ArticleGone(BaseModel):
    """An article to forget: it was purged, or it no longer matches the filter."""

    cursor: int = Field(description="id of the change")
    id: int = Field(description="id of the article")
    key: UUID | None = Field(description="what the article is known by; null: purged by an earlier version")
    change: ChangeSlug = Field(description="purged, or the change since which it does not match")
    cause: CauseSlug = Field(description="who caused it")
    matches: Literal[False] = Field(description="the article does not match, if it still exists")


class ArticlePage(BaseModel):
    """Articles in the order of the change log."""

    articles: list[ArticleChanged] = Field(
        description="articles that changed, each once, in the order of their last change"
    )
    gone: list[ArticleGone] = Field(
        description="articles to forget: purged, or no longer matching the filter"
    )
    resets: list[Reset] = Field(
        description="epochs that begin between `after` and `next`; empty but after a restore"
    )
    epoch: str = Field(description="the current epoch of the change log")
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="whether more can be fetched at once")


class RevisionLine(BaseModel):
    """When a version was seen, and the names of the fields that differ from the previous version."""

    number: int = Field(description="counted from 1")
    seen_at: datetime = Field(description="when the page was fetched")
    changed: list[str] = Field(description="names of the fields that differ from the revision before")
    extractor: str = Field(description="version of the extractor that read it")


class Seen(BaseModel):
    """A feed that listed the article."""

    feed_id: int = Field(description="id of the feed")
    feed: str = Field(description="address of the feed")
    first_seen_at: datetime = Field(description="when it first listed the article")
    last_seen_at: datetime = Field(description="when it last did")
    position: int = Field(description="0 is the top of the document")


class ArticleLook(BaseModel):
    """What the last look at an article's page showed, if it was not good: the stored text stays."""

    state: LookSlug = Field(description="doubtful: the text may not be the article's; refused: no text")
    reason: str = Field(description="stable slug")
    words: str = Field(description="what the reason means")
    detail: str | None = Field(description="what was seen")
    since: datetime = Field(description="when the first of these looks in a row was")
    times: int = Field(description="looks in a row that were not good")
    again_at: datetime | None = Field(description="when the page is looked at next; null: not planned")


class ArticleWhole(Article):
    """An article with its revisions, the feeds that listed it, and its last look if that was not good."""

    revisions: list[RevisionLine] = Field(description="all revisions, the first one first")
    sightings: list[Seen] = Field(description="feeds that listed it, the first one first")
    look: ArticleLook | None = Field(description="null: the last look was good, or there was none yet")


class ArticleShort(BaseModel):
    """An article in a list."""

    id: int = Field(description="stable id")
    key: UUID = Field(description="name of the article for good, also where its `url` changes")
    url: str = Field(description="canonical")
    state: ArticleStateSlug = Field(description="live or removed")
    title: str | None = Field(description="the headline as printed, without the site's name")
    authors: list[str] = Field(description="names of people")
    published: datetime | None = Field(description="when it was published; null: unknown")
    published_precision: PrecisionSlug | None = Field(description="instant or day")
    language: str | None = Field(description="BCP 47")
    site_name: str | None = Field(description="as the page calls its site")
    publisher: str | None = Field(description="host name of the outlet")
    publisher_name: str | None = Field(description="the operator's name for it, else the one on the page")
    publisher_country: str | None = Field(description="ISO 3166-1 alpha-2; null: unknown")
    feeds: list[int] = Field(description="ids of the feeds that listed the article")
    labels: list[str] = Field(description="the operator's labels of these feeds and of the publisher")
    summary: str | None = Field(description="the standfirst as printed, else the page's description")
    word_count: int = Field(description="words of the text")
    kind: str = Field(description="article, live-blog, video, audio, gallery or index-page")
    paywalled: bool | None = Field(description="whether only subscribers read it; null: unknown")
    story_id: int | None = Field(description="articles that carry the same text have the same story")
    wire: bool | None = Field(
        description="whether it carries a news agency's text: it names one, or has the text of an earlier "
        "article that does; null: unknown"
    )
    agencies: list[str] = Field(description="news agencies that it names")
    revision: int = Field(description="number of the newest revision")
    stored_at: datetime = Field(description="when it was first stored")
    revised_at: datetime | None = Field(
        description="when its newest revision was stored; null: never revised"
    )


Marks = list[tuple[int, int]]
"""Words that match: from the first character to before the second, counted as Unicode code points."""


class SnippetShown(BaseModel):
    """The part of an article in which the query matches."""

    text: str = Field(description="one line of plain text")
    marks: Marks = Field(description="its words that match: [first character, character after the last]")


class ArticleFound(ArticleShort):
    """An article that matches a query."""

    snippet: SnippetShown = Field(description="the part of the text with most of the words")
    title_marks: Marks = Field(description="the words of the title that match, in the same form")


class SearchResults(BaseModel):
    """The articles that match a query."""

    articles: list[ArticleFound] = Field(description="in the requested order")
    next: str | None = Field(description="`page` of the request for older ones; null: there are none")


Row = dict[str, Any]
