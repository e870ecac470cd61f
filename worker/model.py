"""The seven state machines (feed, entry, look, page, article, walk, subscription): every move between states.

Each machine is one table `{(state, event): state}`. A pair that is not in the table cannot happen: `move`
raises `ForbiddenMove`, and the store's updates carry the state they come from in their WHERE, so a move
made twice changes no row. The drawings in docs/states.md are generated from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self, TypeVar, cast


class FeedState(StrEnum):
    """A subscribed feed. Errors do not change the state: a failing feed stays active and backs off."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class FeedEvent(StrEnum):
    """What happens to a feed."""

    POLLED = "polled"
    FAILED = "failed"
    GONE = "gone"
    PAUSE = "pause"
    RESUME = "resume"


class WordedEnum(StrEnum):
    """An enum of slugs, whose `words` say the member to a person."""

    words: str

    def __new__(cls, slug: str, words: str) -> Self:
        """Build the member whose value is the slug."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.words = words
        return member

    @classmethod
    def of(cls, slug: str) -> Self:
        """Return the member with this slug. Raises `KeyError`."""
        return cast(Self, cls._value2member_map_[slug])


class Condition(WordedEnum):
    """What can be wrong with a feed. Slugs are stored, and never renamed."""

    RETIRED = "retired", "is gone for good and no longer polled"
    FAILING = "failing", "has failed many polls in a row"
    QUIET = "quiet", "has been silent for longer than its rhythm allows"
    SHRANK = "shrank", "has far fewer entries in its document than it used to"
    REFUSED = "refused", "brings entries of which most are refused"
    NO_FULL_TEXT = "no-full-text", "brings articles whose pages give no text"
    MOVED = "moved", "has another address now"


class EntryState(StrEnum):
    """An item of a feed on its way to an article.

    `waiting` for its page, or `fetched` and waiting for extraction; final: `stored` as an article,
    `duplicate` of an article that another entry brought, or `refused` with a reason.
    """

    WAITING = "waiting"
    FETCHED = "fetched"
    STORED = "stored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class EntryEvent(StrEnum):
    """What happens to an entry; `given-up` is a refusal by the fetch, `refused` one by extraction.

    `readdressed`: its feed has corrected its link. `purged`: the operator has deleted it.
    """

    POSTPONED = "postponed"
    FETCHED = "fetched"
    STORED = "stored"
    DUPLICATED = "duplicated"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    LOOKED_AT = "looked-at"
    REQUEUED = "requeued"
    READDRESSED = "readdressed"
    PURGED = "purged"


class LookState(StrEnum):
    """What the last look at the page of a stored entry showed: `good` also before there was one.

    `doubtful`: a text that may not be the article's, kept as a page; `refused`: no article. In both cases the
    stored text stays.
    """

    GOOD = "good"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


class LookEvent(StrEnum):
    """What a look shows; `agreed`: the stored text, a clear edit, or a text that was seen for long enough."""

    AGREED = "agreed"
    DOUBTED = "doubted"
    REFUSED = "refused"


class PageState(StrEnum):
    """A fetched response: waiting for extraction, or final."""

    FETCHED = "fetched"
    EXTRACTED = "extracted"
    REFUSED = "refused"


class PageEvent(StrEnum):
    """What happens to a page."""

    EXTRACTED = "extracted"
    REFUSED = "refused"
    REQUEUED = "requeued"


class ArticleState(StrEnum):
    """An article is live until its publisher has repeatedly answered that it is gone."""

    LIVE = "live"
    REMOVED = "removed"


class ArticleEvent(StrEnum):
    """What happens to an article; each event is also a kind of change in the change log."""

    REVISED = "revised"
    REFRESHED = "refreshed"
    REMOVED = "removed"
    RESTORED = "restored"


class SubscriptionState(StrEnum):
    """A feed's subscription at a WebSub hub; a subscription that has ended is deleted.

    `wanted`: to be requested; `pending`: requested and not yet verified; `active` until its lease ends;
    `denied` by the hub; `leaving`: to be cancelled, since the feed is gone or names another hub.
    """

    WANTED = "wanted"
    PENDING = "pending"
    ACTIVE = "active"
    DENIED = "denied"
    LEAVING = "leaving"


class SubscriptionEvent(StrEnum):
    """What happens to a subscription; `failed`: the hub did not accept our request."""

    ASKED = "asked"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    LAPSED = "lapsed"
    LEFT = "left"
    NAMED = "named"


class WalkState(StrEnum):
    """A walk back through what a feed no longer shows: under way, at its end, or stopped by a failure."""

    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"


class WalkEvent(StrEnum):
    """What happens to a walk."""

    READ = "read"
    POSTPONED = "postponed"
    ENDED = "ended"
    FAILED = "failed"
    RESUME = "resume"


class GapFill(StrEnum):
    """How much of what a feed scrolled past was found: still looking, everything, a part, or nothing."""

    LOOKING = "looking"
    FILLED = "filled"
    PARTLY = "partly"
    UNFILLED = "unfilled"


class HostLane(WordedEnum):
    """Where a host waits for its turns, by whether it answers. Slugs are stored.

    Hosts in `answering` wait for nobody else. The others are the slow lanes, which share a bounded part of
    the places: `faltering` answered before but fell silent in its last turn, `new` was never asked, `silent`
    did not answer twice in a row, or never did.
    """

    ANSWERING = "answering", "answers"
    FALTERING = "faltering", "waits in the lane of hosts that did not answer; it answered before"
    NEW = "new", "waits in the lane of hosts that were not asked yet"
    SILENT = "silent", "waits in the lane of hosts that did not answer"

    def after(self, *, answered: bool, fell_silent: bool) -> "HostLane":
        """Return the lane after a turn in which the host `answered` a request, or left one unanswered.

        A host that answered and then fell silent is faltering, however often: its pages are to blame, or a
        passing fault. The first answer leads out of every lane.
        """
        if answered:
            return HostLane.FALTERING if fell_silent else HostLane.ANSWERING
        if not fell_silent:
            return self
        return HostLane.FALTERING if self is HostLane.ANSWERING else HostLane.SILENT


class ChangeKind(StrEnum):
    """The kind of a line of the change log."""

    CREATED = "created"
    REVISED = "revised"
    """The publisher edited the article: it has a new revision."""
    REFRESHED = "refreshed"
    """What is known of the article changed, and its publisher edited nothing."""
    REMOVED = "removed"
    RESTORED = "restored"
    STORY = "story"
    """The article joined a story, or left it."""
    PURGED = "purged"
    """The operator deleted the article."""


class Cause(StrEnum):
    """Who is behind a line of the change log."""

    PUBLISHER = "publisher"
    EXTRACTOR = "extractor"
    """A newer extractor, or one more reading of a kept page, reads it otherwise."""
    RULE = "rule"
    """The rule for the site changed."""
    STORY = "story"
    OPERATOR = "operator"


class SinkKind(StrEnum):
    """Where a sink delivers to."""

    REDIS_STREAM = "redis-stream"
    """The built-in stream in the broker's Redis."""
    REDIS = "redis"
    """A stream in any Redis."""
    EXCHANGE = "exchange"
    """An exchange of a message broker, through kombu."""
    WEBHOOK = "webhook"


class SinkMode(StrEnum):
    """Whether a sink is delivered to."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By the operator, or because the receiver answered 410."""
    DEAD = "dead"
    """The receiver took nothing for days; it waits for the operator, and its cursor stays."""


class SinkContent(StrEnum):
    """What a message says about the article, next to the line of the change log."""

    NONE = "none"
    SUMMARY = "summary"
    WHOLE = "whole"


FEED_MOVES: Mapping[tuple[FeedState, FeedEvent], FeedState] = {
    (FeedState.ACTIVE, FeedEvent.POLLED): FeedState.ACTIVE,
    (FeedState.ACTIVE, FeedEvent.FAILED): FeedState.ACTIVE,
    (FeedState.ACTIVE, FeedEvent.GONE): FeedState.RETIRED,
    (FeedState.ACTIVE, FeedEvent.PAUSE): FeedState.PAUSED,
    # Repeated commands, and resuming a retired feed, are harmless.
    (FeedState.PAUSED, FeedEvent.PAUSE): FeedState.PAUSED,
    (FeedState.PAUSED, FeedEvent.RESUME): FeedState.ACTIVE,
    (FeedState.ACTIVE, FeedEvent.RESUME): FeedState.ACTIVE,
    (FeedState.RETIRED, FeedEvent.RESUME): FeedState.ACTIVE,
}

ENTRY_MOVES: Mapping[tuple[EntryState, EntryEvent], EntryState] = {
    (EntryState.WAITING, EntryEvent.POSTPONED): EntryState.WAITING,
    (EntryState.WAITING, EntryEvent.FETCHED): EntryState.FETCHED,
    (EntryState.WAITING, EntryEvent.GIVEN_UP): EntryState.REFUSED,
    (EntryState.FETCHED, EntryEvent.STORED): EntryState.STORED,
    (EntryState.FETCHED, EntryEvent.DUPLICATED): EntryState.DUPLICATE,
    (EntryState.FETCHED, EntryEvent.REFUSED): EntryState.REFUSED,
    # The page of a stored entry is fetched again for edits. The entry stays stored whatever the result is:
    # a refusal never takes back good text.
    (EntryState.STORED, EntryEvent.LOOKED_AT): EntryState.STORED,
    (EntryState.STORED, EntryEvent.STORED): EntryState.STORED,
    (EntryState.REFUSED, EntryEvent.REQUEUED): EntryState.WAITING,
    # What was fetched at the old address is discarded, except a stored text: it is kept, and looked at again.
    (EntryState.WAITING, EntryEvent.READDRESSED): EntryState.WAITING,
    (EntryState.FETCHED, EntryEvent.READDRESSED): EntryState.WAITING,
    (EntryState.REFUSED, EntryEvent.READDRESSED): EntryState.WAITING,
    (EntryState.DUPLICATE, EntryEvent.READDRESSED): EntryState.WAITING,
    (EntryState.STORED, EntryEvent.READDRESSED): EntryState.STORED,
    # A better extractor may find the article in a kept page after all, even while the entry waits for another
    # fetch; or it may find that a duplicate is a separate article.
    (EntryState.REFUSED, EntryEvent.STORED): EntryState.STORED,
    (EntryState.REFUSED, EntryEvent.DUPLICATED): EntryState.DUPLICATE,
    (EntryState.REFUSED, EntryEvent.REFUSED): EntryState.REFUSED,
    (EntryState.WAITING, EntryEvent.STORED): EntryState.STORED,
    (EntryState.WAITING, EntryEvent.DUPLICATED): EntryState.DUPLICATE,
    (EntryState.DUPLICATE, EntryEvent.STORED): EntryState.STORED,
    (EntryState.DUPLICATE, EntryEvent.DUPLICATED): EntryState.DUPLICATE,
    **{(state, EntryEvent.PURGED): EntryState.REFUSED for state in EntryState},
}

LOOK_MOVES: Mapping[tuple[LookState, LookEvent], LookState] = {
    (LookState.GOOD, LookEvent.AGREED): LookState.GOOD,
    (LookState.GOOD, LookEvent.DOUBTED): LookState.DOUBTFUL,
    (LookState.GOOD, LookEvent.REFUSED): LookState.REFUSED,
    (LookState.DOUBTFUL, LookEvent.DOUBTED): LookState.DOUBTFUL,
    (LookState.DOUBTFUL, LookEvent.AGREED): LookState.GOOD,
    (LookState.DOUBTFUL, LookEvent.REFUSED): LookState.REFUSED,
    (LookState.REFUSED, LookEvent.REFUSED): LookState.REFUSED,
    (LookState.REFUSED, LookEvent.DOUBTED): LookState.DOUBTFUL,
    (LookState.REFUSED, LookEvent.AGREED): LookState.GOOD,
}

PAGE_MOVES: Mapping[tuple[PageState, PageEvent], PageState] = {
    (PageState.FETCHED, PageEvent.EXTRACTED): PageState.EXTRACTED,
    (PageState.FETCHED, PageEvent.REFUSED): PageState.REFUSED,
    (PageState.EXTRACTED, PageEvent.REQUEUED): PageState.FETCHED,
    (PageState.REFUSED, PageEvent.REQUEUED): PageState.FETCHED,
}

ARTICLE_MOVES: Mapping[tuple[ArticleState, ArticleEvent], ArticleState] = {
    (ArticleState.LIVE, ArticleEvent.REVISED): ArticleState.LIVE,
    (ArticleState.LIVE, ArticleEvent.REFRESHED): ArticleState.LIVE,
    (ArticleState.LIVE, ArticleEvent.REMOVED): ArticleState.REMOVED,
    (ArticleState.REMOVED, ArticleEvent.RESTORED): ArticleState.LIVE,
    # It is back, with another text.
    (ArticleState.REMOVED, ArticleEvent.REVISED): ArticleState.LIVE,
}

SUBSCRIPTION_MOVES: Mapping[tuple[SubscriptionState, SubscriptionEvent], SubscriptionState] = {
    (SubscriptionState.WANTED, SubscriptionEvent.ASKED): SubscriptionState.PENDING,
    # The hub has not verified it: requested again, each time after a longer wait.
    (SubscriptionState.PENDING, SubscriptionEvent.ASKED): SubscriptionState.PENDING,
    (SubscriptionState.PENDING, SubscriptionEvent.FAILED): SubscriptionState.WANTED,
    (SubscriptionState.PENDING, SubscriptionEvent.CONFIRMED): SubscriptionState.ACTIVE,
    # The hub accepted the request although its answer was lost.
    (SubscriptionState.WANTED, SubscriptionEvent.CONFIRMED): SubscriptionState.ACTIVE,
    # Renewals: whatever the answer is, pushes go on until the lease ends.
    (SubscriptionState.ACTIVE, SubscriptionEvent.ASKED): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, SubscriptionEvent.FAILED): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, SubscriptionEvent.CONFIRMED): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, SubscriptionEvent.LAPSED): SubscriptionState.WANTED,
    # A hub may deny a subscription at any time, even an accepted one (WebSub, section 5.2).
    (SubscriptionState.WANTED, SubscriptionEvent.DENIED): SubscriptionState.DENIED,
    (SubscriptionState.PENDING, SubscriptionEvent.DENIED): SubscriptionState.DENIED,
    (SubscriptionState.ACTIVE, SubscriptionEvent.DENIED): SubscriptionState.DENIED,
    (SubscriptionState.DENIED, SubscriptionEvent.DENIED): SubscriptionState.DENIED,
    (SubscriptionState.DENIED, SubscriptionEvent.ASKED): SubscriptionState.PENDING,
    (SubscriptionState.WANTED, SubscriptionEvent.LEFT): SubscriptionState.LEAVING,
    (SubscriptionState.PENDING, SubscriptionEvent.LEFT): SubscriptionState.LEAVING,
    (SubscriptionState.ACTIVE, SubscriptionEvent.LEFT): SubscriptionState.LEAVING,
    (SubscriptionState.DENIED, SubscriptionEvent.LEFT): SubscriptionState.LEAVING,
    (SubscriptionState.LEAVING, SubscriptionEvent.ASKED): SubscriptionState.LEAVING,
    (SubscriptionState.LEAVING, SubscriptionEvent.FAILED): SubscriptionState.LEAVING,
    # The feed names the hub again before the subscription was cancelled.
    (SubscriptionState.LEAVING, SubscriptionEvent.NAMED): SubscriptionState.WANTED,
}

WALK_MOVES: Mapping[tuple[WalkState, WalkEvent], WalkState] = {
    (WalkState.OPEN, WalkEvent.READ): WalkState.OPEN,
    (WalkState.OPEN, WalkEvent.POSTPONED): WalkState.OPEN,
    (WalkState.OPEN, WalkEvent.ENDED): WalkState.DONE,
    (WalkState.OPEN, WalkEvent.FAILED): WalkState.STOPPED,
    # The command is repeated: a walk under way goes on, a stopped walk resumes where it stopped.
    (WalkState.OPEN, WalkEvent.RESUME): WalkState.OPEN,
    (WalkState.STOPPED, WalkEvent.RESUME): WalkState.OPEN,
}


class ForbiddenMove(Exception):
    """A move that is not in the table of its machine."""


S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def move(moves: Mapping[tuple[S, E], S], state: S, event: E) -> S:
    """Return the state that follows `state` on `event`. Raises `ForbiddenMove`."""
    try:
        return moves[(state, event)]
    except KeyError:
        raise ForbiddenMove(f"{type(state).__name__} {state} does not take the event {event}") from None


def sources(moves: Mapping[tuple[S, E], S], event: E) -> frozenset[S]:
    """Return the states in which `event` may happen, for the WHERE of an UPDATE."""
    return frozenset(state for state, known in moves if known == event)


def pairs(moves: Mapping[tuple[S, E], S], *events: E) -> tuple[list[S], list[S]]:
    """Return the moves that `events` make: the states before, and for each the state after."""
    known = [(before, after) for (before, event), after in moves.items() if event in events]
    return [before for before, _ in known], [after for _, after in known]
