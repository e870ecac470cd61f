"""Gather a support bundle: small documents about an installation, each redacted, in one archive.

Only servers that are alive are asked. A part that cannot be gathered leaves a line that says why.
"""

import io
import json
import os
import platform
import tarfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from pydantic_core import to_json
from redis import Redis

from worker import __version__
from worker.cli.diagnosis import diagnose
from worker.cli.live.snapshot import Observer
from worker.cli.running.directory import living
from worker.cli.support.redaction import Redactor, parts_of_receiver, secrets_of
from worker.config.load import Loaded
from worker.config.masking import mask_setting
from worker.config.settings import Settings
from worker.monitor import metrics
from worker.services.problems import problems
from worker.store import Store, backups, health, kept_secrets, migrate, sizes
from worker.web.gauges import Gauges
from worker.web.status import gather_status

LOG_LINES = 2000
"""Newest lines of each log. A guess: some minutes of a busy worker, some hundred kilobytes."""

NOT_SHOWN = frozenset({"title", "text", "summary", "headline", "said", "body"})
"""Fields of log lines and answers that could hold the words of articles or receivers."""

POSTGRES_WORDS = ("LOG:", "WARNING:", "ERROR:", "FATAL:", "PANIC:", "HINT:")
"""What is kept of PostgreSQL's log: statements and details may hold the values of rows."""

# The first thing that anyone reads who opens the bundle.
README = """\
A support bundle of Wiredesk. It holds versions, settings, checks, counts, metrics and log lines.

Left out: passwords, keys, tokens, users and queries in addresses, the words of articles and what receivers
answered. Feeds and pages are named by their addresses: read what you send.

Log files are those of `wiredesk run`. In other deployments add them by hand: `docker compose logs
--since 1h`, `journalctl --unit wiredesk --since -1h`, `kubectl logs`.
"""

Documents = Mapping[str, Callable[[], str]]


def write_bundle(path: Path, loaded: Loaded) -> list[str]:
    """Write the bundle for its owner only; return the names of its documents. Raises `OSError`."""
    settings = living(loaded.settings) or loaded.settings
    with _opened(settings) as store:
        redact = Redactor(_secrets(settings, store))
        documents = {"README.txt": README} | {
            name: redact(_tried(gather)) for name, gather in _documents(loaded, settings, store).items()
        }
        documents |= {f"logs/{name}": redact(text) for name, text in _logs(settings.data_dir / "log")}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in documents.items():
            member = tarfile.TarInfo(f"wiredesk-support/{name}")
            body = text.encode(errors="replace")
            member.size, member.mtime, member.mode = len(body), int(datetime.now(UTC).timestamp()), 0o600
            archive.addfile(member, io.BytesIO(body))
    return list(documents)


def _documents(loaded: Loaded, settings: Settings, store: Store | None) -> Documents:
    always: Documents = {
        "versions.json": lambda: _json(_versions(store)),
        "settings.json": lambda: _json(_settings(loaded)),
        "doctor.json": lambda: _json([{**asdict(one), "well": one.well} for one in diagnose(settings)]),
    }
    if store is None:
        return always
    return {
        **always,
        "status.json": lambda: _json(_status(settings)),
        "problems.json": lambda: _json(_problems(settings, store)),
        "tables.json": lambda: _json(_tables(store)),
        "metrics.txt": lambda: _metrics(settings, store),
    }


def _secrets(settings: Settings, store: Store | None) -> set[str]:
    found = secrets_of(settings)
    if store is not None:
        try:
            with store.begin() as db:
                kept = kept_secrets.held_secrets(db)
        except Exception:
            return found
        found |= kept.secrets
        for url in kept.receivers:
            found |= parts_of_receiver(url)
    return found


def _versions(store: Store | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "wiredesk": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "schema": {"needs": migrate.head(), "has": None},
        "packages": {one.name: one.version for one in metadata.distributions()},
    }
    if store is not None:
        with store.begin() as db:
            found["schema"]["has"] = migrate.applied(db)
            found["postgresql"] = health.server(db).version
            found["backup"] = backups.newest(db)
    return found


def _settings(loaded: Loaded) -> dict[str, Any]:
    values = loaded.settings.model_dump(mode="json")
    return {
        name: {"value": mask_setting(name, value), "origin": loaded.origins[name]}
        for name, value in values.items()
    }


def _status(settings: Settings) -> dict[str, Any]:
    observer = Observer(settings)
    try:
        return observer.snapshot().as_dict()
    finally:
        observer.close()


def _problems(settings: Settings, store: Store) -> list[dict[str, Any]]:
    with _redis(settings) as redis:
        return [asdict(one) for one in problems(store, redis, settings, now=datetime.now(UTC))]


def _tables(store: Store) -> list[dict[str, Any]]:
    with store.begin() as db:
        return [asdict(one) for one in sizes.tables(db)]


def _metrics(settings: Settings, store: Store) -> str:
    if settings.redis_url is None:
        return "no Redis is set\n"
    with Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as redis:
        registry = CollectorRegistry()
        registry.register(Gauges(lambda: gather_status(store, redis, settings, now=datetime.now(UTC))))
        return metrics.exposition(registry).decode()


def _logs(directory: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(directory.glob("*.log")) if directory.is_dir() else ():
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = deque(file, maxlen=LOG_LINES)
        postgres = path.stem == "postgres"
        yield path.name, "".join(kept for line in lines if (kept := _log_line(line, postgres=postgres)))


def _log_line(line: str, *, postgres: bool) -> str:
    """Return what is shown of a line; empty for one that may hold the values of rows."""
    if postgres:
        return line if any(word in line for word in POSTGRES_WORDS) else ""
    try:
        fields = json.loads(line)
    except ValueError:
        return line
    if not isinstance(fields, dict):
        return line
    return json.dumps({name: value for name, value in fields.items() if name not in NOT_SHOWN}) + "\n"


def _tried(gather: Callable[[], str]) -> str:
    """Return a document, or why it could not be made: a bundle is needed most when much is broken."""
    try:
        return gather()
    except Exception as error:
        return f"not available: {type(error).__name__}: {str(error).strip().splitlines()[:1]}\n"


def _json(value: Any) -> str:
    return to_json(value, indent=2).decode() + "\n"


@contextmanager
def _opened(settings: Settings) -> Iterator[Store | None]:
    if settings.database_url is None:
        yield None
        return
    store = Store(settings.database_url, pool_size=1)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _redis(settings: Settings) -> Iterator["Redis | None"]:
    if settings.redis_url is None:
        yield None
        return
    with Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as client:
        yield client
