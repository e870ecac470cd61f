"""Frozen dataclasses from JSON objects: unknown fields are ignored, missing ones get their default."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def build(cls: type[T], data: Mapping[str, Any]) -> T:
    """Return a `cls` with the values of `data`; a field `raw` of the class gets all of `data`."""
    values: dict[str, Any] = {
        name: convert(data[name])
        for name, convert in _converters(cls)  # type: ignore[arg-type]
        if data.get(name) is not None
    }
    if "raw" in cls.__dataclass_fields__:  # type: ignore[attr-defined]
        values["raw"] = data
    return cls(**values)


@cache
def _converters(cls: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = get_type_hints(cls)
    return tuple((field.name, _converter(hints[field.name])) for field in fields(cls) if field.name != "raw")


def _converter(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        item = _converter(get_args(hint)[0])
        return lambda values: tuple(map(item, values))
    if hint is datetime:
        return datetime.fromisoformat
    if is_dataclass(hint) and isinstance(hint, type):
        return lambda value: build(hint, value)
    return lambda value: value
