"""Answers in Markdown: articles with their address and the time at which their page was read.

Pure. Titles, names and addresses come from publishers, too, so callers frame everything that is made here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from worker.extract.document import block_of
from worker.extract.render import markdown
from worker.extract.rights import reservation_against
from worker.extract.types import Rights
from worker.model import ArticleState
from worker.text.plain import collapsed
from worker.text.word_diff import Op, word_diff

Row = Mapping[str, Any]

QUOTE_CHARACTERS = 300
"""Of the summary or the text, in a list of articles: about two sentences. A guess."""

CONTEXT_CHARACTERS = 80
"""Unchanged text that is shown on each side of a change."""

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>~"})


def withheld(article: Row, honoured: Collection[str]) -> str | None:
    """Return the reservation because of which the text is not shown; None if it may be."""
    stated = dict(article["rights"] or {})
    for name in ("robots", "agents_denied"):
        stated[name] = tuple(stated.get(name) or ())
    return reservation_against(Rights(**stated), honoured)


def entry(article: Row, honoured: Collection[str], *, quote: bool = True) -> str:
    """Return an article of a list: headline, source, address, and the beginning as a quote."""
    lines = [f"- **{_title(article)}**", f"  {_source(article)}", f"  {_address(article)}"]
    if quote and (said := _beginning(article, withheld(article, honoured))):
        lines.append(f"  > {said}")
    return "\n".join(lines)


def whole(article: Row, honoured: Collection[str]) -> list[str]:
    """Return an article in pieces: its head, then a piece for each paragraph."""
    head = [f"# {_title(article)}", _source(article), _address(article)]
    if names := ", ".join([*(article["authors"] or ()), *(article["agencies"] or ())]):
        head.append(f"By {_plain(names)}")
    if article.get("state") == ArticleState.REMOVED:
        head.append(f"Withdrawn by its publisher, noticed {_instant(article['removed_at'])}.")
    if revisions := article.get("revisions", ())[1:]:
        edits = "; ".join(f"{_instant(one['seen_at'])} ({', '.join(one['changed'])})" for one in revisions)
        head.append(f"Edited since: {edits}")
    pieces = ["\n".join(head)]
    if reason := withheld(article, honoured):
        summary = [f"> {_plain(article['summary'])}"] if article["summary"] else []
        return [*pieces, *summary, f"The text is not shown: its publisher reserves it ({_plain(reason)})."]
    return [*pieces, *_paragraphs(article)]


def _paragraphs(article: Row) -> list[str]:
    """Return the body in pieces; a list or a table stays together."""
    blocks = [block_of(block) for block in article["blocks"]]
    pieces: list[list[Any]] = []
    for block in blocks:
        if pieces and block.kind == "list_item" == pieces[-1][-1].kind:
            pieces[-1].append(block)
        else:
            pieces.append([block])
    return [markdown(piece) for piece in pieces]


def edit(article: Row, old: Row, new: Row, honoured: Collection[str]) -> list[str]:
    """Return what changed between two versions, in pieces: deleted words struck, inserted ones in bold."""
    pieces = []
    shown = ("title",) if withheld(article, honoured) else ("title", "summary", "text")
    for name in shown:
        if changed := changes_in(old[name] or "", new[name] or ""):
            pieces.append(f"{name}:")
            pieces += changed
    return pieces


def changes_in(old: str, new: str) -> list[str]:
    """Return each place at which two texts differ, with some of the text around it."""
    places: list[list[str]] = [[]]
    changed: set[int] = set()
    for op, text in word_diff(old, new):
        if op is not Op.EQUAL:
            sign = "~~" if op is Op.DELETE else "**"
            places[-1].append(f"{sign}{_plain(text)}{sign}")
            changed.add(len(places) - 1)
        elif len(text) > 2 * CONTEXT_CHARACTERS:
            places[-1].append(f"{_plain(text[:CONTEXT_CHARACTERS])}…")
            places.append([f"…{_plain(text[-CONTEXT_CHARACTERS:])}"])
        else:
            places[-1].append(_plain(text))
    return [f"- {' '.join(place).strip()}" for number, place in enumerate(places) if number in changed]


def line(change: Row) -> str:
    """Return a line of the change log: what happened when, to which article."""
    words = [f"{_instant(change['at'])} {change['change']}: **{_title(change)}**"]
    if change["changed"]:
        words.append(f"({', '.join(change['changed'])}; by {change['cause']})")
    return f"- {' '.join(words)}\n  {_source(change)}\n  {_address(change)}"


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of Markdown."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, cells))} |" for cells in lines)


def _cell(value: object) -> str:
    return "" if value is None else _plain(str(value)).replace("|", "\\|")


def _title(article: Row) -> str:
    return _plain(article["title"] or article["url"])


def _source(article: Row) -> str:
    published = article.get("published")
    parts = [
        article.get("publisher") or article.get("site_name"),
        f"published {_instant(published)}" if published else "date unknown",
        article.get("language"),
        f"article {article['id']}",
        f"story {article['story_id']}" if article.get("story_id") else None,
    ]
    return ", ".join(_plain(str(part)) for part in parts if part)


def _address(article: Row) -> str:
    read = article.get("revised_at") or article.get("stored_at")
    retrieved = f" (retrieved {_instant(read)})" if read else ""
    # Without the signs with which an address would end and something else begin.
    return f"<{article['url'].translate(str.maketrans({'<': '%3C', '>': '%3E', ' ': '%20'}))}>{retrieved}"


def _beginning(article: Row, reserved: str | None) -> str | None:
    """Return the summary; without one the beginning of the text, unless that is reserved."""
    said = collapsed(article["summary"] or ("" if reserved else article.get("text") or ""))
    cut = said[:QUOTE_CHARACTERS]
    return _plain(f"{cut}…" if len(said) > len(cut) else cut) or None


def _plain(text: str) -> str:
    return collapsed(text).translate(_SPECIAL)


def _instant(at: datetime | str) -> str:
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
