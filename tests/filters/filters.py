"""Strategies for filters, as pairs of names and values."""

from datetime import timedelta, timezone

from hypothesis import strategies as st

from worker.filters.conditions import CONDITIONS, KINDS, RIGHTS, WIRE
from worker.text.search_query import QueryError, parse_query

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=100).filter(
    lambda text: bool(text.strip())
)


def is_query(text: str) -> bool:
    """Whether the search understands the text."""
    try:
        parse_query(" ".join(text.split()))
    except QueryError:
        return False
    return True


QUERIES = (
    *("storm", "storm  surge", '"storm surge" -rain', "title:ferry OR author:'o neill'", "librar*", "渡り鳥"),
    *("-storm", '-"storm surge"', "it's", "a\\b"),
)
LABELS = WORDS.filter(lambda text: text.split()[0] != "-")
DAYS = st.dates().map(str).filter(lambda day: "0002" < day[:4] < "9998")
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(timezones=ZONES).filter(lambda at: 2 < at.year < 9998).map(str)
NUMBERS = st.integers(1, 2**63 - 1).map(str)

VALUES = {
    "q": WORDS.filter(is_query),
    "language": st.sampled_from(["de", "DE-at", "zh-Hant-TW", "und", "gsw", "en"]),
    "publisher": st.sampled_from(
        ["news.example", "WWW.News.example", "https://www.x.example/a", "127.0.0.1"]
    ),
    "feed": NUMBERS | st.sampled_from(["https://news.example/feed.xml?a='b'&c=\"d\""]),
    "label": LABELS,
    "kind": st.sampled_from(KINDS),
    "state": st.sampled_from(["live", "removed"]),
    "story": NUMBERS | st.just("none"),
    "wire": st.sampled_from(WIRE),
    "rights": st.sampled_from(RIGHTS),
}
DATES = DAYS | INSTANTS


@st.composite
def pairs(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Conditions that can be read, some repeated and some negated."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=8)):
        sign = "-" if name != "q" and draw(st.booleans()) else ""
        found.append((name, sign + draw(VALUES[name])))
    for name in draw(st.sets(st.sampled_from([n for n, kind in CONDITIONS.items() if kind.single]))):
        found.append((name, draw(st.integers(1, 900).map(str) if name == "min_words" else DATES)))
    return found
