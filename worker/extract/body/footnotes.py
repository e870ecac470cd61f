"""Footnotes: runs that a mark in an earlier run leads to."""

from collections.abc import Iterator, Sequence

from worker.extract.body.runs import Box, Segment
from worker.text.html import Tree

_NOTE_BOXES = 3  # boxes around a footnote of which one may have its name; a guess


class Footnotes:
    """The marks of a page, and the names of the places that they lead to."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}
        self._anchors: dict[int, list[str]] = {}

    def mark(self, href: str, element: Tree, run: int) -> None:
        """Note a mark that leads to `href`, in the run of this number; its own name may be that of a note."""
        self._marks.setdefault(href.partition("#")[2], run)
        if name := element.get("id") or element.get("name"):
            self._anchors.setdefault(run, []).append(name)

    def settle(self, runs: Sequence[Segment]) -> None:
        """Make footnotes of the runs that an earlier one leads to."""
        if not self._marks:
            return
        for number, run in enumerate(runs):
            if run.kind in ("paragraph", "list_item"):
                leads = [self._marks.get(name, number) for name in self._names(number, run.box)]
                if leads and min(leads) < number:
                    run.kind, run.level, run.note_of = "footnote", None, runs[min(leads)]

    def _names(self, number: int, box: Box | None) -> Iterator[str]:
        yield from self._anchors.get(number, ())
        for _ in range(_NOTE_BOXES):
            if box is None:
                return
            if box.id:
                yield box.id
            box = box.parent
