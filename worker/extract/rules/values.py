"""What a rule's texts mean: the fields of an Article that each key settles."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.extract.authors import agencies_in
from worker.extract.authors.names import clean_names
from worker.extract.dates.choose import date_in
from worker.extract.words import squeeze, unique

Fields = Mapping[str, Any]


def fields_of(key: str, texts: list[str]) -> Fields:
    """The fields of an Article, by name, that `texts` settle under `key`; {} where they say nothing."""
    return _READERS[key](texts)


def _one(name: str) -> Callable[[list[str]], Fields]:
    return lambda texts: {name: texts[0]} if texts else {}


def _authors(texts: list[str]) -> Fields:
    names = clean_names(texts)
    return {"authors": names, "agencies": agencies_in(names)} if names else {}


def _published(texts: list[str]) -> Fields:
    return dict(zip(("published", "published_precision"), _date(texts), strict=False))


def _modified(texts: list[str]) -> Fields:
    return dict(zip(("modified",), _date(texts), strict=False))


def _date(texts: list[str]) -> tuple[Any, ...]:
    """The first date of which an instant is known, else the first at all, with its precision; or ()."""
    found = [date for text in texts if (date := date_in(text))]
    return next((date for date in found if date[1] == "instant"), found[0] if found else ())


def _tags(texts: list[str]) -> Fields:
    tags = unique(squeeze(part) for text in texts for part in text.split(","))
    return {"tags": tags} if tags else {}


_READERS: Mapping[str, Callable[[list[str]], Fields]] = {
    "title": _one("title"),
    "author": _authors,
    "date": _published,
    "modified": _modified,
    "summary": _one("summary"),
    "section": _one("section"),
    "tags": _tags,
}
