"""Blocks that are not of the article: its title again, what was said already, pointers to other articles."""

import re

from worker.extract import lexicon
from worker.extract.types import Block
from worker.extract.words import key

_POINTER = re.compile(rf"^\W*{lexicon.POINTER}", re.IGNORECASE)
_MAX_POINTER = 200
_AT_THE_TOP = 4
_LONGER_TITLE = 1.5
_REPEATS_FROM = 40
_ALL_LINK = 0.95
_MAX_BYLINE = 60
_MAX_FIGURES = 40
_PROSE = 60
_BYLINE = re.compile(rf"^{lexicon.BY}\s*[:：\s]", re.IGNORECASE)
_STOPS = '.!?…:。！？।؟"”»」'


def without_furniture(blocks: tuple[Block, ...], title: str | None) -> tuple[Block, ...]:
    """The blocks that say something new and of their own, in order."""
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
    """The title again: a heading that is the same, anything that is the same at the top, and before all text
    also a heading that is a part of it or little more than it."""
    if not title:
        return False
    if spelled == title:
        return block.kind == "heading" or len(before) < _AT_THE_TOP
    if block.kind != "heading" or any(one.kind != "heading" for one in before):
        return False
    return spelled in title or (title in spelled and len(spelled) <= _LONGER_TITLE * len(title))


def _is_byline(block: Block) -> bool:
    """'By Jo Park': a line that begins so, and is no sentence."""
    is_line = block.kind == "paragraph" and len(block.text) <= _MAX_BYLINE and block.text[-1] not in _STOPS
    return is_line and _BYLINE.match(block.text) is not None


def _is_figures(block: Block) -> bool:
    """A date, a clock or a count of readers: a short line with figures and at most as many letters as not."""
    signs = block.text.replace(" ", "")
    return (
        block.kind == "paragraph"
        and len(signs) <= _MAX_FIGURES
        and any(map(str.isdigit, signs))
        and sum(map(str.isalpha, signs)) <= len(signs) / 2
    )


def _points_elsewhere(block: Block) -> bool:
    """'Read also: …', or a paragraph that is one link and nothing else."""
    if len(block.text) > _MAX_POINTER:
        return False
    linked = sum(link.end - link.start for link in block.links)
    alone = block.kind == "paragraph" and linked > _ALL_LINK * len(block.text)
    return alone or (block.kind != "heading" and _POINTER.match(block.text) is not None)
