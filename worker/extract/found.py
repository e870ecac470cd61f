"""What has been settled about an article so far."""

from dataclasses import dataclass, field
from typing import Any

from worker.extract.types import Source


@dataclass(slots=True)
class Found:
    """Fields by the names of `Article` as they are settled, and where each came from."""

    fields: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Source] = field(default_factory=dict)

    def put(self, name: str, value: Any, source: Source) -> None:
        """Settle a field; an empty value leaves it open."""
        if value is not None and value != ():
            self.fields[name] = value
            self.provenance[name] = source
