"""The kinds of sinks: the one place that knows them all."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from worker.deliver import Sink
from worker.deliver.answer import TryResult
from worker.deliver.message import Message
from worker.deliver.stream import RedisStream
from worker.model import SinkKind
from worker.rows.sinks import SinkRow


class SinkSettings(Protocol):
    """The settings that sinks need; `worker.config.settings.Settings` has them."""

    @property
    def stream_length(self) -> int: ...


class Receiver(Protocol):
    """The connection to one sink, whose cursor is in the store.

    `width` is how many messages one call may be given, `ordered` whether they are delivered in their order;
    otherwise no two of a call may be about the same article. A failure is an answer; nothing is raised.
    """

    width: int
    ordered: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, messages: Sequence[Message]) -> list[TryResult]:
        """Send messages; return the answer to each, in bounded time."""
        ...

    def ping(self, message: Message) -> TryResult:
        """Test the connection without sending a line."""
        ...


def open_sinks(settings: SinkSettings, redis: Any) -> tuple[Sink, ...]:
    """Return the sinks that keep their own position: the built-in stream, in the broker's Redis."""
    return (RedisStream(redis, length=settings.stream_length),)


def open_receiver(sink: SinkRow, *, agent: str) -> Receiver:
    """Return the receiver of a sink; it connects at the first message."""
    # Imported here: a process that only lists sinks must not load three clients.
    if sink.kind is SinkKind.WEBHOOK:
        from worker.deliver.webhook import Webhook

        return Webhook(sink, agent=agent)
    if sink.kind is SinkKind.EXCHANGE:
        from worker.deliver.exchange import Exchange

        return Exchange(sink)
    from worker.deliver.remote_stream import RemoteStream

    return RemoteStream(sink)
