"""Settings as environment variables: how `run` hands them to the processes it starts."""

import json
from typing import Any

from worker.config.settings import PREFIX, Settings


def to_environment(settings: Settings) -> dict[str, str]:
    """Variables from which `worker.config.settings.load` builds the same settings; None is left out."""
    values = settings.model_dump(mode="json")
    return {f"{PREFIX}{key.upper()}": _text(value) for key, value in values.items() if value is not None}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
