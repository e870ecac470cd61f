"""Where the rules of sites are kept, and reading them: once, when a process begins."""

from collections.abc import Iterator
from pathlib import Path

from worker.extract import Rules, RulesError, read_rules
from worker.settings import Settings, defaults_dir


def rules_directory(settings: Settings, cwd: Path | None = None) -> Path:
    """The directory that the settings name, else ./config/rules, else that of the package.

    Only one that the settings name must be there. Raises `RulesError`.
    """
    if (named := settings.rules_dir) is not None:
        if not named.is_dir():
            raise RulesError((f"{named} is no directory: make it, or change the setting rules_dir",))
        return named
    here = (cwd or Path.cwd()) / "config" / "rules"
    return here if here.is_dir() else defaults_dir() / "rules"


def rule_files(directory: Path) -> dict[str, bytes]:
    """The files of rules, by name: `*.toml` of the directory itself. Raises `RulesError`."""
    return dict(_contents(directory))


def load_rules(settings: Settings) -> Rules:
    """The rules that are in force. Raises `RulesError`."""
    return read_rules(rule_files(rules_directory(settings)))


def _contents(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.glob("*.toml")):
        if path.name.startswith("."):
            continue
        try:
            yield path.name, path.read_bytes()
        except OSError as error:
            raise RulesError((f"{path} cannot be read: {error.strerror}",)) from None
