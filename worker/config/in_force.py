"""The settings of a running process, for people: secrets masked, and where each came from."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.config.load import config_file
from worker.config.masking import mask_setting
from worker.config.settings import Settings, SettingsError
from worker.config.web_settings import PREFIX


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting with its value, its meaning and its origin: `default`, a file, or the environment."""

    name: str
    value: str
    words: str
    origin: str
    changed: bool


def settings_in_force(
    settings: Settings, *, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> list[InForce]:
    """Return all settings in their order.

    `wiredesk run` hands all settings to its processes as variables. So what the file says counts as coming
    from it, and a value that equals the default as the default, whatever the variables are.
    """
    environ = os.environ if environ is None else environ
    path, values = _file(environ, cwd or Path.cwd())
    dumped = settings.model_dump(mode="json")
    nothing: dict[str, Any] = {}
    defaults = Settings(**nothing).model_dump(mode="json")
    found = []
    for name, field in Settings.model_fields.items():
        value = dumped[name]
        changed = value != defaults[name]
        if name in values and str(values[name]) == str(value):
            origin = str(path)
        elif not changed:
            origin = "default"
        elif f"{PREFIX}{name.upper()}" in environ:
            origin = f"{PREFIX}{name.upper()}"
        else:
            origin = "command line"
        found.append(InForce(name, _text(name, value), field.description or "", origin, changed))
    return found


def _text(name: str, value: Any) -> str:
    shown = mask_setting(name, value)
    if shown is None or shown == []:
        return "–"
    return ", ".join(map(str, shown)) if isinstance(shown, list) else str(shown)


def _file(environ: Mapping[str, str], cwd: Path) -> tuple[Path | None, dict[str, Any]]:
    try:
        path = config_file(environ, cwd)
        return path, tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except (SettingsError, OSError, ValueError):
        # The process has its settings already; a file that broke since then tells nothing about them.
        return None, {}
