"""Find and read the file of the operator's filters; nothing is cached here."""

from pathlib import Path

from worker.config.settings import Settings, SettingsError
from worker.feeds.entry_filters import EntryFilters, read_filters


def filters_path(settings: Settings, cwd: Path | None = None) -> Path | None:
    """Return the file in the settings, else ./config/filters.toml if it exists. Raises `SettingsError`."""
    if (named := settings.filters_file) is not None:
        if not named.is_file():
            raise SettingsError(f"filters_file: {named} does not exist")
        return named
    here = (cwd or Path.cwd()) / "config" / "filters.toml"
    return here if here.is_file() else None


def load_filters(settings: Settings) -> EntryFilters:
    """Read the filters. Raises `SettingsError`."""
    path = filters_path(settings)
    if path is None:
        return ()
    try:
        return read_filters(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None
