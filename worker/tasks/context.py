"""What the tasks of one process share: settings, and connections made from them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import redis

from worker.config.settings import Settings
from worker.store import Store

if TYPE_CHECKING:
    from worker.extract import Rules
    from worker.fetch.host_book import HostBook


class Context:
    """Settings, connections, and whether the worker stops.

    Each connection is made at its first use, which is after the fork. `rules` (of single sites) and `hosts`
    (settings of single hosts) are shared by all children if they were read before the fork; None: each
    process reads them at their first use.
    """

    def __init__(
        self,
        settings: Settings,
        stopping: Callable[[], bool] = lambda: False,
        rules: "Rules | None" = None,
        hosts: "HostBook | None" = None,
    ) -> None:
        self.settings = settings
        self.stopping = stopping
        self._rules = rules
        self._hosts = hosts

    @cached_property
    def store(self) -> Store:
        assert self.settings.database_url is not None
        return Store(self.settings.database_url)

    @cached_property
    def redis(self) -> "redis.Redis":
        assert self.settings.redis_url is not None
        return redis.Redis.from_url(
            self.settings.redis_url, socket_connect_timeout=5, socket_timeout=10, health_check_interval=10
        )

    @cached_property
    def rules(self) -> "Rules":
        """The rules of single sites. Raises `SettingsError`."""
        if self._rules is not None:
            return self._rules
        from worker.config.rule_files import load_rules

        return load_rules(self.settings)

    @cached_property
    def hosts(self) -> "HostBook":
        """The settings of single hosts. Raises `SettingsError`."""
        if self._hosts is not None:
            return self._hosts
        from worker.config.hosts_file import load_hosts

        return load_hosts(self.settings)

    def now(self) -> datetime:
        """Return the current time."""
        return datetime.now(UTC)
