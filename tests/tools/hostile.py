"""The table of hostile hosts in docs/security.md, made from the cases of tests/faults/test_hostile.py.

`python -m tests.tools.hostile` writes it between its marks; a test compares it with the cases.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.faults.hostile.case import QUICK, Case
from tests.faults.hostile.connections import PATIENCE
from tests.faults.hostile.table import BATCHES

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN = "<!-- made by python -m tests.tools.hostile -->"
END = "<!-- made until here -->"


def table() -> str:
    """Return all cases, a table for each batch."""
    return "\n\n".join(
        f"**{name}**\n\n| the host | becomes | because | ends |\n|---|---|---|---|\n{_rows(cases)}"
        for name, cases in BATCHES.items()
    )


def page(old: str) -> str:
    """Return the page with the current table."""
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _rows(cases: Sequence[Case]) -> str:
    return "\n".join(_row(case) for case in cases)


def _row(case: Case) -> str:
    does = case.does.replace("|", "\\|")
    because = f"`{case.reason}`" if case.reason else ""
    said = f" “{case.says}”" if case.says else ""
    return f"| {does} | {case.outcome} | {because}{said} | {_bound(case)} |"


def _bound(case: Case) -> str:
    return {QUICK: "at once", PATIENCE: "at its limit"}.get(case.seconds, f"{case.seconds:g} s")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
