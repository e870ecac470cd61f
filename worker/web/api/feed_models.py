"""The fields of the API's answers about feeds. Times are ISO 8601 in UTC; an unknown field is null."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from worker.web.api.slugs import (
    ConditionSlug,
    EntryStateSlug,
    FeedStateSlug,
    GapFillSlug,
    LaneSlug,
    PrecisionSlug,
    SubscriptionSlug,
)


class Value(BaseModel):
    """A frozen model that can be built from mappings and dataclasses."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Identity(Value):
    """discovered = stored + duplicate + refused + waiting; if it does not hold, entries disappeared."""

    discovered: int = Field(description="entries, as counted by the polls that found them")
    stored: int = Field(description="entries that became an article, or a part of one")
    duplicate: int = Field(description="entries whose article another entry brought")
    refused: int = Field(description="entries that became no article, each with its reason")
    waiting: int = Field(description="entries that are still worked on")
    holds: bool = Field(description="whether the sum is right")


class FeedCondition(BaseModel):
    """Something that is wrong with a feed, judged by its last weeks."""

    condition: ConditionSlug = Field(
        description="retired, failing, quiet, shrank, refused, no-full-text or moved: stable slugs"
    )
    since: datetime = Field(description="when it began")
    reason: str = Field(description="why we think so, in words")


class PastCondition(FeedCondition):
    """A condition of a feed that has ended."""

    until: datetime = Field(description="when it ended")


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

    id: int = Field(description="stable id")
    url: str = Field(description="its address")
    title: str | None = Field(description="as the feed calls itself")
    kind: str | None = Field(description="format of its document, as rss, atom, json or sitemap")
    language: str | None = Field(description="BCP 47, as the feed states it")
    labels: list[str] = Field(description="the operator's labels")
    state: FeedStateSlug = Field(description="active, paused or retired")
    host: str = Field(description="scheme, host and port that it is polled at")
    due_at: datetime | None = Field(description="when it is polled next")
    due_because: str | None = Field(description="why it is polled then, in words")
    host_lane: LaneSlug = Field(description="whether its host answers: answering, faltering, new or silent")
    rest_until: datetime | None = Field(description="no request goes to its host until then")
    errors: int = Field(description="failed polls in a row")
    reason: str | None = Field(description="slug of the reason why the last poll failed")
    detail: str | None = Field(description="what the last failed poll found")
    warning: str | None = Field(description="why its document is malformed, though readable")
    last_polled_at: datetime | None = Field(description="when it was last polled")
    last_ok_at: datetime | None = Field(description="when a poll last succeeded")
    last_new_at: datetime | None = Field(description="when a poll last found a new entry")
    polls: int = Field(description="how often it was polled")
    polls_unchanged: int = Field(description="polls that found no change")
    discovered: int = Field(description="entries that it brought")
    last_items: int = Field(description="items in its document at the last poll")
    last_overlap: int = Field(description="items of these that were known")
    whole_at: datetime | None = Field(description="when a poll last brought the whole document")
    not_modified: int = Field(description="answers of 304 (not modified) in a row since")
    validators_off_until: datetime | None = Field(
        description="no conditions are sent until then: its host answered 304 though it had new entries"
    )
    moved_to: str | None = Field(description="address to which it redirects for good")
    successor: str | None = Field(description="another feed that its site names; `feeds move` takes it")
    settings: dict[str, Any] = Field(
        description="what the operator has set for it: interval, min_interval and max_age in seconds, "
        "full_text, user_agent; listing: it is a page that lists articles"
    )
    conditions: list[FeedCondition] = Field(description="what is wrong with it, the longest first")
    publisher: str | None = Field(description="host name of its publisher's site")
    stored: int | None = Field(
        description="its entries that became an article; null, as the next four: not counted yet"
    )
    duplicate: int | None = Field(description="its entries whose article another entry brought")
    refused: int | None = Field(description="its entries that became no article, each with its reason")
    waiting: int | None = Field(description="its entries that are still worked on")
    last_stored_at: datetime | None = Field(description="when an entry last became an article")


class FeedList(BaseModel):
    """Feeds, those in trouble first."""

    feeds: list[FeedSummary] = Field(description="all that match, or the next of them")
    next: str | None = Field(None, description="where to go on (`page`); null at the end")


class Entry(BaseModel):
    """An item of a feed, which may become an article."""

    id: int = Field(description="stable id")
    title: str | None = Field(description="as the feed has it")
    url: str | None = Field(description="canonical address")
    state: EntryStateSlug = Field(description="waiting, fetched, stored, duplicate or refused")
    reason: str | None = Field(description="slug of why it was refused")
    detail: str | None = Field(description="more about the reason")
    published: datetime | None = Field(description="as the feed states it")
    published_precision: PrecisionSlug | None = Field(description="instant or day, as the feed states it")
    discovered_at: datetime = Field(description="when a poll first found it")
    article_id: int | None = Field(description="the article that it became or belongs to")


class Gap(BaseModel):
    """Entries that scrolled out of a feed between two polls."""

    noticed_at: datetime = Field(description="when a poll noticed it")
    since: datetime = Field(description="the last poll that saw everything")
    before: str | None = Field(description="newest entry known before the gap")
    after: str | None = Field(description="oldest entry seen after the gap")
    fill: GapFillSlug = Field(description="how far it has been filled since")
    found: int = Field(description="entries found since")
    reason: str | None = Field(description="why it could not be filled, or not fully")


class HubSubscription(BaseModel):
    """A subscription of a feed at a WebSub hub."""

    hub: str = Field(description="address of the hub")
    topic: str = Field(description="URL whose updates the hub pushes")
    state: SubscriptionSlug = Field(description="wanted, pending, active, denied or leaving")
    reason: str | None = Field(description="slug of the last error")
    detail: str | None = Field(description="more about the last error")
    due_at: datetime = Field(description="when the next request goes to the hub")
    lease_until: datetime | None = Field(description="when the subscription ends unless it is renewed")
    last_push_at: datetime | None = Field(description="when a push last arrived")
    pushes: int = Field(description="pushes that were read")
    brought: int = Field(description="new entries in these pushes")
    ignored: int = Field(description="pushes with a wrong signature, or unreadable")
    missed: int = Field(description="polls that found entries that should have been pushed")


class FeedWhole(FeedSummary):
    """A feed with its identity, refusals, health, gaps, hubs and newest entries."""

    identity: Identity = Field(description="its entries, counted")
    health: Health = Field(description="figures from which its conditions follow")
    was: list[PastCondition] = Field(description="conditions that ended in the last 90 days")
    refusals: dict[str, int] = Field(description="refused entries by reason")
    gaps: list[Gap] = Field(description="the newest gaps")
    hubs: list[HubSubscription] = Field(description="hubs that push it")
    entries: list[Entry] = Field(description="the newest entries")
