"""How units of work end: one enum of outcomes for each stage, and the reasons of refusals.

Outcomes are in events, logs and metrics (docs/operations.md). A reason is stored on the row, counted by the
metrics and shown to the operator; its owner says who can do something about it. The values of all these enums
are stable: consumers and dashboards rely on them.
"""

from dataclasses import dataclass
from enum import StrEnum

from worker.model import WordedEnum


class Owner(StrEnum):
    """Who can do something about a refusal."""

    PUBLISHER = "publisher"
    HOST = "host"
    OPERATOR = "operator"
    US = "us"


class Reason(WordedEnum):
    """Why a feed, entry or page is not stored; `owner` is who can change it, `words` say it to a person."""

    owner: Owner

    def __new__(cls, slug: str, owner: Owner, words: str) -> "Reason":
        """Build the member whose value is the slug alone."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.owner = owner
        member.words = words
        return member

    # The connection
    DNS_FAILED = "dns-failed", Owner.HOST, "the host's name does not resolve"
    CONNECT_FAILED = "connect-failed", Owner.HOST, "no connection to the host"
    TLS_FAILED = "tls-failed", Owner.HOST, "the host's certificate could not be verified"
    TIMEOUT = "timeout", Owner.HOST, "the host did not answer in time"
    DISCONNECTED = "disconnected", Owner.HOST, "the host closed the connection before the answer was complete"
    BAD_HTTP = "bad-http", Owner.HOST, "the answer is not HTTP, or breaks its rules"
    FORBIDDEN_ADDRESS = (
        "forbidden-address",
        Owner.OPERATOR,
        "the address is not public: see fetch_allow_networks",
    )
    FORBIDDEN_SCHEME = "forbidden-scheme", Owner.OPERATOR, "only http and https are fetched"
    FORBIDDEN_PORT = "forbidden-port", Owner.OPERATOR, "the port is not among those of fetch_allow_ports"
    BAD_URL = "bad-url", Owner.PUBLISHER, "the link is not a URL that can be fetched"
    FEED_ONLY = "feed-only", Owner.OPERATOR, "the settings of its feed or host take only the text in its feed"
    NO_LINK = "no-link", Owner.PUBLISHER, "the entry has neither a link nor a text"
    # The answer
    ROBOTS = "robots", Owner.PUBLISHER, "robots.txt forbids it"
    ROBOTS_UNREACHABLE = (
        "robots-unreachable",
        Owner.HOST,
        "robots.txt cannot be read, so no page may be requested",
    )
    RATE_LIMITED = "rate-limited", Owner.HOST, "the host wants fewer requests"
    HTTP_FORBIDDEN = "http-forbidden", Owner.PUBLISHER, "the host answers 401, 402, 403 or 451"
    HTTP_GONE = "http-gone", Owner.PUBLISHER, "the host answers 404 or 410"
    HTTP_CLIENT_ERROR = "http-client-error", Owner.PUBLISHER, "the host answers with another 4xx"
    HTTP_SERVER_ERROR = "http-server-error", Owner.HOST, "the host answers with a 5xx"
    HTTP_UNEXPECTED = "http-unexpected", Owner.HOST, "the host answers with an unexpected status"
    NOT_MODIFIED = "not-modified", Owner.HOST, "the host answers 304 to a request without conditions"
    TOO_MANY_REDIRECTS = "too-many-redirects", Owner.PUBLISHER, "the redirects form a loop or are too many"
    TOO_LARGE = "too-large", Owner.PUBLISHER, "the body is larger than the limit"
    BAD_ENCODING = "bad-encoding", Owner.PUBLISHER, "the body cannot be decompressed"
    # The feed
    NOT_A_FEED = "not-a-feed", Owner.PUBLISHER, "the document is not a feed that can be read"
    EMPTY_BODY = "empty-body", Owner.PUBLISHER, "the answer has no body"
    HOSTILE_XML = "hostile-xml", Owner.PUBLISHER, "the document would expand without bound"
    TOO_OLD = "too-old", Owner.OPERATOR, "older than the max_age of its feed when it was first seen"
    PURGED = "purged", Owner.OPERATOR, "the operator has purged it, or the article at its address"
    BLOCKED = "blocked", Owner.OPERATOR, "a filter of the operator keeps it out"
    # The hub
    HUB_DENIED = "hub-denied", Owner.HOST, "the hub denies the subscription"
    BAD_SIGNATURE = "bad-signature", Owner.HOST, "the push has no signature, or a wrong one"
    # The page
    DOUBTFUL = "doubtful", Owner.PUBLISHER, "the page's text may not be that of the stored article"
    NOT_HTML = "not-html", Owner.PUBLISHER, "the page is not HTML"
    NOT_AN_ARTICLE = "not-an-article", Owner.PUBLISHER, "the page is an index, a search or an error page"
    CONSENT_WALL = "consent-wall", Owner.PUBLISHER, "the page asks for consent instead of showing the text"
    BOT_CHALLENGE = "bot-challenge", Owner.PUBLISHER, "the page is a check for robots"
    PAYWALL = "paywall", Owner.PUBLISHER, "only the beginning is shown without a subscription"
    TOO_SHORT = "too-short", Owner.PUBLISHER, "too little text to be an article"
    SCRIPT_ONLY = "script-only", Owner.PUBLISHER, "the page has no text until its scripts have run"
    RESERVED = "reserved", Owner.PUBLISHER, "the publisher reserves its rights, and the settings honour that"
    FRAMES_ONLY = "frames-only", Owner.PUBLISHER, "the page consists of frames only"
    # Ourselves
    TOO_SLOW = "too-slow", Owner.US, "extraction took longer than the limit"
    WORKER_DIED = "worker-died", Owner.US, "several workers died while they worked on it"
    UNSTORABLE = "unstorable", Owner.US, "PostgreSQL refuses what it holds"
    INTERNAL = "internal", Owner.US, "an error of Wiredesk's own; the log has the traceback"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not stored: a stable `reason`, and `detail` in words for the operator."""

    reason: Reason
    detail: str = ""

    @property
    def words(self) -> str:
        """`detail`, or the words of the reason where it is empty."""
        return self.detail or self.reason.words


class Doubt(WordedEnum):
    """Why a second look does not replace the stored text. Slugs are stored, and never renamed."""

    CUT_SHORT = "cut-short", "the page shows only a part of the stored text"
    PAYWALL = "paywall", "the page shows only a part of the stored text, and requires a subscription"
    FEED_TEXT = "feed-text", "the page has no text, and the feed's text is another one"
    SHARED = "shared", "other pages of this host show the same text"
    ELSEWHERE = "elsewhere", "the answer comes from another address and has another text"
    WALL = "wall", "the page has the words of a wall or an error, and another text"
    NOT_AN_ARTICLE = "not-an-article", "the page has another text, and no longer looks like an article"
    REPLACED = "replaced", "the page has another text"


def words_of_look(reason: str) -> str:
    """Return what the reason of a look that was not good means: the slug of a `Doubt` or of a `Reason`."""
    kind: type[WordedEnum] = Doubt if reason in Doubt._value2member_map_ else Reason
    return kind.of(reason).words


class FetchOutcome(StrEnum):
    """How the fetch of an entry's page ended."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    LOOKED_AT = "looked-at"
    """The page of a stored entry was fetched again for edits, or could not be."""
    POSTPONED = "postponed"
    REFUSED = "refused"
    FALLBACK = "fallback"
    """Refused, but the feed's own text is extracted instead."""
    REMOVED = "removed"
    REDIRECTED = "redirected"
    """To another host: the entry goes on in that host's turn."""
    LOST = "lost"
    """The host's lease was another worker's by then; nothing was saved."""


class ExtractOutcome(StrEnum):
    """How the extraction of a page ended."""

    CREATED = "created"
    REVISED = "revised"
    REFRESHED = "refreshed"
    """What is known of the article changed, without an edit of its publisher."""
    RESTORED = "restored"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"
    """The page of a stored article has another text, which may not be the article's: the stored one stays."""
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    LOST = "lost"
    """Another worker had taken the page by then; nothing was saved."""


class WalkOutcome(StrEnum):
    """How the request for one page of a feed's archive ended."""

    READ = "read"
    ENDED = "ended"
    """Read, or missing, and the walk ends with it."""
    POSTPONED = "postponed"
    FAILED = "failed"
    LOST = "lost"


class HubOutcome(StrEnum):
    """How a request to a WebSub hub ended."""

    ASKED = "asked"
    FAILED = "failed"
    ENDED = "ended"
    """There was nothing left to request: the subscription was deleted."""


class CallbackOutcome(StrEnum):
    """How a call of a WebSub callback ended."""

    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    DENIED = "denied"
    REFUSED = "refused"
    """The hub confirms what was not requested."""
    ASKED = "asked"
    """A verification for an unknown callback."""
    PUSHED = "pushed"
    """A push to an unknown callback."""


class ReceiptOutcome(StrEnum):
    """How the receipt of a push ended."""

    KEPT = "kept"
    DOUBLED = "doubled"
    """The same push is waiting already."""
    IGNORED = "ignored"
    """Its signature is missing or wrong."""
    REFUSED = "refused"
    """Too many pushes of this subscription are waiting."""


class TurnOutcome(StrEnum):
    """How a host's turn ended."""

    DONE = "done"
    LOST = "lost"


class TickOutcome(StrEnum):
    """How a look for due work ended."""

    DONE = "done"
    HELD_BACK = "held-back"
    """A queue was full, so its due work was not claimed."""


class DropOutcome(StrEnum):
    """Why a message was dropped."""

    TAKEN = "taken"
    """Another worker has taken or done its work."""
    UNKNOWN_FORMAT = "unknown-format"
    """It comes from another version, whose messages this one cannot read; its work is due again."""


class DeliveryOutcome(StrEnum):
    """How a delivery to a sink ended."""

    DONE = "done"
    RESET = "reset"
    """A new epoch of the change log began, after a restore of the database."""
    WAITING = "waiting"
    """The receiver does not take messages; the sink waits, and its cursor with it."""
    PAUSED = "paused"
    """The receiver wants no more messages (410)."""
    DEAD = "dead"
    """The receiver took nothing for three days; the operator has to look at it."""
    DEAD_LETTER = "dead-letter"
    """A message was refused in every try of three days."""


class PriceOutcome(StrEnum):
    """How a look at the price of a poll ended."""

    BEGUN = "begun"
    STEERED = "steered"


class RetentionOutcome(StrEnum):
    """How a deletion of what has passed its retention ended."""

    DONE = "done"


class DriftOutcome(StrEnum):
    """What was done about kept counts that differed from the rows."""

    REPAIRED = "repaired"


class RuleOutcome(StrEnum):
    """What was noticed about a selector of a site's rule."""

    MISSED = "missed"


class ConditionOutcome(StrEnum):
    """What happened to a condition of a feed."""

    BEGAN = "began"
    ENDED = "ended"


class WatchdogOutcome(StrEnum):
    """What the watchdog found about a worker."""

    STUCK = "stuck"


class AwayOutcome(StrEnum):
    """Which server a task could not use."""

    STORE = "store"
    STORE_NOT_WRITABLE = "store-not-writable"
    """PostgreSQL answers, but accepts no writes."""
    BROKER = "broker"
    SINK = "sink"


class PollOutcome(StrEnum):
    """How a poll of a feed, or the reading of a push, ended."""

    NEW = "new"
    NOTHING_NEW = "nothing-new"
    """The document has changed, and has no new entry."""
    UNCHANGED = "unchanged"
    FAILED = "failed"
    RETIRED = "retired"
    """The host answers that the feed is gone for good."""
    REFUSED = "refused"
    """A push that cannot be read."""
    LOST = "lost"
    """The host's lease was another worker's by then, or the feed was paused or removed; nothing was saved."""
