"""Rows of sinks: receivers of the change log, and the lines that they have refused so far."""

from dataclasses import dataclass
from datetime import datetime

from worker.model import SinkContent, SinkKind, SinkMode


@dataclass(frozen=True, slots=True)
class SinkClaim:
    """A sink that was claimed, and the number of its lease."""

    id: int
    lease: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkOptions:
    """How messages to a sink are made; stored as JSON, so a new field needs a default.

    `batch` lines go into one message. `preset` names the body format of a webhook, empty for Standard
    Webhooks. `key` and `length` are those of a Redis stream; `exchange` and `queue` those of a broker, and
    an empty `queue` declares none. `allow_private` permits addresses that are not public.
    """

    content: SinkContent = SinkContent.NONE
    batch: int = 1
    preset: str = ""
    allow_private: bool = False
    key: str = ""
    length: int = 0
    exchange: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkRow:
    """A sink that is delivered to.

    `cursor` is the id of the last line that was delivered, set aside or passed over. Lines up to `singly_to`
    go one to a message. `errors` counts the failed tries since the last one that succeeded. The old secret
    is valid until `old_secret_until`.
    """

    id: int
    lease: int
    name: str
    kind: SinkKind
    mode: SinkMode
    url: str
    options: SinkOptions
    filter: str
    cursor: int
    singly_to: int = 0
    errors: int = 0
    failing_since: datetime | None = None
    secret: str | None = None
    old_secret: str | None = None
    old_secret_until: datetime | None = None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets to sign with now, the newest first."""
        old = self.old_secret if self.old_secret_until and now < self.old_secret_until else None
        return tuple(secret for secret in (self.secret, old) if secret)


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A line that a sink has refused, or that waits for an earlier line of its article; `line_id` is its id.

    `attempts` counts the tries; 0: it was not sent yet.
    """

    line_id: int
    article_id: int
    due_at: datetime
    attempts: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkTry:
    """One message that was sent, and the answer. `said` is the beginning of the answer's body."""

    at: datetime
    outcome: str
    status: int | None
    seconds: float
    said: str
    first_id: int | None
    last_id: int | None
    lines: int
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkUpdate:
    """A sink after a window of messages. `count` lines were delivered; `tried`: a message was sent."""

    cursor: int
    epoch: str | None
    singly_to: int
    errors: int
    failing_since: datetime | None
    mode: SinkMode
    due_at: datetime
    reason: str | None
    detail: str | None
    count: int
    tried: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A line that was refused in every try."""

    line_id: int
    article_id: int
    attempts: int
    failed_at: datetime
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSink:
    """A sink to add; its cursor begins at `cursor`."""

    name: str
    kind: SinkKind
    url: str
    options: SinkOptions
    filter: str
    secret: str | None
    cursor: int
