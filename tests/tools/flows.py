"""How many files a reader opens to follow one stage: a check of `worker/services/`.

`python -m tests.tools.flows` counts, for the turn of each stage, the modules of the stage's own package that
it imports, directly or through one another, itself among them. `engine/` (shared by all stages), other
stages, and the rooms below `services/` are not counted; which other stages are imported is printed.
"""

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.tools.report import ROOT, Row, at_most, modules, show

LIMITS = {"poll": 6, "fetch": 5, "extract": 5, "walk": None, "websub": None}
"""The most files of a stage; None is only printed."""

STARTS = ("turn", "run", "ask")
"""The module in which the flow of a stage is read from top to bottom."""

Modules = Mapping[str, ast.Module]


def flow(root: Path, stage: str) -> tuple[list[str], list[str]]:
    """Return the stage's own modules that its turn goes through, and the other stages that these import."""
    trees = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for path, tree, _ in modules(root, "worker/services")
    }
    package = f"worker.services.{stage}"
    start = next((f"{package}.{name}" for name in STARTS if f"{package}.{name}" in trees), None)
    waiting, own, others = [start] if start else [], set[str](), set[str]()
    while waiting:
        module = waiting.pop()
        own.add(module)
        for imported in _imported(trees, module):
            if not imported.startswith(f"{package}."):
                others.add(imported.removeprefix("worker.services.").partition(".")[0])
            elif imported not in own:
                waiting.append(imported)
    return sorted(module.removeprefix(f"{package}.") for module in own), sorted(others)


def _imported(trees: Modules, module: str) -> set[str]:
    """Return the modules of `services/` that `module` imports."""
    found = set()
    for node in ast.walk(trees[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} & set(trees)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & set(trees)
    return {name for name in found if name.count(".") > 2 or not _is_package(trees, name)}


def _is_package(trees: Modules, name: str) -> bool:
    return any(other.startswith(f"{name}.") for other in trees)


def rows(root: Path) -> list[Row]:
    """Return a row for each stage."""
    report = []
    for stage, limit in LIMITS.items():
        own, others = flow(root, stage)
        note = f" ({', '.join(own)}" + (f"; uses {', '.join(others)})" if others else ")")
        what = f"files one {stage} goes through"
        report.append(
            Row(what, f"{len(own)}{note}") if limit is None else at_most(what, len(own), limit, note)
        )
    return report


def main(root: Path = ROOT) -> int:
    """Print the files of each stage; return 1 when a limit does not hold."""
    return show(rows(root))


if __name__ == "__main__":
    sys.exit(main())
