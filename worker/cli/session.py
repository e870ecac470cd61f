"""What a command works on: the settings of this call, and the store they name."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from worker.cli.terminal.errors import UserError

if TYPE_CHECKING:
    from worker.config.load import Loaded
    from worker.config.settings import Settings
    from worker.filters import Filter
    from worker.store import Connection, Store


@dataclass(frozen=True, slots=True)
class Session:
    """The settings given on the command line, before the file and the environment are read."""

    overrides: Mapping[str, Any]

    @classmethod
    def of(cls, data_dir: Path | None, assignments: Sequence[str]) -> "Session":
        """Build the session from `--data-dir` and `--set KEY=VALUE`. Raises `UserError`."""
        overrides: dict[str, Any] = dict(map(_assignment, assignments))
        if data_dir is not None:
            overrides["data_dir"] = data_dir
        return cls(overrides)

    def load(self, **more: Any) -> "Loaded":
        """Load the settings, with `more` overrides that are not None. Raises `SettingsError`."""
        from worker.config.load import load

        return load({**self.overrides, **{key: value for key, value in more.items() if value is not None}})


@dataclass(frozen=True, slots=True)
class OpenStore:
    """An open store, and the settings with the URLs of the servers in use."""

    settings: "Settings"
    store: "Store"


def session(ctx: typer.Context) -> Session:
    """Return the session that the root command created."""
    found = ctx.find_object(Session)
    assert found is not None
    return found


def settings_of(ctx: typer.Context) -> "Settings":
    """Return the settings of this call. Raises `SettingsError`."""
    return session(ctx).load().settings


@contextmanager
def opened(ctx: typer.Context, *, create: bool = False) -> Iterator[OpenStore]:
    """Open the store that the settings name; `create` as in `servers.attached`. Raises `UserError`.

    What the command changes is recorded in the audit log (`worker.cli.audit`).
    """
    # Imported here: `wiredesk --help` must not wait for the database driver.
    from worker.cli.audit import change_of
    from worker.cli.running.servers import attached
    from worker.store import Store
    from worker.store.audited import AuditedStore

    with attached(settings_of(ctx), create=create) as settings:
        assert settings.database_url is not None
        change = change_of(ctx)
        store = (
            AuditedStore(settings.database_url, change, pool_size=1)
            if change
            else Store(settings.database_url, pool_size=1)
        )
        try:
            yield OpenStore(settings, store)
        finally:
            store.close()


def feed_id(store: "Store", name: str) -> int:
    """Return the id of the feed with this id or address. Raises `UserError`."""
    from worker.store import feeds

    with store.begin() as db:
        found = feeds.find(db, name)
    if found is None:
        raise UserError(f"there is no feed {name}; `wiredesk feeds list` shows the feeds")
    return found


def filter_from(db: "Connection", text: str) -> "Filter":
    """Return the filter that a user has written, which may name saved searches. Raises `FilterError`."""
    from worker.filters import parse_text
    from worker.store import searches

    return parse_text(text, saved=lambda name: searches.get(db, name))


def _assignment(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set {text!r}: write KEY=VALUE; `wiredesk config` lists the keys")
    if not value.startswith(("[", "{")):
        return key.strip(), value
    try:
        return key.strip(), json.loads(value)
    except ValueError:
        raise UserError(f"--set {key}: {value!r} is not JSON; write lists as [1, 2]") from None
