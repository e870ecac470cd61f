"""One meaning for each public name: a check of what `worker/` imports from where.

`python -m tests.tools.names` prints each public name (function, class, constant at the top of a module,
without a leading underscore) that modules of `worker/` import from two places that each define it, and
exits 1 when there are more than `LIMIT`.

The rule: `from a import x` and `from b import x` may not both occur in `worker/` when `a` and `b` each define
an `x`. An alias (`import x as y`) is an import of `x`. A name that is re-exported (by an
`__init__`) counts as the original. Names used with their module in front (`feeds.save`, `walks.save`)
say which is meant and are fine: this is why the functions of the store and of the stages may be called
`save`.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.tools.report import ROOT, at_most, modules, show

LIMIT = 0
"""Names with two meanings that are accepted. It only goes down."""

Modules = Mapping[str, ast.Module]


def two_meanings(root: Path) -> dict[str, list[str]]:
    """Return the names imported under two meanings, each with the modules that define them."""
    trees = {_dotted(path): tree for path, tree, _ in modules(root, "worker")}
    places: dict[str, set[str]] = defaultdict(set)
    for tree in trees.values():
        for module, name in _imports(tree):
            if home := _home(trees, module, name):
                places[name].add(home)
    return {name: sorted(homes) for name, homes in sorted(places.items()) if len(homes) > 1}


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield module and name of each `from module import name`, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _home(trees: Modules, module: str, name: str) -> str | None:
    """Return the module that defines what `module` calls `name`; None if it is a module or foreign."""
    if module not in trees or name.startswith("_") or f"{module}.{name}" in trees:
        return None
    if name in _defined(trees[module]):
        return module
    homes = (_home(trees, source, name) for source, known in _imports(trees[module]) if known == name)
    return next((home for home in homes if home), None)


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {
                leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)
            }
    return names


def main(root: Path = ROOT, limit: int = LIMIT) -> int:
    """Print the names with two meanings; return 1 when they are more than the limit."""
    found = two_meanings(root)
    for name, homes in found.items():
        print(f"{name}: {', '.join(homes)}")
    return show([at_most("names with two meanings", len(found), limit)])


if __name__ == "__main__":
    sys.exit(main())
