"""Where the rules of sites are kept, and reading them: once, when a process begins."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from worker.config.settings import Settings, SettingsError, defaults_dir

if TYPE_CHECKING:
    from worker.extract import Rules


def rules_directory(settings: Settings, cwd: Path | None = None) -> Path:
    """The directory that the settings name, else ./config/rules, else that of the package.

    Only one that the settings name must be there. Raises `SettingsError`.
    """
    if (named := settings.rules_dir) is not None:
        if not named.is_dir():
            raise SettingsError(f"setting rules_dir: {named} is no directory: make it, or name another")
        return named
    here = (cwd or Path.cwd()) / "config" / "rules"
    return here if here.is_dir() else defaults_dir() / "rules"


def rule_files(directory: Path) -> dict[str, bytes]:
    """The files of rules, by name: `*.toml` of the directory itself. Raises `SettingsError`."""
    return dict(_contents(directory))


def load_rules(settings: Settings) -> "Rules":
    """The rules that are in force. Raises `SettingsError`."""
    # Imported here: it takes half a second, and a process that reads no pages may only ask for the files.
    from worker.extract import RulesError, read_rules

    try:
        return read_rules(rule_files(rules_directory(settings)))
    except RulesError as error:
        raise SettingsError(str(error)) from None


def check_rules(settings: Settings) -> None:
    """Nothing where the rules are in order. Raises `SettingsError`."""
    if rule_files(rules_directory(settings)):
        load_rules(settings)


def _contents(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.glob("*.toml")):
        if path.name.startswith("."):
            continue
        try:
            yield path.name, path.read_bytes()
        except OSError as error:
            raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
