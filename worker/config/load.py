"""Loading the settings: `config/wiredesk.toml`, then files of single values (`worker.config.value_files`),
then the environment (`WIREDESK_*`), then the command line.

Each source overrides the one before. An unknown key, a bad value or a combination that cannot work raises
`SettingsError`, whose text is one line: what is wrong and how to fix it.
"""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings.exceptions import SettingsError as SourceError

from worker.config.masking import mask_setting
from worker.config.settings import Settings, SettingsError
from worker.config.value_files import SUFFIX, is_secret_value, is_value_file, values_of_files
from worker.config.web_settings import PREFIX

CONFIG_VARIABLE = f"{PREFIX}CONFIG"
FOREIGN_VARIABLES = (CONFIG_VARIABLE, f"{PREFIX}CORPUS", f"{PREFIX}URL", f"{PREFIX}KEY")
"""Variables with the prefix that are not settings; the corpus is read by tests and benches."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and for each key its origin: 'default', a file, 'environment' or 'command line'."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    overrides: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Loaded:
    """Merge file, environment and `overrides` (the command line; None means not given).

    Raises `SettingsError`.
    """
    environ = os.environ if environ is None else environ
    path = config_file(environ, cwd or Path.cwd())
    files = values_of_files(environ)
    named = {f"{PREFIX}{key.upper()}": text for key, (text, _) in files.items()}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, source in (
        (str(path), _from_file(path)),
        ("file", _from_environment(named)),
        ("environment", _from_environment(environ)),
        ("command line", {k: v for k, v in (overrides or {}).items() if v is not None}),
    ):
        for key, value in source.items():
            _check_known(key, origin)
            _check_place(key, value, origin)
            values[key] = value
            origins[key] = files[key][1] if origin == "file" else origin
    try:
        return Loaded(Settings(**values), origins)
    except ValidationError as error:
        raise SettingsError(_one_line(error, origins)) from None


def to_environment(settings: Settings) -> dict[str, str]:
    """Return variables from which `load` builds the same settings; `run` gives them to its processes."""
    values = settings.model_dump(mode="json", exclude_none=True)
    hidden = {key: getattr(settings, key) for key in values}
    values |= {key: one.get_secret_value() for key, one in hidden.items() if isinstance(one, SecretStr)}
    return {
        f"{PREFIX}{key.upper()}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }


def defaults_dir() -> Path:
    """Return the directory of the default configuration: config/ of a checkout, or its copy in the wheel."""
    package = Path(__file__).parent.parent
    packaged = package / "_config"
    return packaged if packaged.is_dir() else package.parent / "config"


def config_file(environ: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the file that WIREDESK_CONFIG names, else ./wiredesk.toml, ./config/wiredesk.toml, the default.

    Raises `SettingsError`.
    """
    if named := environ.get(CONFIG_VARIABLE):
        if not Path(named).is_file():
            raise SettingsError(f"{CONFIG_VARIABLE}: {named} is not a file")
        return Path(named)
    candidates = (cwd / "wiredesk.toml", cwd / "config" / "wiredesk.toml", defaults_dir() / "wiredesk.toml")
    return next((path for path in candidates if path.is_file()), None)


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    for name in environ:
        is_file = is_value_file(name.removeprefix(PREFIX).lower())
        if name.startswith(PREFIX) and name not in FOREIGN_VARIABLES and not is_file:
            _check_known(name.removeprefix(PREFIX).lower(), f"environment variable {name}")
    source = EnvSettingsSource(Settings, env_prefix=PREFIX)
    source.env_vars = {key.lower(): value for key, value in environ.items()}
    try:
        return {key.removeprefix(PREFIX.lower()): value for key, value in source().items()}
    except SourceError as error:
        field = str(error).split('"')[1]
        raise SettingsError(f'{PREFIX}{field.upper()} must be JSON, such as ["10.0.0.0/8"]') from None


def _check_known(key: str, origin: str) -> None:
    if key in Settings.model_fields:
        return
    nearest = difflib.get_close_matches(key, Settings.model_fields, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else "; `wiredesk config` lists the settings"
    raise SettingsError(f"unknown setting {key} ({origin}){hint}")


def _check_place(key: str, value: Any, origin: str) -> None:
    if origin == "command line" and is_secret_value(key, value):
        variable = f"{PREFIX}{key.upper()}"
        raise SettingsError(
            f"--set {key}: everybody on this machine can read a password on the command line (ps): "
            f"set {variable}, or {variable}{SUFFIX} to a file that has it"
        )


def _one_line(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message
    key = str(first["loc"][0])
    return (
        f"setting {key} ({origins.get(key, 'default')}): {message}, not {mask_setting(key, first['input'])!r}"
    )
