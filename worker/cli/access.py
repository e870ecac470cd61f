"""The store as a command sees it: opened, migrated, closed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from worker.cli.running.servers import attached
from worker.cli.session import session
from worker.cli.terminal.errors import Mistake
from worker.config.settings import Settings
from worker.store import Store, feeds


@dataclass(frozen=True, slots=True)
class Open:
    """The settings with the URLs that are in use, and the store behind them."""

    settings: Settings
    store: Store


@contextmanager
def opened(ctx: typer.Context, *, create: bool = False) -> Iterator[Open]:
    """The store that the settings mean; see `servers.attached`."""
    with attached(session(ctx).load().settings, create=create) as settings:
        assert settings.database_url is not None
        store = Store(settings.database_url, pool_size=1)
        try:
            yield Open(settings, store)
        finally:
            store.close()


def feed_id(store: Store, name: str) -> int:
    """The id of the feed that is named by its id or address. Raises `Mistake`."""
    with store.begin() as db:
        found = feeds.find(db, name)
    if found is None:
        raise Mistake(f"there is no feed {name}; `wiredesk feeds list` shows them")
    return found
