"""The sinks that are on: the one place that knows them all."""

from typing import Any, Protocol

from worker.deliver import Sink
from worker.deliver.stream import RedisStream


class SinkSettings(Protocol):
    """The settings that sinks need; `worker.config.settings.Settings` has them."""

    @property
    def stream_length(self) -> int: ...


def open_sinks(settings: SinkSettings, redis: Any) -> tuple[Sink, ...]:
    """Return a sink for each that the settings switch on; the broker's Redis is there for all of them."""
    return (RedisStream(redis, length=settings.stream_length),)
