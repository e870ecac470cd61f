"""A stream in any Redis: each line under the id `<change id>-0`, so that sending it again adds nothing.

The fields are those of the built-in stream (`worker.deliver.stream`), and `article` as JSON if the sink has
content. The cursor is in the store, unlike the built-in stream's.
"""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import redis
from pydantic_core import to_json

from worker.deliver.answer import NOT_SENT, TryResult, Verdict
from worker.deliver.hiding import hide
from worker.deliver.message import Message
from worker.deliver.stream import entry
from worker.rows.sinks import SinkRow

TIMEOUT_SECONDS = 10.0
"""For one round trip. A guess."""
SEEN = "equal or smaller"
"""In Redis' answer to an id that the stream has already: the line was delivered before."""


class RemoteStream:
    """A stream by its address and key."""

    width = 500
    """Lines in one round trip; as with the built-in stream."""
    ordered = True

    def __init__(self, sink: SinkRow) -> None:
        self._sink = sink
        self._client = redis.Redis.from_url(
            sink.url, socket_connect_timeout=5, socket_timeout=TIMEOUT_SECONDS, health_check_interval=10
        )

    def __enter__(self) -> "RemoteStream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def send(self, messages: Sequence[Message]) -> list[TryResult]:
        """Append the lines in their order; return the answer to each."""
        began, options = time.monotonic(), self._sink.options
        # All or none: an entry that is left out could not be added after later ones.
        pipe = self._client.pipeline(transaction=True)
        for message in messages:
            (line,) = message.lines
            fields = entry(line)
            if article := line.get("article"):
                fields["article"] = to_json(article)
            pipe.xadd(options.key, fields, id=f"{line['id']}-0", maxlen=options.length or None)
        try:
            results: list[Any] = pipe.execute(raise_on_error=False)
        except redis.RedisError as error:
            return [self._away(error, began), *[NOT_SENT] * (len(messages) - 1)]
        answers = [self._answer(result, began) for result in results]
        failed = [at for at, answer in enumerate(answers) if answer.verdict is not Verdict.DELIVERED]
        return answers[: failed[0] + 1] + [NOT_SENT] * (len(answers) - failed[0] - 1) if failed else answers

    def ping(self, message: Message) -> TryResult:
        """Ask the server for a sign of life; nothing is added to the stream."""
        began = time.monotonic()
        try:
            self._client.ping()
            kind: Any = self._client.type(self._sink.options.key)
        except redis.RedisError as error:
            return self._away(error, began)
        if kind not in (b"none", b"stream"):
            detail = f"the key {self._sink.options.key} holds a {kind.decode()}, not a stream"
            return TryResult(
                verdict=Verdict.AWAY, reason="not-a-stream", detail=detail, seconds=time.monotonic() - began
            )
        return TryResult(verdict=Verdict.DELIVERED, seconds=time.monotonic() - began)

    def _answer(self, result: object, began: float) -> TryResult:
        if isinstance(result, Exception) and SEEN not in str(result):
            return self._away(result, began)
        return TryResult(verdict=Verdict.DELIVERED, seconds=time.monotonic() - began)

    def _away(self, error: Exception, began: float) -> TryResult:
        return TryResult(
            verdict=Verdict.AWAY,
            reason="redis-away",
            detail=hide(str(error), self._sink.url),
            seconds=time.monotonic() - began,
        )
