"""When an article was published and last changed: what is stated for programs, then what is printed.

The feed's date is a statement for programs if it is an instant. As a day, as a clock without a zone and as
midnight it comes after what the page prints.

A day is refined by an instant elsewhere that agrees with it, never contradicted by one. Where two statements
show the same clock and only one has a zone, or one says UTC and the other an offset, the zone is known.

Nothing is ever guessed from the present. It only rules out: a publication after the reading of the page
counts where nothing else is stated, and only as a statement for programs, since a day in the address or in
print is then that of an event. A change after it has not happened."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain

from worker.extract.dates.printed_date import PrintedDate, printed_dates
from worker.extract.dates.stated_date import (
    Dated,
    FeedDate,
    address_date,
    feed_published,
    feed_updated,
    loosely_stated,
    script_dates,
    stated_modified,
    stated_published,
    time_element_dates,
)
from worker.extract.head import Head
from worker.extract.types import FeedItem
from worker.text.dates.precision import Precision
from worker.text.dates.printed import Habits, written_dates
from worker.text.dates.strict import read_date
from worker.text.html import Tree

_DAY_OR_ZONE = timedelta(hours=36)
"""Two statements of one day can be this far apart: a day, and the largest offset from UTC."""
_SAME_OFFSET = timedelta(days=30)
"""Within this time a page's offset is taken to be the same; daylight saving time changes twice a year."""
_QUARTER = timedelta(minutes=15)
"""Offsets of zones are multiples of it."""
_HALF_HOUR, _WESTMOST, _EASTMOST = timedelta(minutes=30), timedelta(hours=-12), timedelta(hours=14)
"""Offsets by which two clocks are taken to show one instant; the few zones with quarters are left out."""
# Scores of printed dates (see printed_date.py), tuned by hand: enough to be the publication, enough to
# outweigh another day in the address, and how far behind the best score others are still considered.
_SURE, _VERY_SURE, _AS_GOOD = 4.0, 8.0, 3.0
_CLEAR, _QUITE_SURE = 4.5, 6.5
"""Scores of a printed date that outweighs a stated one, only a day or with a clock, which may be that of the
site's last build. Tuned by hand."""
_SAME_TIME = timedelta(minutes=1)
"""Two statements of one event can be this far apart: some have no seconds."""
Dates = tuple[Dated | None, Dated | None]


def choose_dates(
    tree: Tree,
    head: Head,
    url: str,
    entry: FeedItem | None,
    now: datetime | None,
    title: str | None = None,
) -> Dates:
    """Return when the article was published and last changed; None where the page does not say.

    `now` is when the page was read; None: nothing is known to lie ahead. `title` is the article's.
    """
    of_page, of_feed = stated_published(head), feed_published(entry, url, now)
    changed, changed_in_feed = stated_modified(head), feed_updated(entry, now)
    exact, poor = _by_worth(of_feed)
    changed_exactly, changed_poorly = _by_worth(changed_in_feed)
    said = [*_past(changed, now), *changed_exactly]
    stated = [*_past(of_page, now), *exact]

    change_is_open = not said and bool(changed or changed_in_feed)
    # An instant in UTC does not show the day on which readers got it: a clock in print does.
    built = not exact and _is_build(stated, said)
    known = any(one.precision == "instant" for one in stated) and not change_is_open
    known = known and (not built or _has_clock(stated[0]))
    zoned = any(one.precision == "instant" and one.at.utcoffset() for one in stated)
    is_clear = known and zoned and not built
    found = [] if is_clear else printed_dates(tree, head, url, title, near=known)
    printed = [one for one in found if not one.dated.is_ahead(now)]
    outweighed = built and _is_clearly_before(printed, stated[0])
    believed = [] if outweighed else _before_changes(stated, said)
    published = _published(tree, head, url, believed, poor, printed, now)
    said += [one.dated for one in printed if one.update]
    said += changed_poorly
    others = [
        *stated,
        *poor,
        *loosely_stated(head),
        *said,
        *(one.dated for one in printed),
        *time_element_dates(head),
    ]
    published = published or next(iter(of_page), of_feed.dated if of_feed else None)
    modified = _refined(said[0], said) if said else None
    if published:
        published = _on_shown_day(_with_zone(published, others), _shown_days(url, printed), others, tree)
    return published, _with_zone(modified, others) if modified else None


def _past(dates: Iterable[Dated], now: datetime | None) -> list[Dated]:
    """Return the dates that do not lie ahead."""
    return [one for one in dates if not one.is_ahead(now)]


def _before_changes(stated: list[Dated], said: list[Dated]) -> list[Dated]:
    """Return the stated publications; first those that are not after all changes, if there are any.

    Some sites state when the page was put on the server as well, by a name that means publication, too.
    """
    if not stated or not said or stated[0].at <= max(one.at for one in said) + _DAY_OR_ZONE:
        return stated
    last = max(one.at for one in said)
    return sorted(stated, key=lambda one: one.at > last)


def _is_build(stated: list[Dated], said: list[Dated]) -> bool:
    """Whether the publication is stated as not before a change: some sites write their last build in both."""
    return bool(stated) and any(one.at <= stated[0].at + _SAME_TIME for one in said)


def _is_clearly_before(printed: list[PrintedDate], stated: Dated) -> bool:
    """Whether the best printed date is of an earlier day, and surely the publication's."""
    best = next((one for one in printed if not one.update), None)
    if best is None or stated.at - best.dated.at <= _DAY_OR_ZONE:
        return False
    return best.labelled or best.score >= (_QUITE_SURE if _has_clock(stated) else _CLEAR)


def _by_worth(of_feed: FeedDate | None) -> tuple[list[Dated], list[Dated]]:
    """Return the feed's date as one of the exact and one of the others; neither if it lies ahead."""
    if of_feed is None or of_feed.is_ahead:
        return [], []
    return ([of_feed.dated], []) if of_feed.dated.is_exact else ([], [of_feed.dated])


def date_in(text: str) -> tuple[datetime, Precision] | None:
    """Return the date in a text, stated for programs or written for readers."""
    if stated := read_date(text):
        return stated
    for date in written_dates(text, Habits()):
        return (date.at.replace(tzinfo=date.zone or UTC), "instant" if date.zone else "day")
    return None


def _published(
    tree: Tree,
    head: Head,
    url: str,
    stated: list[Dated],
    poor: list[Dated],
    printed: list[PrintedDate],
    now: datetime | None,
) -> Dated | None:
    """Return the date of publication; `poor` is the feed's where it is hardly more than a day."""
    shown = [one for one in printed if not one.update] or printed
    shown = [one for one in shown if one.score >= shown[0].score - _AS_GOOD]
    in_print = [one.dated for one in shown]
    loose = _past(loosely_stated(head), now)
    if stated:
        return _refined(stated[0], [*stated, *in_print, *loose, *poor])
    address = _past(filter(None, [address_date(url)]), now)
    labelled = bool(shown) and shown[0].labelled
    contradicted = not labelled and bool(shown) and _contradicts(shown[0].dated, address, poor)
    if shown and shown[0].score >= (_VERY_SURE if contradicted else _SURE):
        candidates = [*in_print, *poor]
    else:
        candidates = [*poor, *loose, *address, *in_print]
    if candidates and candidates[0].precision == "instant":  # spares the search of the scripts
        return candidates[0]
    data = _agreed(_past(script_dates(tree), now))
    candidates = candidates or data
    return _refined(candidates[0], [*candidates, *loose, *data]) if candidates else None


def _contradicts(printed: Dated, address: list[Dated], poor: list[Dated]) -> bool:
    """Whether the address names another day than a printed date, or the feed does and that is a day, too."""
    others = address if printed.precision == "instant" else [*address, *poor]
    return any(one.at.date() != printed.at.date() for one in others)


def _agreed(found: list[Dated]) -> list[Dated]:
    """Return the dates if they are all of one day; otherwise they belong to several articles."""
    return found if len({one.at.date() for one in found}) == 1 else []


def _refined(first: Dated, others: Iterable[Dated]) -> Dated:
    """Return `first`, or an instant of the same day, or else a clock if `first` is only a day."""
    if first.precision == "instant":
        return first
    near = [one for one in others if abs(one.at - first.at) <= _DAY_OR_ZONE]
    instants = [one for one in near if one.precision == "instant" and _may_be(first, one)]
    if any(_clock(one) == _clock(first) for one in instants):
        return _with_zone(first, instants)
    clocks = (one for one in near if one.at.date() == first.at.date() and _has_clock(one))
    return next(iter(instants), first if _has_clock(first) else next(clocks, first))


def _may_be(clock: Dated, instant: Dated) -> bool:
    """Whether a clock without a zone may show an instant: zones differ by quarters of an hour."""
    return (
        not _has_clock(clock) or not (_clock(clock) - instant.at.replace(second=0, microsecond=0)) % _QUARTER
    )


def _with_zone(date: Dated, others: list[Dated]) -> Dated:
    """Give `date` the zone of a statement that shows the same clock, or the same instant in its own zone.

    Without either, a clock gets the offset that the page gives to another time within a month. A clock of the
    feed does not: it may be in UTC."""
    known = date.precision == "instant"
    if date.at.utcoffset() if known else not _has_clock(date):
        return date
    zoned = [one for one in others if one.precision == "instant" and (one.at.utcoffset() or not known)]
    same_clock = (one for one in zoned if _clock(one) == _clock(date))
    same_instant = (one for one in zoned if known and one.at == date.at)
    near = (
        one
        for one in zoned
        if not known
        and date.source != "feed"
        and one.at.utcoffset()
        and abs(one.at - date.at) <= _SAME_OFFSET
    )
    if one := next(same_clock, None) or next(near, None):
        return Dated(date.at.replace(tzinfo=one.at.tzinfo), "instant", date.source)
    local = (zone for one in others if known and (zone := _zone_between(date, one)))
    return next(same_instant, None) or _moved(date, next(local, None))


def _shown_days(url: str, printed: list[PrintedDate]) -> frozenset[datetime]:
    """Return the days of publication that readers see: in print, and in the address."""
    best = next((one.dated for one in printed if not one.update), None)
    shown = (best, address_date(url))
    return frozenset(_midnight(one) for one in shown if one and one.precision == "day")


def _on_shown_day(utc: Dated, days: frozenset[datetime], others: list[Dated], tree: Tree) -> Dated:
    """Return an instant in UTC with the page's offset where only that agrees with a day in `days`.

    The offset is that of another time within a month, or the one by which a clock in the scripts shows the
    instant."""
    if utc.precision != "instant" or utc.at.utcoffset() or not days or _midnight(utc) in days:
        return utc
    near = (one for one in others if one.precision == "instant" and abs(one.at - utc.at) <= _SAME_OFFSET)
    offsets = (timezone(offset) for one in near if (offset := one.at.utcoffset()))
    clocks = (zone for one in script_dates(tree) if (zone := _zone_between(utc, one)))
    moved = (_moved(utc, zone) for zone in chain(clocks, offsets))
    return next((one for one in moved if _midnight(one) in days), utc)


def _moved(date: Dated, zone: timezone | None) -> Dated:
    """Return the same instant in a zone."""
    return Dated(date.at.astimezone(zone), date.precision, date.source) if zone else date


def _zone_between(utc: Dated, clock: Dated) -> timezone | None:
    """Return the offset by which a clock without a zone shows an instant in UTC; None if it shows another."""
    if clock.precision == "instant" or clock.source == "feed" or not _has_clock(clock):
        return None
    offset = _clock(clock) - utc.at.replace(second=0, microsecond=0)
    fits = not offset % _HALF_HOUR and _WESTMOST <= offset <= _EASTMOST
    return timezone(offset) if offset and fits else None


def _midnight(dated: Dated) -> datetime:
    return _clock(dated).replace(hour=0, minute=0)


def _clock(date: Dated) -> datetime:
    return date.at.replace(tzinfo=UTC, second=0, microsecond=0)


def _has_clock(date: Dated) -> bool:
    return (date.at.hour, date.at.minute) != (0, 0)
