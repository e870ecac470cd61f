"""Messages: lines of the change log as JSON, one or a batch of them.

The body is documented in docs/delivery.md and part of the public interface.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from worker.deliver import Line

PING = "ping"
"""The type of a message that only tests the connection."""
BATCH = "changes"
"""The type of a message with several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a sink. `id` is the same in each try, so that a receiver can recognise a repeated one."""

    id: str
    type: str
    body: bytes
    lines: tuple[Line, ...] = ()


def message_of(lines: Sequence[Line], *, log: str, batched: bool = False) -> Message:
    """Return the message with these lines; `log` is the name of the change log.

    Without `batched` there must be one line.
    """
    first, last = lines[0], lines[-1]
    if not batched:
        kind = type_of(first)
        value: Mapping[str, Any] = {"type": kind, "timestamp": first["at"], "data": first}
        return Message(id=f"{log}-{first['id']}", type=kind, body=to_json(value), lines=tuple(lines))
    value = {"type": BATCH, "timestamp": last["at"], "data": {"lines": lines}}
    return Message(
        id=f"{log}-{first['id']}-{last['id']}", type=BATCH, body=to_json(value), lines=tuple(lines)
    )


def ping(*, now: datetime, id: str) -> Message:
    """Return a message without lines."""
    return Message(id=id, type=PING, body=to_json({"type": PING, "timestamp": now, "data": {}}))


def type_of(line: Line) -> str:
    """Return the type of a message with this line: `article.created`, and `log.reset` for a reset."""
    return f"{'log' if line['article_id'] is None else 'article'}.{line['kind']}"
