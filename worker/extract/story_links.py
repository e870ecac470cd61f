"""Which articles carry the same text, and the stories that follow from that. Pure.

Two articles are *linked* if their signatures share a band and the estimated share of their common shingles is
large enough. A story is a connected part of the graph of all links. Both depend on the texts alone, so the
stories do not depend on the order in which the articles arrive.

With 42 bands of 3 rows a pair of Jaccard similarity 0.5 shares a band with probability 0.996, of 0.4 with
0.94, of 0.1 with 0.04, of 0.02 with 0.0003. Bands are stored: changing a constant of theirs means that stored
bands no longer compare."""

import hashlib
import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

STORY_BANDS = 42
"""For the probabilities above. An agency's text often loses a third at an outlet and gains that outlet's own
lines: bands of 8 rows, by which the copies at one publisher are found, would miss three in four of these.
Bands of 4 rows would take a quarter less space and find 0.954 of the edited copies instead of 0.970."""

ROW_BYTES = 4  # of a signature's row: an unsigned integer

SAME_STORY = 0.4
"""Share of common shingles from which articles of two publishers are linked. Of 2,559 pages of the corpus all
55 pairs above it are one text, an agency's mostly; the first wrong pair has 0.38 (`make bench-stories`)."""

SAME_STORY_OF_SHORT = 0.6
"""The same where one text is short: there a template, or a common list, is a large part. A guess."""

SHORT_WORDS = 100
"""Words up to which a text is short. A guess: the wrong pair of 0.38 has 79 and 101."""

SAME_STORY_OF_ONE_PUBLISHER = 0.8
"""The same for two articles of one publisher. Those that are less alike are mostly made from one template, as
weather and share prices, while a text that is published twice is hardly edited. A guess."""


@dataclass(frozen=True, slots=True)
class StoryText:
    """An article as far as stories depend on it; `story_id` is the story that it is in now."""

    id: int
    story_id: int | None
    publisher_id: int | None
    words: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Regrouped:
    """The stories that articles belong to now.

    `moves` has the new story of each article that moves, None for no story; negative numbers are stories to
    be begun. All members of the stories in `merged` go to the story that is its value.
    """

    moves: Mapping[int, int | None]
    merged: Mapping[int, int]


def story_bands(signature: bytes) -> tuple[int, ...]:
    """Return the bands by which the links of an article are found, each fitting an int8; () if too short."""
    width = len(signature) // STORY_BANDS
    if width < ROW_BYTES:
        return ()
    rows = (signature[start : start + width] for start in range(0, STORY_BANDS * width, width))
    return tuple(_band(number, row) for number, row in enumerate(rows))


def _band(number: int, rows: bytes) -> int:
    digest = hashlib.blake2b(bytes([number]) + rows, digest_size=8, person=b"story").digest()
    return int.from_bytes(digest, "big", signed=True)


def is_linked(one: StoryText, other: StoryText) -> bool:
    """Whether two articles that share a band carry the same text."""
    if len(one.signature) != len(other.signature) or not one.signature:
        return False
    if one.publisher_id is not None and one.publisher_id == other.publisher_id:
        least = SAME_STORY_OF_ONE_PUBLISHER
    else:
        least = SAME_STORY_OF_SHORT if min(one.words, other.words) <= SHORT_WORDS else SAME_STORY
    pairs = memoryview(one.signature).cast("I"), memoryview(other.signature).cast("I")
    return bool(sum(map(operator.eq, *pairs)) >= least * len(pairs[0]))


def buckets_of(texts: Iterable[StoryText]) -> list[list[int]]:
    """Return the ids of texts that share a band, one list for each such band."""
    by_band: defaultdict[int, list[int]] = defaultdict(list)
    for text in texts:
        for band in story_bands(text.signature):
            by_band[band].append(text.id)
    return [ids for ids in by_band.values() if len(ids) > 1]


def regroup(
    loose: Collection[StoryText], settled: Collection[StoryText], buckets: Iterable[Sequence[int]]
) -> Regrouped:
    """Return how the stories of `loose` articles change; each bucket lists articles that share a band.

    `loose` are articles without a story, and *all* members of each story that is looked at again. `settled`
    are members of stories that stay together, some of each. Of several stories that become one, the oldest
    stays; of a story that falls apart, its largest part keeps it, or of two equal parts the older one.
    """
    graph = _Graph([*loose, *settled], {text.id: text.story_id for text in settled})
    for bucket in buckets:
        graph.link(bucket)
    parts: defaultdict[object, list[StoryText]] = defaultdict(list)
    for text in sorted(loose, key=lambda text: text.id):
        parts[graph.find(graph.node(text.id))].append(text)
    stories: defaultdict[object, set[int]] = defaultdict(set)
    for text in settled:
        if text.story_id is not None:
            stories[graph.find(graph.node(text.id))].add(text.story_id)
    owned = {text.story_id for text in loose if text.story_id is not None}
    for story in owned:
        # `max` returns the first of equal parts, and parts are in the order of their oldest members.
        kept = max(parts, key=lambda part: sum(text.story_id == story for text in parts[part]))
        stories[kept].add(story)
    moves: dict[int, int | None] = {}
    merged: dict[int, int] = {}
    begun = 0
    for part in {**parts, **stories}:
        members = parts.get(part, [])
        known = sorted(stories.get(part, ()))
        target: int | None
        if known and (len(members) != 1 or set(known) - owned):
            target = known[0]
            merged |= dict.fromkeys(known[1:], target)
        elif len(members) > 1:
            begun += 1
            target = -begun
        else:
            target = None
        moves |= {text.id: target for text in members if text.story_id != target}
    return Regrouped(moves, merged)


class _Graph:
    """A union-find over articles; settled ones stand for their whole story."""

    def __init__(self, texts: Iterable[StoryText], settled: Mapping[int, int | None]) -> None:
        self._texts = {text.id: text for text in texts}
        self._settled = settled
        self._parent: dict[object, object] = {}
        self._compared: set[tuple[int, int]] = set()

    def node(self, article_id: int) -> object:
        story = self._settled.get(article_id)
        return article_id if story is None else ("story", story)

    def find(self, node: object) -> object:
        root = node
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(node, node)) != root:
            self._parent[node] = root
            node = above
        return root

    def link(self, bucket: Sequence[int]) -> None:
        """Join those articles of a bucket that are linked, comparing only what is not joined already."""
        roots = {self.find(self.node(one)) for one in bucket}
        for at, one in enumerate(bucket):
            if len(roots) == 1:
                return
            for other in bucket[:at]:
                mine, theirs = self.find(self.node(one)), self.find(self.node(other))
                pair = (min(one, other), max(one, other))
                if mine == theirs or pair in self._compared:
                    continue
                self._compared.add(pair)
                if is_linked(self._texts[one], self._texts[other]):
                    self._parent[mine] = theirs
                    roots.discard(mine)
