"""How a unit of work ended: the four outcomes, and the reasons a refusal may give.

Every feed poll, page fetch and extraction ends in exactly one `Outcome`. It says what next, and where
nothing good came of it, a stable reason slug (stored on the row, counted by the metrics, shown to the
operator) and whose it is to mend. A slug is never renamed: consumers and dashboards hold it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Owner(StrEnum):
    """Who can do something about a refusal."""

    PUBLISHER = "publisher"
    HOST = "host"
    OPERATOR = "operator"
    US = "us"


class Reason(StrEnum):
    """Why a feed, entry or page is not stored. `.owner` says whose it is, `.words` says it to a person."""

    owner: Owner
    words: str

    def __new__(cls, slug: str, owner: Owner, words: str) -> "Reason":
        """Build the member whose value is the slug alone."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.owner = owner
        member.words = words
        return member

    @classmethod
    def of(cls, slug: str) -> "Reason":
        """The reason with this slug. Raises `KeyError`."""
        return {str(reason): reason for reason in cls}[slug]

    # The connection
    DNS_FAILED = "dns-failed", Owner.HOST, "the host's name does not resolve"
    CONNECT_FAILED = "connect-failed", Owner.HOST, "no connection to the host"
    TLS_FAILED = "tls-failed", Owner.HOST, "the host's certificate could not be verified"
    TIMEOUT = "timeout", Owner.HOST, "the host did not answer in time"
    DISCONNECTED = "disconnected", Owner.HOST, "the host broke off the answer"
    BAD_HTTP = "bad-http", Owner.HOST, "the answer is not HTTP, or breaks its rules"
    FORBIDDEN_ADDRESS = "forbidden-address", Owner.OPERATOR, "the address is not a public one"
    FORBIDDEN_SCHEME = "forbidden-scheme", Owner.OPERATOR, "only http and https are fetched"
    FORBIDDEN_PORT = "forbidden-port", Owner.OPERATOR, "the port is not among those allowed"
    BAD_URL = "bad-url", Owner.PUBLISHER, "the link is not a URL that can be fetched"
    FEED_ONLY = "feed-only", Owner.OPERATOR, "by the operator's settings only its feed's own text is taken"
    NO_LINK = "no-link", Owner.PUBLISHER, "the entry has neither a link nor a text"
    # The answer
    ROBOTS = "robots", Owner.PUBLISHER, "robots.txt forbids it"
    ROBOTS_UNREACHABLE = "robots-unreachable", Owner.HOST, "robots.txt cannot be read, so nothing may be"
    RATE_LIMITED = "rate-limited", Owner.HOST, "the host asks for fewer requests"
    HTTP_FORBIDDEN = "http-forbidden", Owner.PUBLISHER, "the host answers 401, 402, 403 or 451"
    HTTP_GONE = "http-gone", Owner.PUBLISHER, "the host answers 404 or 410"
    HTTP_CLIENT_ERROR = "http-client-error", Owner.PUBLISHER, "the host answers with another 4xx"
    HTTP_SERVER_ERROR = "http-server-error", Owner.HOST, "the host answers with a 5xx"
    HTTP_UNEXPECTED = "http-unexpected", Owner.HOST, "the host answers with a status that has no body for us"
    TOO_MANY_REDIRECTS = "too-many-redirects", Owner.PUBLISHER, "redirects run in a circle or on and on"
    TOO_LARGE = "too-large", Owner.PUBLISHER, "the body is larger than the limit"
    BAD_ENCODING = "bad-encoding", Owner.PUBLISHER, "the body cannot be decompressed"
    # The feed
    NOT_A_FEED = "not-a-feed", Owner.PUBLISHER, "the document is not a feed that can be read"
    EMPTY_BODY = "empty-body", Owner.PUBLISHER, "the answer has no body"
    HOSTILE_XML = "hostile-xml", Owner.PUBLISHER, "the document would expand without bound"
    # The hub
    HUB_DENIED = "hub-denied", Owner.HOST, "the hub denies the subscription"
    BAD_SIGNATURE = "bad-signature", Owner.HOST, "what the hub pushed has no signature, or a wrong one"
    # The page
    NOT_HTML = "not-html", Owner.PUBLISHER, "the page is not HTML"
    NOT_AN_ARTICLE = "not-an-article", Owner.PUBLISHER, "the page is an index, a search or an error page"
    CONSENT_WALL = "consent-wall", Owner.PUBLISHER, "the page asks for consent instead of showing the text"
    BOT_CHALLENGE = "bot-challenge", Owner.PUBLISHER, "the page is a challenge for robots"
    PAYWALL = "paywall", Owner.PUBLISHER, "only the beginning is shown without a subscription"
    TOO_SHORT = "too-short", Owner.PUBLISHER, "too little text to be an article"
    SCRIPT_ONLY = "script-only", Owner.PUBLISHER, "the page has no text before its scripts have run"
    RESERVED = "reserved", Owner.PUBLISHER, "the publisher reserves it, and the settings honour that"
    FRAMES_ONLY = "frames-only", Owner.PUBLISHER, "the page is only frames"
    # Ourselves
    TOO_SLOW = "too-slow", Owner.US, "extraction took longer than the limit"
    WORKER_DIED = "worker-died", Owner.US, "the worker died on it, several times"
    INTERNAL = "internal", Owner.US, "an error of Wiredesk's own; the log has the traceback"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not stored: a stable `reason`, and `detail` in words for the operator."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The unit is finished; its result has been handed on."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at `at` (aware), because of `refusal`."""

    at: datetime
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to do, and that is right: unchanged, or another has it."""

    why: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Final: refused for this reason until someone puts it back."""

    refusal: Refusal


Outcome = Done | Retry | Skip | GiveUp
