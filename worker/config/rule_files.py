"""Find and read the files of rules for single sites; nothing is cached here."""

from pathlib import Path
from typing import TYPE_CHECKING

from worker.config.load import defaults_dir
from worker.config.settings import Settings, SettingsError

if TYPE_CHECKING:
    from worker.extract import Rules


def rules_directory(settings: Settings, cwd: Path | None = None) -> Path:
    """Return the directory that the settings name, else ./config/rules, else the package's own.

    Raises `SettingsError` if the directory in the settings does not exist.
    """
    if (named := settings.rules_dir) is not None:
        if not named.is_dir():
            raise SettingsError(f"rules_dir: the directory {named} does not exist")
        return named
    here = (cwd or Path.cwd()) / "config" / "rules"
    return here if here.is_dir() else defaults_dir() / "rules"


def rule_files(directory: Path) -> dict[str, bytes]:
    """Return the content of each `*.toml` in the directory by its name. Raises `SettingsError`."""
    paths = [path for path in sorted(directory.glob("*.toml")) if not path.name.startswith(".")]
    try:
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise SettingsError(f"{error.filename} cannot be read: {error.strerror}") from None


def load_rules(settings: Settings) -> "Rules":
    """Read and compile the rules in `rules_directory(settings)`; empty if it has no rule files.

    Raises `SettingsError` if the directory is missing, a file cannot be read, or a rule is invalid.
    """
    # Imported here: it takes half a second, and most processes extract no pages.
    from worker.extract import RulesError, read_rules

    try:
        return read_rules(rule_files(rules_directory(settings)))
    except RulesError as error:
        raise SettingsError(str(error)) from None


def check_rules(settings: Settings) -> None:
    """Raise `SettingsError` if a rule is wrong; without rules the extractor is not imported."""
    if rule_files(rules_directory(settings)):
        load_rules(settings)
