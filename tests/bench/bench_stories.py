"""Stories: precision and recall on the corpus, and the cost of relating an article, `make bench-stories`.

Quality: each page of the corpus and an edited copy of it by another outlet (`tests.texts.edited`: cut,
paragraphs dropped, words changed, lines of an outlet added). The headline is not part of a text. A link
between a page and its copy is right, one between other pages is wrong, unless the shorter of the two texts
has half of its shingles in the longer one: the corpus has several outlets' copies of some agencies' texts.

Cost: a store with this many articles, whose bands are random but for templates that thousands share, and new
articles of which one in four is a copy.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import combinations
from random import Random
from urllib.parse import urlsplit

from tests.bench.extract_scores import stream_pages
from tests.bench.generated import TEMPORARY, Place, filled_store
from tests.corpus import CORPUS
from tests.texts import edited
from worker.extract import Article, extract
from worker.extract.fingerprints import SHINGLE, minhash
from worker.extract.story_links import STORY_BANDS, StoryText, buckets_of, is_linked
from worker.extract.words import TOKEN, shingles, word_count
from worker.services.stories import relate
from worker.store import Store
from worker.store.db import rows, run

SETS = ("extraction", "more", "web")
FEWEST_WORDS = 50
"""Shorter pages are left out: an edit of a few lines is another text."""
NOW = datetime(2026, 5, 4, tzinfo=UTC)
ROWS = 128
"""Numbers of a signature."""
BATCH = 16
"""Articles of a batch of extraction."""
TEMPLATE_SHARE = 0.02
"""Share of the articles that share a quarter of their bands with all others of it. A guess."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Copies and those that were found, and the pairs of other pages that were linked."""

    copies: int
    found: int
    wrong: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        return self.found / self.copies

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.wrong))


def corpus_texts(sets: Sequence[str] = SETS) -> Iterator[tuple[str, list[str]]]:
    """The address and the paragraphs of each page of the corpus that is an article."""
    assert CORPUS is not None
    for name in sets:
        for page in stream_pages(CORPUS / name):
            url = page.gold.get("url") or "https://unknown.example/"
            found = extract(page.body, url=url)
            if isinstance(found, Article):
                yield url, [block.text for block in found.blocks]


def quality(pages: Sequence[tuple[str, list[str]]], *, seed: int = 18) -> Quality:
    """Link pages and their copies."""
    rng = Random(seed)
    texts: dict[int, StoryText] = {}
    words: dict[int, str] = {}
    publishers: dict[str, int] = {}
    numbers = []
    for at, (url, paragraphs) in enumerate(pages):
        if sum(map(word_count, paragraphs)) < FEWEST_WORDS:
            continue
        publisher = publishers.setdefault(urlsplit(url).hostname or "", len(publishers))
        for number, own, lines in (
            (2 * at, publisher, paragraphs),
            (2 * at + 1, -at, edited(paragraphs, rng)),
        ):
            words[number] = "\n\n".join(lines)
            texts[number] = StoryText(number, None, own, word_count(words[number]), minhash(words[number]))
        numbers.append(2 * at)
    pairs = {pair for bucket in buckets_of(texts.values()) for pair in combinations(sorted(bucket), 2)}
    linked = {(one, other) for one, other in pairs if is_linked(texts[one], texts[other])}
    wrong = [
        (one, other)
        for one, other in sorted(linked)
        if one // 2 != other // 2 and not _same_text(words[2 * (one // 2)], words[2 * (other // 2)])
    ]
    return Quality(
        copies=len(numbers),
        found=sum((number, number + 1) in linked for number in numbers),
        wrong=tuple((words[one][:80], words[other][:80]) for one, other in wrong),
    )


def _same_text(one: str, other: str) -> bool:
    both = [set(shingles(TOKEN.findall(text.casefold()), SHINGLE)) for text in (one, other)]
    return len(both[0] & both[1]) >= min(map(len, both)) / 2


def fill(store: Store, articles: int, *, rng: Random) -> None:
    """Put articles with random bands into the store, some of them made from a template."""
    template = [rng.getrandbits(62) for _ in range(STORY_BANDS // 4)]
    for start in range(0, articles, 10_000):
        count = min(10_000, articles - start)
        with store.begin() as db:
            first = _insert(db, [_random_signature(rng) for _ in range(count)])
            cursor = db.connection.cursor()
            with cursor.copy("COPY story_bands (band, article_id) FROM STDIN") as copy:
                for number in range(first, first + count):
                    shared = template if rng.random() < TEMPLATE_SHARE else []
                    own = [rng.getrandbits(62) for _ in range(STORY_BANDS - len(shared))]
                    for band in (*shared, *own):
                        copy.write_row((band, number))


def _random_signature(rng: Random) -> bytes:
    return rng.randbytes(4 * ROWS)


def _insert(db: object, signatures: Sequence[bytes]) -> int:
    found = rows(
        db,  # type: ignore[arg-type]
        """INSERT INTO articles (key, url, state, revision, text, word_count, kind, blocks, images, rights,
            provenance, extractor, content_hash, signature, stored_at)
        SELECT gen_random_uuid(), 'https://n.example/', 'live', 1, '', 500, 'article', '[]', '[]', '{}',
            '{}', '1', signature, signature, :now
        FROM unnest(CAST(:signatures AS bytea[])) AS signature RETURNING id""",
        signatures=list(signatures),
        now=NOW,
    )
    return min(int(row["id"]) for row in found)


def cost(store: Store, *, new: int, rng: Random) -> float:
    """Milliseconds to relate one of `new` articles, of which one in four is a copy of an earlier one."""
    seconds = 0.0
    known: list[bytes] = []
    for _ in range(0, new, BATCH):
        batch = []
        for _ in range(BATCH):
            own = _random_signature(rng)
            if known and rng.random() < 1 / 4:
                own = rng.choice(known)[: 2 * ROWS] + own[2 * ROWS :]
            batch.append(own)
        known += batch
        with store.begin() as db:
            first = _insert(db, batch)
        started = time.perf_counter()
        relate(store, range(first, first + len(batch)), now=NOW)
        seconds += time.perf_counter() - started
    return 1000 * seconds / new


def costs(
    sizes: Sequence[int], *, new: int, place: Place = TEMPORARY, say: Callable[[str], None] = print
) -> dict[int, float]:
    """Milliseconds for an article, by the number of articles in the store; a store of each size."""
    found = {}
    for size in sizes:
        filling = partial(fill, articles=size, rng=Random(size))
        with filled_store(f"bench-stories-{size}", filling, place) as store:
            if place.only_build:
                continue
            rng = Random(f"new among {size}")
            cost(store, new=BATCH * 5, rng=rng)
            # The lesser of two runs: the machine may be busy with something else during one.
            found[size] = min(cost(store, new=new, rng=rng) for _ in range(2))
            _forget(store, after=size)
            say(f"{size:>9,} articles: {found[size]:.2f} ms to relate one")
    return found


def _forget(store: Store, *, after: int) -> None:
    """Delete the articles that were added to measure, so that a kept store keeps its size."""
    with store.begin() as db:
        run(db, "DELETE FROM story_bands WHERE article_id > :after", after=after)
        run(db, "DELETE FROM articles WHERE id > :after", after=after)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=800, help="articles related at each size")
    Place.add_options(parser)
    options = parser.parse_args()
    place = Place.of(parser, options)
    if CORPUS is None:
        print("no corpus: quality skipped")
    elif not place.only_build:
        found = quality(list(corpus_texts()))
        print(f"{found.copies} copies: recall {found.recall:.3f}, precision {found.precision:.4f}")
        for one, other in found.wrong:
            print(f"  wrong: {one!r} and {other!r}")
    costs(options.sizes, new=options.new, place=place)


if __name__ == "__main__":
    main()
