"""The drawings of docs/states.md, made from the tables of worker/model.py.

`python -m tests.tools.states` writes the page; a test compares it with the tables.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from worker.model import (
    ARTICLE_MOVES,
    ENTRY_MOVES,
    FEED_MOVES,
    LOOK_MOVES,
    PAGE_MOVES,
    SUBSCRIPTION_MOVES,
    WALK_MOVES,
    ArticleState,
    EntryState,
    FeedState,
    LookState,
    PageState,
    SubscriptionState,
    WalkState,
)

PAGE = Path(__file__).parents[2] / "docs" / "states.md"

Moves = Mapping[tuple[StrEnum, StrEnum], StrEnum]

MACHINES: tuple[tuple[str, Any, StrEnum, str], ...] = (
    ("Feed", FEED_MOVES, FeedState.ACTIVE, "Errors do not change the state: a feed that fails backs off."),
    ("Entry", ENTRY_MOVES, EntryState.WAITING, "An item of a feed on its way to an article."),
    (
        "Look",
        LOOK_MOVES,
        LookState.GOOD,
        "What the last look at the page of a stored entry showed. Unless it is good, the text stays.",
    ),
    ("Page", PAGE_MOVES, PageState.FETCHED, "A fetched response, kept so that it can be read again."),
    (
        "Article",
        ARTICLE_MOVES,
        ArticleState.LIVE,
        "The version that consumers see; each move is a line of the change log.",
    ),
    ("Walk", WALK_MOVES, WalkState.OPEN, "A walk back through entries that a feed no longer shows."),
    (
        "Subscription",
        SUBSCRIPTION_MOVES,
        SubscriptionState.WANTED,
        "A feed's subscription at a WebSub hub ([websub.md](websub.md)); it is deleted when it has ended.",
    ),
)
"""Name, table, the state of a new one, and a sentence."""


def drawing(moves: Moves, start: str) -> str:
    """Return a machine as a Mermaid state diagram; the events between two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (before, event), after in moves.items():
        arrows.setdefault((before.value, after.value), []).append(event.value)
    lines = [f"    {before} --> {after}: {', '.join(events)}" for (before, after), events in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {start}", *lines, "```"])


def page() -> str:
    """Return the whole page."""
    parts = ["# States", "Made by `python -m tests.tools.states` from the tables of `worker/model.py`."]
    for name, moves, start, words in MACHINES:
        parts += [f"## {name}", words, drawing(moves, start)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
