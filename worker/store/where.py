"""A condition of SQL together with the values of its parameters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
"""A parameter as SQLAlchemy writes it; `::` is a cast."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition, and the values of its named parameters."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def renamed(self, prefix: str) -> "Where":
        """Return the condition with `prefix` before the name of each parameter, to use it several times."""
        sql = _PARAMETER.sub(
            lambda found: f":{prefix}{found[1]}" if found[1] in self.values else found[0], self.sql
        )
        return Where(sql, {f"{prefix}{name}": value for name, value in self.values.items()})


def every(conditions: Iterable[Where]) -> Where:
    """Return the condition that all of these hold; their parameters must have different names."""
    parts = list(conditions)
    values = {name: value for part in parts for name, value in part.values.items()}
    return Where(" AND ".join(part.sql for part in parts) or "true", values)
