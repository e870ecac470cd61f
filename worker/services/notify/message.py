"""One message about all that begins and ends at the same time, in the forms of the receivers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from worker.monitor.terminal import clean
from worker.store.notices import Notice

MOST = 20
"""Problems that a message spells out; it counts the others. A guess: a screen of a phone or two."""

SUMMARY = 200
"""Characters of a summary in a title. A guess: mail programs and phones cut there or sooner."""


@dataclass(frozen=True, slots=True)
class OperatorMessage:
    """What begins and what is over; both empty: a test message. `site` is the address of the pages."""

    begun: Sequence[Notice] = ()
    ended: Sequence[Notice] = ()
    site: str = ""

    @property
    def is_urgent(self) -> bool:
        """Whether somebody should be woken."""
        return any(one.severity == "page" for one in self.begun)

    @property
    def title(self) -> str:
        """One line: the problem, or how many there are."""
        if not self.begun and not self.ended:
            return "Wiredesk: a test message"
        listed, word = (self.begun, "problem") if self.begun else (self.ended, "problem over")
        if len(listed) == 1:
            over = "" if self.begun else "over: "
            return f"Wiredesk: {over}{clean(listed[0].summary)[:SUMMARY]}"
        return f"Wiredesk: {len(listed)} {word.replace('problem', 'problems')}"

    @property
    def text(self) -> str:
        """The whole message as plain text, each problem with its command."""
        if not self.begun and not self.ended:
            return "This is what a message of `wiredesk notify` looks like. Nothing is wrong."
        lines = []
        for one in self.begun[:MOST]:
            mark = "URGENT: " if one.severity == "page" else ""
            lines += [
                f"{mark}{clean(one.summary)}",
                f"  {clean(one.command)}",
                f"  {self.site}{one.link}",
                "",
            ]
        for one in self.ended[:MOST]:
            lines += [f"over, {_lasted(one)}: {clean(one.summary)}", ""]
        if more := max(0, len(self.begun) - MOST) + max(0, len(self.ended) - MOST):
            lines.append(f"and {more} more: wiredesk status")
        return "\n".join(lines).strip() + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Return the message for JSON."""
        return {
            "title": self.title,
            "text": self.text,
            "urgent": self.is_urgent,
            "begun": [asdict(one) for one in self.begun],
            "ended": [asdict(one) for one in self.ended],
        }


def _lasted(notice: Notice) -> str:
    gone: datetime = notice.gone_since or notice.since
    return f"it lasted {(gone - notice.since).total_seconds() / 60:.0f} min"
