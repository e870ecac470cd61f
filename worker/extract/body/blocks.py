"""From the runs of a page to the blocks of its article.

Runs with enough points become blocks; speakers of quotes, repetitions, and page furniture between them are
removed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from worker.extract import lexicon
from worker.extract.body.company import judged_together
from worker.extract.body.model import points_of
from worker.extract.body.second_opinion import is_doubtful, opinion_of, with_second_opinion
from worker.extract.body.segments import Box, Segment, segments_of
from worker.extract.body.vocabulary import MARKS
from worker.extract.head import Head
from worker.extract.types import Absolute, Block, Link
from worker.extract.words import key
from worker.text.html import Tree

_MAX_BLOCKS = 5000  # bounds the work on a hostile page; a guess
_LONGEST_HEADING = 250
"""Characters of a heading; a longer one is a paragraph in large print. Halving it changes 17 of 273 pages."""

# Furniture: guesses that the corpus did not contradict.
# Of texts in lower case: comparing without regard to case takes four times as long.
_POINTER = re.compile(rf"^\W*{lexicon.POINTER}")
_BYLINE = re.compile(rf"^{lexicon.BY}\s*[:：\s]", re.IGNORECASE)
_NOTICE = re.compile(rf"^\W*{lexicon.NOTICE}")
_STOPS = '.!?…:。！？।؟"”»」'  # a heading or line that ends with one is part of the text
_MAX_NOTICE = 400  # characters of a notice
_MAX_POINTER = 200  # of a pointer to another article
_MAX_BYLINE = 60  # of a byline
_MAX_FIGURES = 40  # of a date or a count
_PROSE = 60  # of a block that is text: dates above the first are furniture
_AT_THE_TOP = 4  # blocks among which a byline or a repeated title may be
_LONGER_TITLE = 1.5  # a heading this much longer than the title may still be the title with a kicker
_REPEATS_FROM = 40  # letters from which a block is not repeated by chance
_ALL_LINK = 0.95  # share of a paragraph in links from which it is a pointer

_ADDRESSES = ("https://t.co/", "pic.twitter.com/", "http://t.co/")
"""Beginnings of the addresses that posts of Twitter print after their words."""
# Quotes and their speakers; the distances and lengths are guesses that the corpus did not contradict.
_BEHIND_DASH = re.compile(r"^(?P<said>.{20,}[.!?…»”\"'’」])\s*[—–―]\s*(?P<who>[^.!?…]{3,80})$", re.DOTALL)
_DASH = re.compile(r"^[—–―‒-]+\s*(?=\w)")
_AROUND_NAME = " \t,;:—–―‒-"
_SENTENCE_END = (".", "!", "?", "…", "。", "”", "»", '"')
_SPEAKER_TAGS = frozenset(("footer", "figcaption", "cite"))
_SPEAKER_CLASS = re.compile(
    r"attribution|speaker|author|autor|auteur|(?<![a-z])(?:cite|source|quelle)(?![a-z])", re.IGNORECASE
)
_QUOTE_MARK = 1 << list(MARKS).index("quote")
_BYLINE_MARK = 1 << list(MARKS).index("byline")
_MAX_NAME = 120  # characters of a speaker
_MIN_SAID = 12  # of a quote
_MAX_MARKED = 600  # of a box that only its class calls a quote
_NEAR = 4  # boxes around a run that may be the quote

# Repetitions, in letters as `key` counts them; guesses that the corpus did not contradict.
_LONG_ENOUGH = 40  # shorter blocks may repeat by chance
_A_PIECE = 20  # of a sentence or block that is part of another
_AT_ONE_GO = 400  # of a block that may be all the others once more
_PIECES = 3  # that make up most of such a block
_MOST = 0.8  # of its letters
_TAIL = 40  # characters in which a teaser ends with a pointer
_TEASER_END = re.compile(rf"(?:…|\.\.\.|\s|\[)[^\w\s]{{0,3}}\s?{lexicon.POINTER}\W{{0,4}}$")  # in lower case
_MAX_QUOTES = 200  # each is searched in all of the text: bounds that work
_LINES_AROUND, _MAX_LINE = 4, 120  # lines next to the text that may name its source, and their characters
_SENTENCES = re.compile(r"(?<=[.!?。！？।؟])\s|[。！？।]|\.\.\.|…")


class Body(NamedTuple):
    """The blocks of an article, and short lines that the page prints right above and below them."""

    blocks: tuple[Block, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def find_body(tree: Tree, head: Head, title: str | None, absolute: Absolute, captions: set[Tree]) -> Body:
    """Return the body of the article on a page; the elements in `captions` are not part of it."""
    runs = segments_of(tree, captions)
    if not runs:
        return Body()
    points = points_of(runs, head, title)
    if is_doubtful(runs, points):
        points = with_second_opinion(opinion_of(tree), runs, points)
    points = judged_together(runs, points)
    return Body(blocks_of(runs, points, title, absolute), *_lines_around(runs, points))


def _lines_around(runs: Sequence[Segment], points: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the short lines next to the first and the last run that is taken, where sources are named."""
    taken = [at for at, worth in enumerate(points) if worth > 0]
    if not taken:
        return (), ()
    before = runs[max(0, taken[0] - _LINES_AROUND) : taken[0]]
    behind = runs[taken[-1] + 1 : taken[-1] + 1 + _LINES_AROUND]
    return _short_lines(before), _short_lines(behind)


def _short_lines(runs: Sequence[Segment]) -> tuple[str, ...]:
    return tuple(run.text for run in runs if len(run.text) <= _MAX_LINE)


def named_blocks(tree: Tree, title: str | None, absolute: Absolute, captions: set[Tree]) -> tuple[Block, ...]:
    """Return all blocks of a tree that is nothing but the body, as a site's rule selects it."""
    runs = segments_of(tree, captions, whole=True)
    return blocks_of(runs, [1] * len(runs), title, absolute)


def blocks_of(
    runs: Sequence[Segment], points: Sequence[int], title: str | None, absolute: Absolute
) -> tuple[Block, ...]:
    """Return the blocks of the runs that have more than 0 points, followed by their footnotes."""
    names = names_behind(runs)
    said_by: dict[int, list[str]] = {}
    for number, quote in names.items():
        said_by.setdefault(quote, []).append(_name_in(runs[number]))
    text = [
        number
        for number, (run, worth) in enumerate(zip(runs, points, strict=True))
        if worth > 0 and run.note_of is None and number not in names and not is_notice(run.text)
    ]
    taken = [_block(runs[number], absolute, ", ".join(said_by.get(number, ()))) for number in text]
    once = without_repeats(without_pull_quotes(taken[:_MAX_BLOCKS]))
    noted = {runs[number] for number in text}
    notes = [_block(run, absolute, "") for run in runs if run.note_of in noted]
    return (*without_furniture(tuple(once), title), *notes[:_MAX_BLOCKS])


def _block(run: Segment, absolute: Absolute, said_by: str) -> Block:
    """Return a run as a block; `said_by` is the speaker named after the quote."""
    links = tuple(Link(one.start, one.end, url) for one in run.links if (url := absolute(one.url)))
    if run.kind == "heading" and run.width > _LONGEST_HEADING:
        return Block("paragraph", run.text, None, None, links)
    if not is_quote(run):
        return Block(run.kind, run.text, run.level, None, links, run.ordered)
    said, who = split_name(run)
    said = _without_addresses(said)
    inside = tuple(link for link in links if link.end <= len(said))
    return Block("quote", said, run.level, who or said_by or None, inside)


def is_quote(run: Segment) -> bool:
    """Whether a run is in a <blockquote>, or in a small box whose class calls it a quote."""
    return run.kind == "quote" or (run.kind == "paragraph" and _quote_box(run) is not None)


def split_name(run: Segment) -> tuple[str, str | None]:
    """Return the words of a quote, and the speaker if the run itself names one."""
    text = run.text
    if run.cited is not None and len(said := text[: run.cited].rstrip(_AROUND_NAME)) >= _MIN_SAID:
        return said, text[run.cited :].strip(_AROUND_NAME) or None
    if match := _BEHIND_DASH.match(text):
        return match["said"], match["who"].strip(_AROUND_NAME)
    return text, None


def _without_addresses(said: str) -> str:
    while len(words := said.rsplit(None, 1)) == 2 and words[1].startswith(_ADDRESSES):
        said = words[0]
    return said


def _name_in(run: Segment) -> str:
    """Return the speaker that a run names, without the date of a post, which is a link to it."""
    text = run.text
    last = run.links[-1] if run.links else None
    if last and last.start > 0 and last.end == len(text) and any(map(str.isdigit, text[last.start :])):
        text = text[: last.start]
    return text.strip(_AROUND_NAME)


def names_behind(runs: Sequence[Segment]) -> dict[int, int]:
    """Map each run that names a speaker to the run of the quote before it, by number.

    Pages print the speaker in a <cite>, <footer> or <figcaption>, or after a dash.
    """
    found: dict[int, int] = {}
    quote: tuple[int, Box] | None = None
    for number, run in enumerate(runs):
        if quote and len(run.text) <= _MAX_NAME and _is_name(run, quote[1]):
            found[number] = quote[0]
        elif run.kind in ("quote", "paragraph") and (box := _quote_box(run)) and not _DASH.match(run.text):
            quote = number, box
        else:
            quote = None
    return found


def _is_name(run: Segment, quote: Box) -> bool:
    """Whether a run after `quote` is a speaker's name, by its elements or by a dash."""
    around = quote.parent
    called = run.cited == 0 or bool(run.marks & _BYLINE_MARK)
    for box in _around(run.box):
        if box is quote or box is around:
            break
        called = called or box.tag in _SPEAKER_TAGS or _SPEAKER_CLASS.search(box.names) is not None
    else:
        return False
    if _DASH.match(run.text):
        return not run.text.endswith(_SENTENCE_END)
    return called and (box is quote or run.cited == 0 or box.texts <= _MAX_MARKED)


def _quote_box(run: Segment) -> Box | None:
    """Return the outermost box nearby that is a quote; a paragraph's class does not count."""
    found = None
    for box in _around(run.box):
        is_marked = box.marks & _QUOTE_MARK and box.tag != "p" and box.texts <= _MAX_MARKED
        if is_marked or box.tag == "blockquote":
            found = box
    return found


def _around(box: Box | None) -> Iterator[Box]:
    for _ in range(_NEAR):
        if box is None:
            return
        yield box
        box = box.parent


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """Drop blocks whose words are in another block that is kept, or split over the others."""
    pairs = _without_whole([(block, key(_without_pointer(block))) for block in blocks])
    page = "\n".join(letters for _, letters in pairs)
    kept: list[Block] = []
    at = 0
    for block, letters in pairs:
        end = at + len(letters)
        if len(letters) < _LONG_ENOUGH or not _is_elsewhere(letters, page, at, end, block):
            kept.append(block)
        at = end + 1
    return kept


def _without_whole(pairs: list[tuple[Block, str]]) -> list[tuple[Block, str]]:
    """Drop blocks that the others make up in pieces."""
    spelled = [letters for _, letters in pairs]
    return [
        pair
        for number, pair in enumerate(pairs)
        if len(pair[1]) < _AT_ONE_GO
        or not _is_in_pieces(pair[1], [*spelled[:number], *spelled[number + 1 :]])
    ]


def _is_elsewhere(letters: str, page: str, at: int, end: int, block: Block) -> bool:
    """Whether the letters from `at` to `end` are also in an earlier block or part of a later one."""
    if page.find(letters, 0, at) >= 0:
        return True
    again = page.find(letters, end) if block.kind == "paragraph" else -1
    return again >= 0 and not _is_whole(page, again, again + len(letters))


def _is_whole(page: str, start: int, end: int) -> bool:
    return page[start - 1] == "\n" and page[end : end + 1] in ("\n", "")


def _without_pointer(block: Block) -> str:
    """Return the text of a paragraph without the 'read more' at the end of a teaser."""
    text = block.text
    tail = text[-_TAIL:].lower() if block.kind == "paragraph" else ""
    pointer = _TEASER_END.search(tail)
    return text[: len(text) - len(tail) + pointer.start()] if pointer else text


def _is_in_pieces(letters: str, others: Sequence[str]) -> bool:
    pieces = {other for other in others if _A_PIECE <= len(other) < len(letters) and other in letters}
    return len(pieces) >= _PIECES and sum(map(len, pieces)) >= _MOST * len(letters)


def without_pull_quotes(blocks: Sequence[Block]) -> list[Block]:
    """Drop quotes that repeat, sentence by sentence, what a paragraph says."""
    quotes = [block for block in blocks if block.kind == "quote"]
    if not quotes or len(quotes) > _MAX_QUOTES:
        return list(blocks)
    text = "\n".join(key(block.text) for block in blocks if block.kind == "paragraph")
    return [block for block in blocks if block.kind != "quote" or not _is_pulled(block.text, text)]


def _is_pulled(quote: str, text: str) -> bool:
    pieces = [spelled for piece in _SENTENCES.split(quote) if (spelled := key(piece))]
    return sum(map(len, pieces)) >= _A_PIECE and all(piece in text for piece in pieces)


def without_furniture(blocks: tuple[Block, ...], title: str | None) -> tuple[Block, ...]:
    """Drop the title, bylines, dates, pointers to other articles, repetitions, and headings without text."""
    kept: list[Block] = []
    seen: set[str] = set()
    title_key = key(title)
    for block in blocks:
        spelled = key(block.text)
        if not spelled or _is_title(block, spelled, title_key, kept) or _points_elsewhere(block):
            continue
        if len(kept) < _AT_THE_TOP and _is_byline(block):
            continue
        if _is_figures(block) and all(len(one.text) < _PROSE for one in kept):
            continue
        if spelled in seen and (len(spelled) >= _REPEATS_FROM or kept[-1].text == block.text):
            continue
        seen.add(spelled)
        kept.append(block)
    while kept and kept[-1].kind == "heading" and kept[-1].text[-1] not in _STOPS:
        kept.pop()
    return tuple(kept)


def _is_title(block: Block, spelled: str, title: str, before: list[Block]) -> bool:
    """Whether a block is the title again.

    A heading may be equal to it anywhere, any block at the top, and before all text also a heading that is
    part of it or little longer.
    """
    if not title:
        return False
    if spelled == title:
        return block.kind == "heading" or len(before) < _AT_THE_TOP
    if block.kind != "heading" or any(one.kind != "heading" for one in before):
        return False
    return spelled in title or (title in spelled and len(spelled) <= _LONGER_TITLE * len(title))


def _is_byline(block: Block) -> bool:
    """Whether it is a line such as 'By Jo Park' and not a sentence."""
    is_line = block.kind == "paragraph" and len(block.text) <= _MAX_BYLINE and block.text[-1] not in _STOPS
    return is_line and _BYLINE.match(block.text) is not None


def _is_figures(block: Block) -> bool:
    """Whether it is a date, a time or a count: a short line with digits and few letters."""
    signs = block.text.replace(" ", "")
    return (
        block.kind == "paragraph"
        and len(signs) <= _MAX_FIGURES
        and any(map(str.isdigit, signs))
        and sum(map(str.isalpha, signs)) <= len(signs) / 2
    )


def _points_elsewhere(block: Block) -> bool:
    """Whether it is 'Read also: …' or a paragraph that is nothing but a link."""
    if len(block.text) > _MAX_POINTER:
        return False
    linked = sum(link.end - link.start for link in block.links)
    alone = block.kind == "paragraph" and linked > _ALL_LINK * len(block.text)
    return alone or (block.kind != "heading" and _POINTER.match(block.text.lower()) is not None)


def is_notice(text: str) -> bool:
    """Whether it is a notice instead of content that was not shown: an embed, a player, an ad."""
    return len(text) <= _MAX_NOTICE and _NOTICE.match(text.lower()) is not None
