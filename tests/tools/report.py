"""What the checks of `make check` share: rows with a limit, and the modules that they read."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report; `limit` is empty where a figure is only shown."""

    what: str
    value: str
    limit: str = ""
    kept: bool = True


def at_most(what: str, value: int, limit: int, note: str = "") -> Row:
    """Return a row that fails when `value` is above `limit`."""
    return Row(what, f"{value}{note}", f"≤ {limit}", value <= limit)


def show(rows: Iterable[Row]) -> int:
    """Print the rows; return the exit code, 1 when a limit does not hold."""
    code = 0
    for row in rows:
        print(f"{'ok ' if row.kept else 'NO '} {row.what:28} {row.limit:>6}   {row.value}")
        code |= not row.kept
    return code


def modules(root: Path, top: str, exempt: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Module, str]]:
    """Yield path, tree and source of each Python file below `top`, except paths that begin with `exempt`."""
    for path in sorted((root / top).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(exempt):
            source = path.read_text(encoding="utf-8")
            yield name, ast.parse(source), source
