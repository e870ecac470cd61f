"""`wiredesk backup` and `wiredesk restore`: the whole store in one file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Json
from worker.cli.session import settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.interrupts import one_interrupt
from worker.cli.terminal.output import print_json
from worker.cli.terminal.progress import MEBIBYTE, copying

if TYPE_CHECKING:
    from worker.services.backup.manifest import Manifest
    from worker.store import Store

SUFFIX = ".tar"
"""Names with this end are files, others directories."""

Target = Annotated[Path, typer.Argument(metavar="DIR|FILE.tar", help="A directory, or the file to write.")]
Source = Annotated[Path, typer.Argument(metavar="FILE.tar", help="A backup.")]
Keep = Annotated[
    int | None, typer.Option(metavar="N", help="Keep the newest N backups of the directory.", min=1)
]
Replace = Annotated[bool, typer.Option("--replace", help="Drop what the store holds.")]
Check = Annotated[bool, typer.Option("--check", help="Only verify the backup, and say what it holds.")]


def backup(ctx: typer.Context, target: Target, keep: Keep = None, json: Json = False) -> None:
    """Write the whole store into one file, while everything runs: kept pages and the change log, too.

    In a directory the file gets the time as its name. It holds keys and secrets of sinks: keep it private.
    """
    if target.suffix == SUFFIX and keep is not None:
        raise UserError("--keep removes older backups of a directory: name a directory, not a file")
    from worker.cli.running.servers import unmigrated
    from worker.services.backup.make import make_backup

    with unmigrated(settings_of(ctx), alone=False) as settings, _one_line(target):
        url = settings.database_url or ""
        if target.suffix != SUFFIX:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(url) as store, copying("written", total=None, silent=json) as moved:
            made = make_backup(store, url, target, keep=keep, moved=moved)
    if json:
        said = {"path": str(made.path), "removed": [str(path) for path in made.removed]}
        return print_json(said | _plain(made.manifest))
    print(f"{made.path}: {_words(made.manifest)}")
    if made.removed:
        print(f"removed {', '.join(path.name for path in made.removed)}")
    return None


def restore(
    ctx: typer.Context, source: Source, replace: Replace = False, check: Check = False, json: Json = False
) -> None:
    """Restore a backup, after it was verified: completely, or not at all. Stop every part first.

    A new epoch of the change log begins, so consumers get a reset and miss nothing (docs/consuming.md).
    """
    from worker.cli.running.servers import unmigrated
    from worker.services.backup.file import BackupFile
    from worker.services.backup.restore import check_backup, restore_backup

    with _one_line(source):
        found = BackupFile(source)
        with copying("verified", total=found.manifest.bytes, silent=json) as moved:
            check_backup(found, moved=moved)
        if not check:
            with unmigrated(settings_of(ctx), alone=True) as settings:
                url = settings.database_url or ""
                with (
                    _opened(url) as store,
                    copying("restored", total=found.manifest.bytes, silent=json) as moved,
                ):
                    restore_backup(store, url, found, replace=replace, moved=moved)
    if json:
        return print_json(_plain(found.manifest) | {"restored": not check})
    print(f"{'whole' if check else 'restored'}: {_words(found.manifest)}")
    return None


@contextmanager
def _opened(url: str) -> "Iterator[Store]":
    from worker.store import Store

    store = Store(url, pool_size=1)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    """Make one line of what can go wrong; Ctrl-C and SIGTERM leave no half of a file."""
    from worker.services.backup.manifest import BackupProblem

    try:
        with one_interrupt():
            yield
    except BackupProblem as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{error.filename or path}: {error.strerror}") from None


def _words(manifest: "Manifest") -> str:
    held = (_counted(manifest.rows.get(f"{word}s", 0), word) for word in ("feed", "article", "page"))
    return (
        f"{', '.join(held)} of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, up to change "
        f"{manifest.log.newest}; schema {manifest.schema}, {manifest.bytes / MEBIBYTE:,.1f} MiB"
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _plain(manifest: "Manifest") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(manifest)
