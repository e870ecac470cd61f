"""An exchange of a message broker: RabbitMQ, or any transport of kombu, by its URL.

The exchange is a durable topic exchange, the routing key `<kind>.<language>`, such as `created.en`; a reset
has `reset.und`. Messages are persistent, and on AMQP each is confirmed by the broker before the cursor moves
on. An exchange drops what no queue is bound for, so a queue can be declared with the sink.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

import kombu

from worker.deliver import Line
from worker.deliver.answer import NOT_SENT, TryResult, Verdict
from worker.deliver.hiding import hide
from worker.deliver.message import PING, Message
from worker.rows.sinks import SinkRow

_kombu: Any = kombu
"""kombu has no types."""

CONNECT_SECONDS = 5
"""A guess."""
CONFIRM_SECONDS = 10
"""For the broker to confirm a message, which it does when the message is on disk. A guess."""
SEND_SECONDS = 10.0
"""After which a call publishes no further message: a slow broker must not outlast the lease. A guess."""
UNKNOWN_LANGUAGE = "und"
"""BCP 47 for an undetermined language."""
PERSISTENT = 2
"""AMQP's delivery mode of messages that survive a restart of the broker."""


class Exchange:
    """An exchange by the broker's address and its name."""

    width = 100
    """Messages sent before the cursor is saved. A guess: each waits for its confirmation."""
    ordered = True

    def __init__(self, sink: SinkRow) -> None:
        self._sink = sink
        self._exchange: Any = _kombu.Exchange(sink.options.exchange, type="topic", durable=True)
        self._connection: Any = None
        self._producer: Any = None

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disconnect()

    def send(self, messages: Sequence[Message]) -> list[TryResult]:
        """Publish the messages in their order, until one fails; return the answer to each."""
        answers: list[TryResult] = []
        deadline = time.monotonic() + SEND_SECONDS
        for message in messages:
            answers.append(self._publish(message))
            if answers[-1].verdict is not Verdict.DELIVERED or time.monotonic() > deadline:
                break
        return answers + [NOT_SENT] * (len(messages) - len(answers))

    def ping(self, message: Message) -> TryResult:
        """Publish a message with the routing key `ping`."""
        return self._publish(message)

    def _publish(self, message: Message) -> TryResult:
        began = time.monotonic()
        try:
            producer = self._connected()
            producer.publish(
                message.body,
                routing_key=PING if message.type == PING else routing_key(message.lines[0]),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=PERSISTENT,
                message_id=message.id,
                headers={"webhook-id": message.id, "type": message.type},
                retry=False,
                timeout=CONFIRM_SECONDS,
                confirm_timeout=CONFIRM_SECONDS,
            )
        # The transports of kombu raise errors of some dozen libraries, and none of them is our own bug:
        # the message was built before.
        except Exception as error:
            self._disconnect()
            words = hide(str(error) or type(error).__name__, self._sink.url)
            return TryResult(
                verdict=Verdict.REFUSED if _is_about_the_message(error) else Verdict.AWAY,
                reason="broker-refused" if _is_about_the_message(error) else "broker-away",
                detail=words,
                seconds=time.monotonic() - began,
            )
        return TryResult(verdict=Verdict.DELIVERED, seconds=time.monotonic() - began)

    def _connected(self) -> Any:
        if self._producer is not None:
            return self._producer
        connection = _kombu.Connection(self._sink.url, connect_timeout=CONNECT_SECONDS)
        self._connection = connection
        if connection.transport.driver_type == "amqp":
            connection.transport_options = {
                "confirm_publish": True,
                "read_timeout": CONFIRM_SECONDS,
                "write_timeout": CONFIRM_SECONDS,
            }
        elif connection.transport.driver_type == "redis":
            connection.transport_options = {
                "socket_connect_timeout": CONNECT_SECONDS,
                "socket_timeout": CONFIRM_SECONDS,
            }
        # Without this kombu tries to connect forever.
        connection.ensure_connection(max_retries=1, timeout=CONNECT_SECONDS)
        channel = connection.channel()
        self._exchange(channel).declare()
        if self._sink.options.queue:
            _kombu.Queue(self._sink.options.queue, self._exchange, routing_key="#", durable=True)(
                channel
            ).declare()
        self._producer = _kombu.Producer(channel, exchange=self._exchange, auto_declare=False)
        return self._producer

    def _disconnect(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.release()


def routing_key(line: Line) -> str:
    """Return `<kind>.<language>` of a line; the language in lower case, `und` if it is unknown."""
    return f"{line['kind']}.{(line['language'] or UNKNOWN_LANGUAGE).lower()}"


def _is_about_the_message(error: Exception) -> bool:
    """Return whether the broker objects to this message, as to one that is too large."""
    return getattr(error, "code", None) in (311, 406) or type(error).__name__ == "MessageNacked"
