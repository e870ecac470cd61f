"""The size report of `make check`: a module is one idea, and a function fits on a screen.

`python -m tests.tools.sizes [DIRECTORY]` prints a small table and exits 1 when a limit is passed. All lines
of a file count. Those of a function leave out its docstring, so that the limit is no reason to write a short
one. A file may have up to 450 lines where one flow reads better whole; do not cut a file to meet a limit.
Migrations are exempt because they are history, and the schema because it is one list.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.tools.report import Row, show

FILE_MEDIAN, FILE_MOST, FILE_LONGEST = 120, 300, 450
FUNCTION_MEDIAN, FUNCTION_LONGEST = 9, 80
TESTS_LEAST, TESTS_GOOD = 0.8, (1.0, 1.5)
EXEMPT = ("worker/store/schema.py", "worker/store/migrations/")


@dataclass(frozen=True, slots=True)
class Sized:
    """A file or a function and its number of lines."""

    name: str
    lines: int


def files(root: Path, top: str) -> list[Sized]:
    """Return the Python files below `top`, except empty ones such as most `__init__`."""
    sized = (
        Sized(path.relative_to(root).as_posix(), len(path.read_text(encoding="utf-8").splitlines()))
        for path in sorted((root / top).rglob("*.py"))
    )
    return [file for file in sized if file.lines]


def functions(source: str, name: str) -> Iterator[Sized]:
    """Yield the functions and methods of a module, nested ones included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Sized(f"{name}:{node.lineno} {node.name}", _span(node))


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        assert docstring.end_lineno is not None
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def report(root: Path) -> list[Row]:
    """Return all figures of the tree at `root`."""
    source = [file for file in files(root, "worker") if not file.name.startswith(EXEMPT)]
    bodies = [
        function
        for file in source
        for function in functions((root / file.name).read_text(encoding="utf-8"), file.name)
    ]
    return [*_file_rows(source), *_function_rows(bodies), _tests_row(root)]


def _file_rows(source: Sequence[Sized]) -> Iterator[Row]:
    middle = median([file.lines for file in source] or [0])
    yield Row("files: median lines", f"{middle:.0f}", f"≤ {FILE_MEDIAN}", middle <= FILE_MEDIAN)
    small = sum(file.lines <= FILE_MOST for file in source) / max(1, len(source))
    yield Row(f"files of at most {FILE_MOST} lines", f"{small:.0%}", "≥ 90%", small >= 0.9)
    yield _longest("longest file", source, FILE_LONGEST)


def _function_rows(bodies: Sequence[Sized]) -> Iterator[Row]:
    middle = median([body.lines for body in bodies] or [0])
    yield Row("functions: median lines", f"{middle:g}", f"≤ {FUNCTION_MEDIAN}", middle <= FUNCTION_MEDIAN)
    yield _longest("longest function", bodies, FUNCTION_LONGEST)


def _longest(what: str, sized: Sequence[Sized], limit: int) -> Row:
    too_long = sorted((s for s in sized if s.lines > limit), key=lambda s: -s.lines)
    shown = too_long or sorted(sized, key=lambda s: -s.lines)[:1]
    value = ", ".join(f"{s.lines} ({s.name})" for s in shown)
    return Row(what, value, f"≤ {limit}", not too_long)


def _tests_row(root: Path) -> Row:
    lines = {top: sum(file.lines for file in files(root, top)) for top in ("worker", "tests")}
    ratio = lines["tests"] / max(1, lines["worker"])
    good = "" if TESTS_GOOD[0] <= ratio <= TESTS_GOOD[1] else "; aim at 1.0 to 1.5"
    value = f"{ratio:.2f} ({lines['tests']} to {lines['worker']}{good})"
    return Row("test lines per source line", value, f"≥ {TESTS_LEAST}", ratio >= TESTS_LEAST)


def main(root: Path) -> int:
    """Print the report of `root`; return 1 when a limit is passed."""
    return show(report(root))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
