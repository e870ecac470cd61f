"""Constants with reasons: a check of the numbers, strings, patterns and tables at the top of modules.

`python -m tests.tools.constants [PATH…]` lists the constants of `worker/` (below PATH) that have no reason,
and exits 1 when there are more than `LIMIT`. A constant is an UPPER_CASE name at the top of a module whose
value is written there. Its reason is a string under it, or a comment on its line or right above it. Constants
that follow one another without a blank line are a group, which one comment above it explains, or one string
under it. Whether a reason is a good one, no program can say: a review does (docs/style.md).

Not counted: migrations (history), SQL statements and tables of the schema (their words are the reason), and
values that other constants make up (`ROWS = PERMUTATIONS // BANDS`).
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import NoneType

from tests.tools.report import ROOT, at_most, modules, show

LIMIT = 25
"""Constants without a reason that are accepted. It only goes down."""

EXEMPT = ("worker/store/migrations/", "worker/store/schema.py")

MAKERS = frozenset(
    "compile frozenset set tuple dict list MappingProxyType timedelta words _words join split".split()  # noqa: SIM905
)
"""Calls that wrap a constant; other calls (text, Table, getLogger) make something else."""

Constant = ast.Assign | ast.AnnAssign


def unexplained(root: Path) -> Iterator[str]:
    """Yield path, line and name of each constant without a reason."""
    for path, tree, source in modules(root, "worker", EXEMPT):
        lines = source.splitlines()
        for group, has_reason in _groups(tree.body, lines):
            for node in group:
                if not has_reason and "#" not in lines[node.lineno - 1]:
                    yield f"{path}:{node.lineno} {_name(node)}"


def _groups(body: Sequence[ast.stmt], lines: Sequence[str]) -> Iterator[tuple[list[Constant], bool]]:
    """Yield the groups of constants, each with whether a comment above or a string under it explains it."""
    group: list[Constant] = []
    end = 0
    for node in body:
        if isinstance(node, Constant) and _is_constant(node):
            if group and node.lineno > end + 1:
                yield group, _is_commented(group, lines)
                group = []
            group.append(node)
        elif group:
            yield group, _is_docstring(node) or _is_commented(group, lines)
            group = []
        end = node.end_lineno or node.lineno
    if group:
        yield group, _is_commented(group, lines)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_commented(group: Sequence[Constant], lines: Sequence[str]) -> bool:
    above = group[0].lineno - 2
    return above >= 0 and lines[above].startswith("#")


def _is_constant(node: Constant) -> bool:
    return _name(node).isupper() and node.value is not None and _is_written(node.value)


def _name(node: Constant) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return ast.unparse(target).replace(", ", "_").strip("()")


def _is_written(value: ast.expr) -> bool:
    """Return whether something of the value is written here, and not in other constants alone."""
    calls = (node for node in ast.walk(value) if isinstance(node, ast.Call))
    if any(ast.unparse(call.func).split(".")[-1] not in MAKERS for call in calls):
        return False
    literals = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
    return any(not isinstance(literal, bool | NoneType) and literal != "" for literal in literals)


def main(root: Path = ROOT, only: tuple[str, ...] = (), limit: int = LIMIT) -> int:
    """Print the constants without a reason; return 1 when they are more than the limit."""
    found = [constant for constant in unexplained(root) if constant.startswith(only or "")]
    if only or len(found) > limit:
        print(*found, sep="\n")
    return show([at_most("constants without a reason", len(found), limit)])


if __name__ == "__main__":
    sys.exit(main(only=tuple(sys.argv[1:])))
