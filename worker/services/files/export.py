"""Exporting: the articles that match a filter into the files of a directory.

1. Fix the position in the change log, and plan the files of each day that has changed since the last run;
   or take up the plan of a run that was stopped.
2. For each day: write its files under temporary names, then move all of them to their places.
3. Write the manifest.

The store may change while files are written: a file then has a later version of an article than the position
says, and the article's line leads the next run to write its day again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from worker import __version__
from worker.services.files.columns import ARTICLE, COLUMNS, REVISION, record_of
from worker.services.files.directory import ExportDirectory, ExportProblem
from worker.services.files.formats import WRITERS, FileRow, Write, parquet_library
from worker.services.files.plan import (
    ARTICLES,
    PAGES,
    ExportOptions,
    ExportPlan,
    WrittenFile,
    days_of_lost,
    manifest_of,
    merged,
    path_of,
    ranges_by_day,
)
from worker.services.files.warc import write_warc
from worker.store import Connection, Store, exports
from worker.store.exports import IdRange
from worker.store.where import Where

FILE_ROWS = {"markdown": 1_000, "warc": 1_000}
"""Articles of a file where it is not `MOST_ROWS`: a directory of Markdown that a file manager can still show,
and a WARC file of some ten megabytes. Guesses."""

MOST_ROWS = 20_000
"""Articles of a file: some ten megabytes of compressed Parquet. A guess."""

BATCH = {"warc": 20}
"""Articles whose responses are in memory at once: each may be as large as the limit of a fetch."""

BATCH_ROWS = 200
"""Articles that are in memory at once. A guess: a few megabytes, and a query of some milliseconds."""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far a run has come: articles written and planned, and the file that is being written."""

    rows: int
    planned: int
    path: str


@dataclass(frozen=True, slots=True)
class ExportDone:
    """What a run has done. `files` are those that it wrote; `resumed`: it went on with a plan of before."""

    files: int
    rows: int
    cursor: int
    resumed: bool


Watch = Callable[[ExportProgress], None]


def run_export(
    store: Store,
    directory: ExportDirectory,
    options: ExportOptions,
    where: Where,
    *,
    watch: Watch = lambda _: None,
    file_rows: int | None = None,
) -> ExportDone:
    """Bring the directory, which the caller holds, up to date; finish a run that was stopped first.

    `file_rows` is the number of articles of a file. Raises `ExportProblem`, `MissingLibrary`,
    `StoreUnavailable`.
    """
    if options.format == "parquet":
        parquet_library()
    size = file_rows or FILE_ROWS.get(options.format, MOST_ROWS)
    manifest = directory.manifest()
    if manifest is not None and not _options_of(manifest).is_same_but_for_columns(options):
        raise ExportProblem(
            f"{directory.path} holds an export of other articles or in another form "
            f"({manifest['format']}, where: {manifest['where'] or 'everything'}): use another directory"
        )
    plan = directory.plan(options)
    resumed = plan is not None
    if plan is None:
        plan = make_plan(store, options, where, manifest, size=size)
        if plan is None:
            assert manifest is not None
            return ExportDone(0, 0, manifest["position"]["cursor"], resumed=False)
        directory.begin(plan)
    written = _write_days(store, directory, plan, where, watch)
    before = [WrittenFile(**file) for file in manifest["files"]] if manifest else []
    directory.save_manifest(manifest_of(plan, merged(before, plan, written)))
    return ExportDone(len(written), sum(file.rows for file in written), plan.cursor, resumed)


def make_plan(
    store: Store,
    options: ExportOptions,
    where: Where,
    manifest: dict[str, Any] | None,
    *,
    size: int,
) -> ExportPlan | None:
    """Return the plan of a new run; None if nothing has changed since the manifest."""
    with store.begin() as db:
        position = exports.position(db)
        is_new = manifest is None or manifest["schema"] != options.schema
        days = None if is_new or manifest is None else _changed_days(db, manifest, position)
        if days is not None and not days and manifest and manifest["position"]["cursor"] == position.cursor:
            return None
        if days is None:
            known = [WrittenFile(**file).stored for file in manifest["files"]] if manifest else []
            planned = ranges_by_day(exports.ranges(db, where, size=size), map(date.fromisoformat, known))
        else:
            found = [part for day in sorted(days) for part in exports.ranges(db, where, size=size, day=day)]
            planned = ranges_by_day(found, days)
    at = None if position.at is None else position.at.isoformat()
    return ExportPlan(options, position.cursor, position.epoch, at, __version__, planned)


def _changed_days(
    db: Connection, manifest: dict[str, Any], position: exports.LogPosition
) -> set[date] | None:
    """Return the days to write again; None for all of them, after a restore of the database."""
    said = manifest["position"]
    if said["epoch"] != position.epoch or said["cursor"] > position.cursor:
        return None
    files = [WrittenFile(**file) for file in manifest["files"]]
    lost = exports.lost_articles(db, said["cursor"], position.cursor)
    changed = exports.changed_days(db, said["cursor"], position.cursor)
    return changed | {date.fromisoformat(day) for day in days_of_lost(files, lost)}


def _options_of(manifest: dict[str, Any]) -> ExportOptions:
    return ExportOptions(manifest["format"], manifest["where"], manifest["revisions"], manifest["schema"])


def _write_days(
    store: Store, directory: ExportDirectory, plan: ExportPlan, where: Where, watch: Watch
) -> list[WrittenFile]:
    """Write the days of a plan that are not in place yet; return all files of the plan."""
    complete, placed = directory.journal()
    rows, written = 0, []
    for day, parts in plan.days.items():
        files = []
        for number, part in enumerate(parts):
            for set_ in plan.options.sets:
                path = path_of(set_, day, number, plan.options.format)
                file = complete.get(path)
                if file is None or (day not in placed and not directory.is_complete(file)):
                    file = _write_file(store, directory, plan, where, set_, path, part, rows, watch)
                    directory.note_file(file)
                files.append(file)
            rows += part.rows
            watch(ExportProgress(rows, plan.rows, files[-1].path))
        if day not in placed:
            for set_ in plan.options.sets:
                directory.put_in_place(set_, day, [file.path for file in files if file.set == set_])
            directory.note_day(day)
        written += files
    return written


def _write_file(
    store: Store,
    directory: ExportDirectory,
    plan: ExportPlan,
    where: Where,
    set_: str,
    path: str,
    part: IdRange,
    before: int,
    watch: Watch,
) -> WrittenFile:
    """Write one file, up to its name with `.ready`. `before` are the articles of the files before it."""
    with store.begin() as db:
        wanted = exports.ids(db, where, part)
    count, extractors = 0, Counter[str]()
    batch = BATCH.get(plan.options.format, BATCH_ROWS)
    with _open(plan.options.format, set_, directory.temporary(path)) as write:
        for start in range(0, len(wanted), batch):
            rows = _read(store, set_, wanted[start : start + batch])
            write(rows)
            count += len(rows)
            extractors.update(row["extractor"] for row in rows)
            watch(ExportProgress(before + start + batch, plan.rows, path))
    size, digest = directory.make_ready(path)
    return WrittenFile(
        path=path,
        set=set_,
        stored=part.day.isoformat(),
        rows=count,
        bytes=size,
        sha256=digest,
        first_id=part.first,
        last_id=part.last,
        extractors=dict(sorted(extractors.items())),
    )


def _open(format: str, set_: str, path: Path) -> AbstractContextManager[Write]:
    return write_warc(path) if set_ == PAGES else WRITERS[format](path, COLUMNS[set_])


def _read(store: Store, set_: str, wanted: Sequence[int]) -> list[FileRow]:
    """Return the rows of a set for articles. Each batch is a transaction, so that none is long."""
    with store.begin() as db:
        if set_ == PAGES:
            return list(exports.pages(db, wanted))
        if set_ == ARTICLES:
            found = exports.articles(db, wanted, [column.name for column in ARTICLE])
            return [record_of(row, ARTICLE) for row in found]
        return [record_of(row, REVISION) for row in exports.revisions(db, wanted)]
