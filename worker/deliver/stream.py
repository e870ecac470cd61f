"""The Redis stream `wiredesk:changes`: each change once, in order, trimmed by length.

An entry's id is `<change id>-0`, so the stream itself holds the position and Redis refuses an id
that it has seen: delivering twice, or from two processes at once, adds nothing twice. A stream that was lost
(FLUSHALL) is filled again with the newest changes.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import redis

from worker.deliver import Line, SinkUnavailable

KEY = "wiredesk:changes"
"""Part of the public interface (docs/consuming.md)."""

FIELDS = ("id", "article_id", "kind", "revision", "at", "url", "title", "language", "published", "publisher")
"""The fields of a stream entry; unknown values are empty strings, instants are ISO 8601."""


class RedisStream:
    """The stream as a sink."""

    name = "redis-stream"

    def __init__(self, client: "redis.Redis", *, length: int) -> None:
        self._client = client
        self._length = length

    def position(self, newest: int) -> int:
        """Return the id of the last change in the stream; for a new stream, the start of its kept length."""
        try:
            last = self._client.xinfo_stream(KEY)["last-generated-id"]
        except redis.ResponseError:
            return max(0, newest - self._length)
        except redis.RedisError as error:
            raise SinkUnavailable(str(error)) from error
        return int(_text(last).split("-")[0])

    def deliver(self, lines: Sequence[Line]) -> None:
        """Append the lines in one round trip."""
        pipe = self._client.pipeline(transaction=False)
        for line in lines:
            pipe.xadd(KEY, entry(line), id=f"{line['id']}-0", maxlen=self._length, approximate=True)
        try:
            answers = pipe.execute(raise_on_error=False)
        except redis.RedisError as error:
            raise SinkUnavailable(str(error)) from error
        for answer in answers:
            # "equal or smaller than the target stream top item": another process delivered it.
            if isinstance(answer, redis.RedisError) and "equal or smaller" not in str(answer):
                raise SinkUnavailable(str(answer))


def entry(line: Line) -> dict[Any, Any]:
    """Return the fields of the stream entry for a line of the change log."""
    return {name: _text(line[name]) for name in FIELDS}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value)
