"""The Redis stream `wiredesk:changes`: each change once, in order, trimmed by length.

An entry's id is `<change id>-0`, so the stream itself holds the position and Redis refuses an id
that it has seen: delivering twice, or from two processes at once, adds nothing twice. A stream that was lost
(FLUSHALL) is filled again with the newest changes. The hash `wiredesk:changes:origin` names the `log` and the
`epoch` that its entries come from.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import redis

from worker.deliver import Line, SinkUnavailable
from worker.deliver.position import LogState, Mark, SinkPosition

KEY = "wiredesk:changes"
ORIGIN = "wiredesk:changes:origin"
"""Both are part of the public interface (docs/consuming.md)."""

FIELDS = (
    *(
        "id",
        "article_id",
        "key",
        "kind",
        "revision",
        "at",
        "changed",
        "cause",
        "words_added",
        "words_removed",
    ),
    *("url", "title", "language", "published", "publisher"),
)
"""The fields of a stream entry; unknown values are empty strings, instants are ISO 8601, and lists are
separated by commas."""
RESET_FIELDS = ("void_after", "epoch")
"""Further fields of a `reset`."""

ENTRIES_AT_ONCE = 500
"""Entries that are read back together. A guess; an entry is some hundred bytes."""


class RedisStream:
    """The stream as a sink."""

    name = "redis-stream"

    def __init__(self, client: "redis.Redis", *, length: int) -> None:
        self._client = client
        self.keeps = length

    def position(self) -> SinkPosition | None:
        """Return the last change of the stream; None for a new or lost stream."""
        try:
            found: Any = self._client.xinfo_stream(KEY)
        except redis.ResponseError:
            return None
        except redis.RedisError as error:
            raise SinkUnavailable(str(error)) from error
        origin = self._origin()
        return SinkPosition(
            id=_number(found["last-generated-id"]),
            mark=_mark(*found["last-entry"]) if found["last-entry"] else None,
            log=origin.get("log", ""),
            epoch=origin.get("epoch", ""),
        )

    def newest_first(self) -> Iterator[Sequence[Mark]]:
        """Yield the changes in the stream in batches, newest first; skip entries of any other form."""
        end = "+"
        while True:
            try:
                found: Any = self._client.xrevrange(KEY, max=end, count=ENTRIES_AT_ONCE)
            except redis.RedisError as error:
                raise SinkUnavailable(str(error)) from error
            if not found:
                return
            yield [mark for entry_id, values in found if (mark := _mark(entry_id, values))]
            end = f"({_text(found[-1][0])}"

    def deliver(self, lines: Sequence[Line], log: LogState) -> None:
        """Append the lines in one round trip."""
        pipe = self._client.pipeline(transaction=False)
        pipe.hset(ORIGIN, mapping={"log": log.name, "epoch": log.epoch})
        for line in lines:
            pipe.xadd(KEY, entry(line), id=f"{line['id']}-0", maxlen=self.keeps, approximate=True)
        try:
            answers = pipe.execute(raise_on_error=False)
        except redis.RedisError as error:
            raise SinkUnavailable(str(error)) from error
        for answer in answers:
            # "equal or smaller than the target stream top item": another process delivered it.
            if isinstance(answer, redis.RedisError) and "equal or smaller" not in str(answer):
                raise SinkUnavailable(str(answer))

    def emptying(self) -> str:
        """Return the command that deletes the stream."""
        return f"redis-cli del {KEY} {ORIGIN}"

    def _origin(self) -> dict[str, str]:
        try:
            found: Any = self._client.hgetall(ORIGIN)
        except redis.RedisError as error:
            raise SinkUnavailable(str(error)) from error
        return {_text(key): _text(value) for key, value in found.items()}


def entry(line: Line) -> dict[Any, Any]:
    """Return the fields of the stream entry for a line of the change log."""
    names = FIELDS if line["epoch"] is None else FIELDS + RESET_FIELDS
    return {name: _text(line[name]) for name in names}


def _mark(entry_id: object, values: Mapping[object, object]) -> Mark | None:
    """Return the change in a stream entry; None if somebody else has written it."""
    fields = {_text(key): _text(value) for key, value in values.items()}
    try:
        return Mark(
            id=_number(entry_id),
            article_id=int(fields["article_id"]) if fields["article_id"] else None,
            kind=fields["kind"],
            revision=int(fields["revision"]),
            at=datetime.fromisoformat(fields["at"]),
        )
    except (KeyError, ValueError):
        return None


def _number(entry_id: object) -> int:
    return int(_text(entry_id).split("-")[0])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)
