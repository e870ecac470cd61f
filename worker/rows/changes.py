"""Lines of the change log, as a reader of whole articles gets them: one for each article."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from worker.model import ChangeKind

_MINOR = (ChangeKind.REFRESHED, ChangeKind.STORY)
"""The kinds that do not say what became of an article where another line does."""


@dataclass(frozen=True, slots=True)
class MergedChange:
    """All changes of one article within a page of the log; `id` is that of the last line.

    `change` is `created` if the page has the line in which the article began, since its reader does not have
    the article; otherwise it is the last kind that is more than a refresh. `cause` is that line's. `changed`
    has the fields of all lines, and the words are their sums.
    """

    id: int
    article_id: int
    change: str
    cause: str
    changed: tuple[str, ...]
    words_added: int
    words_removed: int


def merge_lines(lines: Iterable[Mapping[str, Any]]) -> list[MergedChange]:
    """Return the changes of each article as one, in the order of the last lines. Resets are left out."""
    by_article: dict[int, list[Mapping[str, Any]]] = {}
    for line in lines:
        if line["article_id"] is not None:
            by_article.setdefault(line["article_id"], []).append(line)
    found = [_merged(article_id, its) for article_id, its in by_article.items()]
    return sorted(found, key=lambda one: one.id)


def _merged(article_id: int, lines: list[Mapping[str, Any]]) -> MergedChange:
    created = [line for line in lines if line["kind"] == ChangeKind.CREATED]
    major = [line for line in lines if line["kind"] not in _MINOR]
    telling = (created or major or lines)[-1]
    return MergedChange(
        id=lines[-1]["id"],
        article_id=article_id,
        change=telling["kind"],
        cause=telling["cause"],
        changed=tuple(dict.fromkeys(field for line in lines for field in line["changed"])),
        words_added=sum(line["words_added"] for line in lines),
        words_removed=sum(line["words_removed"] for line in lines),
    )
