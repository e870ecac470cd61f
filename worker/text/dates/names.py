"""Names of months and weekdays in some seventy languages, and the words between them in a date.

The names come from CLDR: `calendar.json` is written by `python -m tests.tools.cldr`, from Babel's data. What
CLDR lacks stands here.
"""

import json
import unicodedata
from importlib.resources import files

from worker.text.dates.zones import is_zone

_TABLE = json.loads(files("worker.text.dates").joinpath("calendar.json").read_text("utf-8"))
"""Names folded as `folded` does, by month and by weekday from Monday."""

_MORE_MONTHS = (
    "januári январе",
    "feber fevrier fév februári φεβρ",
    "maerz mrz marco márciu",
    "ابريل",
    "μαι μαϊ",
    "juno",
    "",
    "aout ags augustie اغسطس",
    "sett сен σεπτ",
    "oktobra اكتوبر",
    "noi ноя studenog",
    "decembre",
)
"""Spellings seen in feeds and on pages that CLDR does not list: without accents, older, in other cases."""

_MORE_WEEKDAYS = ("segunda", "tues terça", "weds quarta", "thur thurs quinta", "sexta", "", "")
"""English abbreviations, and Portuguese days without `-feira`. Seen in feeds."""

_CROATIAN = {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10}
"""Names that mean the next month in Polish and Czech, which is what `MONTHS` has."""

_JALALI = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
"""The months of the Persian solar calendar, in order, as CLDR's fa spells them."""

# Words between the parts of a date in feeds, folded; they do not change which day it is.
_FILLERS = "t at um uhr kl klo à le de del di il den der am the on of o г года год р och ore ora"
FILLERS = frozenset(_FILLERS.split())


def folded(name: str) -> str:
    """Return `name` as the tables spell it: case folded, composed, without dots around it."""
    # Case folding takes some Greek letters apart.
    return unicodedata.normalize("NFC", name.casefold()).strip(".")


def _numbers(kind: str, more: tuple[str, ...], first: int) -> dict[str, int]:
    groups = zip(_TABLE[kind], more, strict=True)
    joined = (f"{listed} {also}" for listed, also in groups)
    return {name: number for number, names in enumerate(joined, first) for name in names.split()}


MONTHS = _numbers("months", _MORE_MONTHS, 1)
WEEKDAYS = {name: day for name, day in _numbers("weekdays", _MORE_WEEKDAYS, 0).items() if not is_zone(name)}
"""Without names such as `pt`, a Friday somewhere, which is Pacific Time in a date."""
_ARABIC_YEH = str.maketrans("\u06cc\u06a9", "\u064a\u0643")
JALALI_MONTHS = {
    spelled: month
    for month, name in enumerate(_JALALI.split(), 1)
    for spelled in (name, name.translate(_ARABIC_YEH))
}
"""Also with the Arabic code points of yeh and kaf, which older Persian keyboards write."""


def month_of(name: str, language: str) -> int | None:
    """Return 1 to 12 for a month's name in any language; `language` (a tag) decides where they differ."""
    name = folded(name)
    return (_CROATIAN.get(name) if language.startswith("hr") else None) or MONTHS.get(name)
