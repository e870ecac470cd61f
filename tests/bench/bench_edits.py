"""Edits and furniture: the corpus' pages fetched again and compared, `python -m tests.bench.bench_edits`.

Each page is extracted twice, as at two looks. Between them either its furniture changes (advertisements,
counters, related links, scripts, tokens, addresses of pictures, the date of modification), which must never
be a revision; or one word of its text, which must always be one. An edit mostly counts as one word added and
one removed: a longer word can move the border between text and furniture.
"""

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random

from tests.bench.bench_extract import corpus_pages
from tests.bench.extract_scores import Page
from tests.corpus import CORPUS
from worker.extract import Article, extract
from worker.extract.compare import Differences, compare_versions
from worker.extract.document import to_document

Change = Callable[[Random, str], str]

LEAST_LETTERS = 5
"""Letters of a word that is edited: shorter ones are often in markup, too. A guess."""
_WORD = re.compile(rf"(?<= )[a-z]{{{LEAST_LETTERS},}}(?= )")
_END = re.compile(r"</body|\Z", re.IGNORECASE)
_PARAGRAPH_END = re.compile(r"</p>", re.IGNORECASE)
_PICTURE = re.compile(r'(<img[^>]*? src="[^"?]+)"', re.IGNORECASE)
_MODIFIED = re.compile(r'(modified_time"\s+content=")[^"]*|("dateModified"\s*:\s*")[^"]*')


def _advertisement(rng: Random, page: str) -> str:
    """A slot in the text, which a script fills, and a box at the end of the page."""
    ends = [match.end() for match in _PARAGRAPH_END.finditer(page)]
    at = rng.choice(ends) if ends else len(page)
    slot = f'<div class="ad-slot" id="gpt-{rng.getrandbits(30)}"><script>show({rng.random()})</script></div>'
    box = f'<div class="advert"><a href="https://ads.example/{rng.getrandbits(30)}">Buy a new car</a></div>'
    return _at_end(page[:at] + slot + page[at:], box)


def _counters(rng: Random, page: str) -> str:
    return _at_end(
        page,
        f'<div class="stats"><span>{rng.randrange(9999)} views</span> <a href="#c">{rng.randrange(99)} '
        f"comments</a> <span>Updated {rng.randrange(2, 59)} minutes ago</span></div>",
    )


def _related(rng: Random, page: str) -> str:
    links = "".join(
        f'<li><a href="/news/{rng.getrandbits(20)}">Council votes on budget {rng.randrange(99)}</a></li>'
        for _ in range(rng.randrange(3, 9))
    )
    return _at_end(page, f'<aside class="related"><h3>More stories</h3><ul>{links}</ul></aside>')


def _tokens(rng: Random, page: str) -> str:
    head, body, rest = page.partition("<body")
    token = f"{rng.getrandbits(60):x}"
    script = f"<script nonce='{token}'>window.session='{token}'</script><!-- {token} -->"
    return f'{head}{body} data-request="{token}"{rest}' + script if body else page + script


def _pictures(rng: Random, page: str) -> str:
    return _PICTURE.sub(lambda match: f'{match[1]}?t={rng.getrandbits(40)}"', page)


def _modified(rng: Random, page: str) -> str:
    at = f"2026-11-{rng.randrange(10, 29)}T10:{rng.randrange(10, 59)}:00Z"
    return _MODIFIED.sub(lambda match: f"{match[1] or match[2]}{at}", page)


def _at_end(page: str, box: str) -> str:
    """Return the page with a box as the last thing in its body."""
    match = _END.search(page)
    assert match is not None
    return page[: match.start()] + box + page[match.start() :]


FURNITURE: dict[str, Change] = {
    "advertisement": _advertisement,
    "counters": _counters,
    "related links": _related,
    "tokens": _tokens,
    "addresses of pictures": _pictures,
    "date of modification": _modified,
}


@dataclass(slots=True)
class Looked:
    """What was found: looks, and pages with a revision or a refresh, by kind of furniture; edits that were
    made, missed, and counted as more words than one.
    """

    looks: int = 0
    revisions: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    edits: int = 0
    missed: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)


def measure(corpus: Path, *, looks: int, seed: int = 1, pages: int | None = None) -> Looked:
    """Look at pages of each set until there were `looks` looks; `pages` of each set are taken, None: all."""
    rng, found = Random(seed), Looked()
    kinds = cycle(FURNITURE.items())
    for page, text, before in islice(_read(corpus, pages, repeat=looks), looks):
        name, change = next(kinds)
        found.looks += 1
        difference = _compared(page, before, change(rng, text))
        label = f"{name}: {page.gold['id']}"
        if difference is None or difference.edited:
            found.revisions.append(f"{label} {difference and difference.changed}")
        elif difference.changed:
            found.refreshed.append(f"{label} {difference.changed}")
        if edited := _with_one_word_edited(rng, text, before):
            found.edits += 1
            difference = _compared(page, before, edited)
            if difference is None or "text" not in difference.edited:
                found.missed.append(f"{page.gold['id']} {difference}")
            elif (difference.words_added, difference.words_removed) != (1, 1):
                found.miscounted.append(f"{page.gold['id']} {difference}")
    return found


def _read(corpus: Path, pages: int | None, *, repeat: int) -> Iterator[tuple[Page, str, Article]]:
    """Yield the pages that are articles in UTF-8, again and again."""
    for _ in range(repeat):
        for page in corpus_pages(corpus, limit=pages):
            try:
                text = page.body.decode()
            except UnicodeDecodeError:
                continue
            article = extract(page.body, url=page.gold["url"])
            if isinstance(article, Article):
                yield page, text, article


def _compared(page: Page, before: Article, after: str) -> Differences | None:
    article = extract(after.encode(), url=page.gold["url"])
    if not isinstance(article, Article):
        return None
    return compare_versions(to_document(before), to_document(article))


def _with_one_word_edited(rng: Random, page: str, article: Article) -> str | None:
    """Return the page with another word in its text, wherever the page has a copy of it.

    None if no word is fit: it must be once in the text, and not in the title.
    """
    found = _WORD.findall(article.text)
    rng.shuffle(found)
    for word in found:
        if found.count(word) == 1 and word in page and word.lower() not in (article.title or "").lower():
            return re.sub(rf"\b{word}\b", "quixotically", page)
    return None


def main() -> int:
    """Print what was found; exit code 1 if anything was wrong."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--looks", type=int, default=10_000)
    options.add_argument("--pages", type=int, help="of each set; all if it is left out")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    if CORPUS is None:
        print("there is no corpus next to the checkout: nothing to measure")
        return 0
    found = measure(CORPUS, looks=chosen.looks, seed=chosen.seed, pages=chosen.pages)
    print(
        f"{found.looks} looks with other furniture: {len(found.revisions)} revisions, "
        f"{len(found.refreshed)} refreshed"
    )
    print(
        f"{found.edits} edits of one word: {len(found.missed)} missed, {len(found.miscounted)} of more words"
    )
    for line in (*found.revisions[:20], *found.refreshed[:5], *found.missed[:20]):
        print(f"  {line}")
    return 1 if found.revisions or found.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
