"""What the root command was told, and the settings that follow from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from worker.cli.terminal.errors import Mistake

if TYPE_CHECKING:
    from worker.config.settings import Loaded


@dataclass(frozen=True, slots=True)
class Session:
    """The settings of the command line, before the file and the environment were read."""

    overrides: Mapping[str, Any]

    @classmethod
    def of(cls, data_dir: Path | None, assignments: Sequence[str]) -> "Session":
        """From `--data-dir` and `--set KEY=VALUE`. Raises `Mistake`."""
        overrides: dict[str, Any] = dict(map(_assignment, assignments))
        if data_dir is not None:
            overrides["data_dir"] = data_dir
        return cls(overrides)

    def load(self, **more: Any) -> "Loaded":
        """The settings, built once by each command at its start. Raises `SettingsError`."""
        from worker.config.settings import load

        return load({**self.overrides, **{key: value for key, value in more.items() if value is not None}})


def session(ctx: typer.Context) -> Session:
    """The session that the root command began."""
    found = ctx.find_object(Session)
    assert found is not None
    return found


def _assignment(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise Mistake(f"--set wants KEY=VALUE, not {text!r}; `wiredesk config` lists the keys")
    if not value.startswith(("[", "{")):
        return key.strip(), value
    try:
        return key.strip(), json.loads(value)
    except ValueError:
        raise Mistake(f"--set {key}: {value!r} is not JSON") from None
