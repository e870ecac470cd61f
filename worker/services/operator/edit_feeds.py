"""Changes to one feed by its operator: its title, its labels, and a poll now.

Both take an open transaction, so that a caller records who did it in the same one. Intervals and other
settings of a feed are changed by `worker.store.feeds.override`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.model import FeedState
from worker.store import Connection, feeds
from worker.text.plain import collapsed, storable

LONGEST_TITLE = 500
LONGEST_LABEL = 100
"""Characters: more is a paste that went wrong. A guess."""


class BadEdit(ValueError):
    """The change cannot be made; the message says why in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEdit:
    """What to change; None and empty leave it unchanged.

    An empty `title` returns to the one in the feed's document. `labels` replaces all labels; `add` and
    `remove` change some of them.
    """

    title: str | None = None
    labels: Sequence[str] | None = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EditedFeed:
    """The feed after the change. `title` is None until its document is read again."""

    title: str | None
    labels: tuple[str, ...]


def edit_feed(db: Connection, feed_id: int, edit: FeedEdit) -> EditedFeed:
    """Change the title and the labels of a feed. Raises `BadEdit`, `LookupError`."""
    if edit.title is not None:
        feeds.set_title(db, feed_id, _title(edit.title))
    title, labels = feeds.title_and_labels(db, feed_id)
    wanted = set(labels if edit.labels is None else map(checked_label, edit.labels))
    wanted |= set(map(checked_label, edit.add))
    wanted -= {collapsed(label) for label in edit.remove}
    if wanted != set(labels):
        feeds.set_labels(db, feed_id, sorted(wanted))
    return EditedFeed(title, tuple(sorted(wanted)))


def poll_now(db: Connection, feed_id: int, *, now: datetime) -> datetime:
    """Make the feed due now, also one that fails; return when it is polled: later while its host rests.

    Raises `BadEdit` for a feed that is not polled, `LookupError`.
    """
    state, is_taken = feeds.state_of(db, feed_id)
    if state is not FeedState.ACTIVE:
        raise BadEdit(f"feed {feed_id} is {state}: `wiredesk feeds resume {feed_id}` polls it again")
    if is_taken:
        return now
    return max(now, feeds.make_due(db, feed_id, because="the operator wanted it", now=now) or now)


def _title(text: str) -> str | None:
    title = collapsed(storable(text))
    if len(title) > LONGEST_TITLE:
        raise BadEdit(f"a title has at most {LONGEST_TITLE} characters, not {len(title)}")
    return title or None


def checked_label(text: str) -> str:
    """Return a label in the form that is kept. Raises `BadEdit`."""
    label = collapsed(storable(text))
    if not label or len(label) > LONGEST_LABEL:
        raise BadEdit(f"a label has 1 to {LONGEST_LABEL} characters, not {len(label)}")
    return label
