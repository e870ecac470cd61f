"""Stories: groups of articles with the same text, whichever outlets published them."""

from collections.abc import Sequence
from datetime import datetime

from worker.extract.fingerprints import similarity
from worker.store import Store, changes, stories
from worker.store.stories import StoryCandidate

SAME_STORY = 0.6
"""Share of common shingles from which two articles are one story. A guess: an agency's text with another
opening."""


def relate(store: Store, article_ids: Sequence[int], *, now: datetime) -> None:
    """Put these committed articles into the stories of the articles that they resemble."""
    if not article_ids:
        return
    with store.begin() as db:
        found = {c.id: c for c in stories.candidates(db, article_ids)}
        story_of = {c.id: c.story_id for c in found.values()}
        joined: set[int] = set()
        for article_id in article_ids:
            mine = found.get(article_id)
            if mine is None or story_of[mine.id] is not None:
                continue
            twin = nearest(mine, list(found.values()))
            if twin is not None:
                joined |= {one for one in (mine.id, twin.id) if story_of[one] is None}
                story = stories.join(db, [mine.id, twin.id], story_of[twin.id], now=now)
                story_of[mine.id] = story_of[twin.id] = story
        # Consumers of the first member learn of its story, too.
        changes.append(db, stories.lines(db, sorted(joined)), now=now)


def nearest(article: StoryCandidate, others: Sequence[StoryCandidate]) -> StoryCandidate | None:
    """Return the article that resembles `article` most; None if no similarity reaches `SAME_STORY`."""
    bands = set(article.bands)
    best, best_similarity = None, SAME_STORY
    for other in others:
        if other.id == article.id or bands.isdisjoint(other.bands):
            continue
        alike = similarity(article.signature, other.signature)
        if alike >= best_similarity:
            best, best_similarity = other, alike
    return best
