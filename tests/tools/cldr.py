"""The table of month and weekday names, made from CLDR: `python -m tests.tools.cldr` writes it.

Wiredesk ships the table and does not load Babel while it runs: for these languages Babel takes 0.8 seconds
and 71 MB of each process (measured around `babel.localedata.load`).
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import version

from babel import Locale

from tests.tools.report import ROOT

TABLE = ROOT / "worker" / "text" / "dates" / "calendar.json"

_LANGUAGES = """
    en de fr es it pt nl da sv nb is fi et lv lt pl cs sk sl hr sr mk bg ru uk be ro hu el tr az uz kk ka hy
    sq eu ca gl ga cy he ar fa ur hi bn mr ne gu pa ta te kn ml si my km lo th am sw id ms af
    de_AT es_UY ar_SY ar_DZ
"""
LANGUAGES = _LANGUAGES.split()
"""Languages of news sites that print their dates with names of months."""

LAST_WINS = ("hr",)
"""Croatian uses names of Polish and Czech for other months: where they differ, the table has theirs."""


def calendar() -> dict[str, object]:
    """Return the table: for each month, and each weekday from Monday, its names in all languages."""
    languages = sorted(LANGUAGES, key=lambda language: language in LAST_WINS)
    months, weekdays = _names(languages, "months"), _names(languages, "days")
    return {
        "source": f"CLDR, as Babel {version('babel')} has it",
        "months": [" ".join(months[month]) for month in range(1, 13)],
        "weekdays": [" ".join(weekdays[day]) for day in range(7)],
    }


def _names(languages: list[str], kind: str) -> Mapping[int, list[str]]:
    """Return the names of each number, full and abbreviated; a name that means two numbers is the first's."""
    numbers: dict[str, int] = {}
    for language in languages:
        for number, name in _spellings(Locale.parse(language), kind):
            numbers.setdefault(name, number)
    found: dict[int, list[str]] = defaultdict(list)
    for name, number in numbers.items():
        found[number].append(name)
    return found


def _spellings(locale: Locale, kind: str) -> Iterator[tuple[int, str]]:
    table = getattr(locale, kind)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in table[context][width].items():
                # The same folding as `worker.text.dates.names.folded`: names are folded so before they are
                # looked up.
                folded = unicodedata.normalize("NFC", name.casefold()).strip(".")
                if len(folded) > 1 and not any(one.isspace() or one.isdigit() for one in folded):
                    yield number, folded


def main() -> None:
    """Write the table."""
    TABLE.write_text(json.dumps(calendar(), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
