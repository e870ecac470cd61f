"""The plan of an export: which files a run writes, fixed at its start. Pure.

A run writes whole days. The first one writes all days; a later one those days whose articles have lines in
the change log since. The plan is written to disk before the first file, so that a run that was killed goes on
with the same files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from worker.services.files.columns import COLUMNS_VERSION
from worker.store.exports import IdRange

ARTICLES, REVISIONS, PAGES = "articles", "revisions", "pages"
"""The sets of files, each in a directory with its name."""

SUFFIXES = {
    "parquet": ".parquet",
    "jsonl": ".jsonl",
    "csv": ".csv",
    # A directory with a file for each article.
    "markdown": ".md.d",
    "warc": ".warc.gz",
}
"""The ends of file names, by format."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is exported and how; a directory belongs to one set of options."""

    format: str
    where: str
    revisions: bool
    schema: int = COLUMNS_VERSION

    def is_same_but_for_columns(self, other: "ExportOptions") -> bool:
        """Return whether only the version of the columns may differ: then all files are written again."""
        return replace(self, schema=other.schema) == other

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets of files that are written."""
        if self.format == "warc":
            return (PAGES,)
        return (ARTICLES, REVISIONS) if self.revisions else (ARTICLES,)


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of an export, as its manifest describes it. `rows` counts articles, versions or responses."""

    path: str
    set: str
    stored: str
    rows: int
    bytes: int
    sha256: str
    first_id: int
    last_id: int
    extractors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """A run: the position of the change log at its start, and the ranges of the files of each day.

    A day without ranges has no articles any more: its files are removed.
    """

    options: ExportOptions
    cursor: int
    epoch: str
    at: str | None
    wiredesk: str
    days: Mapping[str, tuple[IdRange, ...]]

    @property
    def rows(self) -> int:
        """Number of articles, as counted when the plan was made."""
        return sum(part.rows for parts in self.days.values() for part in parts)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        days = {day: [[p.first, p.last, p.rows] for p in parts] for day, parts in self.days.items()}
        return {**asdict(self), "days": days}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "ExportPlan":
        """Return the plan that `to_json` wrote."""
        days = {
            day: tuple(IdRange(date.fromisoformat(day), *part) for part in parts)
            for day, parts in said["days"].items()
        }
        return cls(**{**said, "options": ExportOptions(**said["options"]), "days": days})


def ranges_by_day(ranges: Iterable[IdRange], days: Iterable[date] = ()) -> dict[str, tuple[IdRange, ...]]:
    """Return ranges by day, in order; also the `days` without ranges."""
    found: dict[str, list[IdRange]] = {day.isoformat(): [] for day in days}
    for part in ranges:
        found.setdefault(part.day.isoformat(), []).append(part)
    return {day: tuple(parts) for day, parts in sorted(found.items())}


def path_of(set_: str, day: str, number: int, format: str) -> str:
    """Return the path of a file in the directory: `articles/stored=2026-11-30/part-00000.jsonl`."""
    return f"{set_}/stored={day}/part-{number:05}{SUFFIXES[format]}"


def days_of_lost(files: Iterable[WrittenFile], lost: Sequence[int]) -> set[str]:
    """Return the days whose files may hold articles that exist no longer."""
    return {file.stored for file in files if any(file.first_id <= one <= file.last_id for one in lost)}


def manifest_of(plan: ExportPlan, files: Iterable[WrittenFile]) -> dict[str, Any]:
    """Return the manifest of a directory: it depends on the plan and the files alone."""
    listed = sorted(files, key=lambda file: file.path)
    extractors: dict[str, int] = {}
    for file in listed:
        if file.set != REVISIONS:
            for version, rows in file.extractors.items():
                extractors[version] = extractors.get(version, 0) + rows
    return {
        **asdict(plan.options),
        "wiredesk": plan.wiredesk,
        "position": {"cursor": plan.cursor, "epoch": plan.epoch, "at": plan.at},
        "counts": {set_: sum(f.rows for f in listed if f.set == set_) for set_ in plan.options.sets},
        "extractors": dict(sorted(extractors.items())),
        "files": [asdict(file) for file in listed],
    }


def merged(before: Iterable[WrittenFile], plan: ExportPlan, new: Iterable[WrittenFile]) -> list[WrittenFile]:
    """Return the files after a run: those of its days are replaced, all others stay."""
    return [*(file for file in before if file.stored not in plan.days), *new]
