"""The names of months and weekdays are those of CLDR, and mean one thing each."""

import json

from tests.tools.cldr import LANGUAGES, TABLE, calendar
from worker.text.dates.names import MONTHS, WEEKDAYS


def test_the_shipped_table_is_what_cldr_has() -> None:
    written = json.loads(TABLE.read_text("utf-8"))
    made = calendar()
    assert (written["months"], written["weekdays"]) == (made["months"], made["weekdays"])


def test_every_month_and_weekday_has_names() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert set(WEEKDAYS.values()) == set(range(7))
    assert len(MONTHS) > 10 * len(LANGUAGES)
