"""What an operator should know: one form for the overview, `doctor`, `status` and notifications."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["page", "ticket"]
"""`page`: nothing goes on, or something is being lost, until somebody acts; `ticket`: it can wait a day."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong now.

    `key` is stable while the problem lasts: its kind, and after a colon what it is about, as in
    `sink-stopped:hook`. `command` is what helps, `link` the path of the page that shows it.
    """

    key: str
    severity: Severity
    summary: str
    command: str
    link: str

    @property
    def kind(self) -> str:
        """The part of the key that names the kind of the problem."""
        return self.key.partition(":")[0]


def worst_first(problems: list[Problem]) -> list[Problem]:
    """Return the problems in their order, those that somebody must be woken for first."""
    return sorted(problems, key=lambda problem: problem.severity != "page")
