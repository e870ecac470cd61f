"""Stories: groups of articles with the same text, whichever outlets published them.

    take the articles from the queue, under a lock             (they were committed before)
    find those that share a band with one of them
    decide which are linked, and what stories follow            (extract.story_links: pure)
    save stories, whose text it is, and a line of the change log for each article that changed

An article is put into the queue by the transaction that stores it, so none is forgotten when a worker dies;
housekeeping relates those that are left.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from worker.extract.story_links import StoryText, buckets_of, regroup
from worker.model import Cause, ChangeKind
from worker.store import Store, changes, stories
from worker.store.changes import Change

LARGE_STORY = 300
"""Members of a story up to which it is looked at again when one of them was revised: then the revised one can
leave, and the rest fall apart. It bounds the work for one revision at 45,000 comparisons, a fifth of a
second. In larger ones everybody stays: such a text is a press release or a template, and does not come
back."""

BATCH = 50
"""Articles that housekeeping relates in one transaction, during which no other article can be. A guess."""


def relate(store: Store, article_ids: Sequence[int], *, now: datetime) -> None:
    """Put these committed articles into the stories of the articles that carry the same text."""
    if not article_ids:
        return
    with store.begin() as db:
        due = stories.take(db, article_ids)
        again = {text.story_id for text in due if text.story_id is not None}
        loose = {text.id: text for text in stories.members(db, again, most=LARGE_STORY)}
        inner = buckets_of(loose.values())
        settled: dict[int, StoryText] = {}
        for text in due:
            is_settled = text.story_id is not None and text.id not in loose
            (settled if is_settled else loose)[text.id] = text
        buckets = [*inner, *stories.candidates(db, due)]
        unknown = {id for bucket in buckets for id in bucket} - loose.keys() - settled.keys()
        for text in stories.texts(db, unknown):
            (loose if text.story_id is None else settled)[text.id] = text
        known = loose.keys() | settled.keys()
        grouped = regroup(
            list(loose.values()),
            list(settled.values()),
            [[id for id in bucket if id in known] for bucket in buckets],
        )
        changed = stories.save(db, [text.id for text in due], grouped, large=LARGE_STORY, now=now)
        changes.append(
            db,
            [
                Change(one.article_id, ChangeKind.STORY, one.revision, one.changed, Cause.STORY)
                for one in changed
            ],
            now=now,
        )


def relate_waiting(
    store: Store, *, now: datetime, limit: int = 1000, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Relate articles that were left in the queue, at most about `limit`; return how many there were."""
    done = 0
    while done < limit and not stopping():
        with store.begin() as db:
            waiting = stories.waiting(db, limit=BATCH)
        if not waiting:
            break
        relate(store, waiting, now=now)
        done += len(waiting)
    return done
