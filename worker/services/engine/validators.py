"""Which validators a poll sends, and which are kept after its answer. Pure.

A 304 saves both sides the document, and is believed for a while only: servers and caches exist that answer
304 whatever has changed. So a poll is made without conditions after `FEWEST_NOT_MODIFIED` answers of 304 in a
row and when the last whole document is `WHOLE_AFTER` old, a quarter more for some feeds, so that those of a
host do not come together. What a false 304 hides is found then: within 30 hours for a feed that is polled
every six hours or more often, else at the fifth poll. If its document shows that the 304s before were false,
no conditions are sent for `DISTRUST`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.rows.feeds import Feed

WHOLE_AFTER = timedelta(days=1)
FEWEST_NOT_MODIFIED = 4
"""A whole document a day costs a feed polled each quarter of an hour one request in a hundred; a feed polled
once a day is still spared four of five. Guesses between delay and traffic."""
SPREAD = 0.25
"""Share of `WHOLE_AFTER` over which feeds are spread by their ids."""
DISTRUST = timedelta(days=7)
"""How long no conditions are sent after a false 304: servers are repaired now and then. A guess."""
SURELY_OLDER = timedelta(hours=1)
"""An entry older than a 304 by more than this should have been in its document; less may be a cache."""
FEWEST_OLDER = 2
"""Entries older than a 304 that prove it false: a single one may have been dated back by its publisher."""
_GOLDEN = 0.6180339887
"""Multiples of the golden ratio's fraction fall evenly between 0 and 1, in any run of ids."""


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of a copy (RFC 9110, 8.8), as sent by the host."""

    etag: str | None = None
    last_modified: str | None = None


def to_send(feed: Feed, *, now: datetime) -> Validators:
    """Return the validators for the next poll of a feed; empty if the whole document is wanted."""
    is_distrusted = feed.validators_off_until is not None and now < feed.validators_off_until
    if is_distrusted or _is_time_for_whole(feed, now):
        return Validators()
    return Validators(feed.etag, feed.last_modified)


def _is_time_for_whole(feed: Feed, now: datetime) -> bool:
    if feed.not_modified < FEWEST_NOT_MODIFIED or feed.whole_at is None:
        return False
    return now - feed.whole_at >= WHOLE_AFTER * (1 + SPREAD * (feed.id * _GOLDEN % 1))


def of_reply(headers: Mapping[str, str]) -> Validators:
    """Return the validators of a whole document; those of the one before are forgotten."""
    return Validators(headers.get("etag"), headers.get("last-modified"))


def after_not_modified(before: Validators, headers: Mapping[str, str]) -> Validators:
    """Return the validators after a 304, whose fields replace the stored ones (RFC 9111, 4.3.4 and 3.2).

    Browsers take a strong ETag that differs, too, where the standard would forget the copy.
    """
    now = of_reply(headers)
    return Validators(now.etag or before.etag, now.last_modified or before.last_modified)


def was_false(feed: Feed, headers: Mapping[str, str], published: Sequence[datetime | None]) -> bool:
    """Whether a whole document with new entries, dated `published`, shows that the 304s before were false.

    It does if its validators are those that were answered with 304, or if entries are older than that answer.
    """
    if not feed.not_modified or not published or feed.last_polled_at is None:
        return False
    before, now = Validators(feed.etag, feed.last_modified), of_reply(headers)
    if before != Validators() and before == now:
        return True
    if feed.errors:
        # The last poll failed, so it does not say when the last 304 came.
        return False
    older = [at for at in published if at is not None and at + SURELY_OLDER < feed.last_polled_at]
    return len(older) >= FEWEST_OLDER
