"""Values of settings in files, so that a secret is in no environment and in no configuration.

`WIREDESK_DATABASE_URL_FILE=/run/keys/db` names the file of one value, for any setting. Without being named,
`wiredesk_database_url` is read from the directories in which systemd (`LoadCredential=`) and Docker or
Kubernetes put secrets.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from worker.config.masking import MASK, mask_setting
from worker.config.settings import PREFIX, Settings, SettingsError

SUFFIX = "_FILE"
"""As in the official images of PostgreSQL and others."""

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd names the directory of a unit's credentials (systemd.exec, Credentials)."""

SECRETS = Path("/run/secrets")
"""Where Docker mounts secrets."""


def values_of_files(environ: Mapping[str, str], *, secrets: Path = SECRETS) -> dict[str, tuple[str, str]]:
    """Return the text and the origin of each setting that a file has. Raises `SettingsError`."""
    found = {key: (_text(path, str(path)), str(path)) for key, path in _mounted(environ, secrets)}
    for key in Settings.model_fields:
        name = f"{PREFIX}{key.upper()}"
        if is_value_file(f"{key}_file") and (path := environ.get(f"{name}{SUFFIX}")):
            if name in environ:
                raise SettingsError(f"{name} and {name}{SUFFIX} are both set; keep one")
            found[key] = (_text(Path(path), f"{name}{SUFFIX}: {path}"), path)
    return found


def is_value_file(key: str) -> bool:
    """Return whether a key such as `database_url_file` names the file of a setting's value."""
    named = key.removesuffix(SUFFIX.lower())
    return named != key and named in Settings.model_fields and key not in Settings.model_fields


def is_secret_value(key: str, value: object) -> bool:
    """Return whether a value is a secret, or has one in it, as the password in an address."""
    shown = str(mask_setting(key, value))
    # An address that cannot be read is masked as a whole; without an @ it has no password.
    is_unreadable = shown == MASK and "://" in str(value)
    return MASK in shown and ("@" in str(value) or not is_unreadable)


def _mounted(environ: Mapping[str, str], secrets: Path) -> Iterator[tuple[str, Path]]:
    """Yield the settings that have a file in a directory of secrets, those of systemd last."""
    credentials = environ.get(CREDENTIALS)
    for directory in (secrets, *([Path(credentials)] if credentials else [])):
        for key in Settings.model_fields:
            path = directory / f"{PREFIX.lower()}{key}"
            if path.is_file():
                yield key, path


def _text(path: Path, named: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{named} cannot be read: {reason}") from None
