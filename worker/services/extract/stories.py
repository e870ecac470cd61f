"""Stories: articles that carry the same text are put together, whoever published them."""

from collections.abc import Sequence
from datetime import datetime

from worker.extract.fingerprints import similarity
from worker.store import Store, stories
from worker.store.stories import Candidate

SAME_STORY = 0.6
"""Share of shingles in common from which two articles are one story: an agency's text, another opening."""


def relate(store: Store, article_ids: Sequence[int], *, now: datetime) -> None:
    """Put these committed articles into the stories of those that they resemble."""
    if not article_ids:
        return
    with store.begin() as db:
        found = {c.id: c for c in stories.candidates(db, article_ids)}
        story_of = {c.id: c.story_id for c in found.values()}
        for article_id in article_ids:
            mine = found.get(article_id)
            if mine is None or story_of[mine.id] is not None:
                continue
            twin = nearest(mine, list(found.values()))
            if twin is not None:
                story = stories.join(db, [mine.id, twin.id], story_of[twin.id], now=now)
                story_of[mine.id] = story_of[twin.id] = story


def nearest(article: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """The one that resembles `article` most, if it does enough."""
    bands = set(article.bands)
    best, best_similarity = None, SAME_STORY
    for other in others:
        if other.id == article.id or bands.isdisjoint(other.bands):
            continue
        alike = similarity(article.signature, other.signature)
        if alike >= best_similarity:
            best, best_similarity = other, alike
    return best
