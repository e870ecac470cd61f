"""Settings without their secrets, for people: what `config`, the page of settings and support bundles show.

A secret is recognised by the name of its setting, or by its place in an address.
"""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

MASK = "***"
"""What is shown instead of a secret."""

_SECRET_NAME = re.compile(r"(?:^|_)(?:password|passphrase|secret|token|key)$")
"""Names of settings whose whole value is a secret."""

_PATH_IS_SECRET = re.compile(r"webhook|notify|slack|ntfy")
"""Names of settings with addresses whose path is a secret, as a webhook's of Slack."""

_SECRET_PARAMETER = re.compile(
    r"((?:^|&)\w*(?:password|passwd|secret|token|key|sig|auth)=)[^&]*", re.IGNORECASE
)
"""Parameters of an address that hold a secret, as redis://host/0?password=… does (redis-py, libpq)."""


def is_secret_setting(name: str) -> bool:
    """Return whether the whole value of a setting is a secret."""
    return _SECRET_NAME.search(name) is not None


def mask_setting(name: str, value: Any) -> Any:
    """Return the value of a setting as it may be shown: the secrets in it are replaced by `***`."""
    if isinstance(value, list):
        return [mask_setting(name, one) for one in value]
    if not isinstance(value, str) or not value:
        return value
    if is_secret_setting(name):
        return MASK
    if "://" not in value:
        return value
    return mask_address(value, path=_PATH_IS_SECRET.search(name) is not None)


def mask_address(url: str, *, path: bool = False) -> str:
    """Return an address without its password and the secrets in its query; `path`: without path and query."""
    try:
        parts = urlsplit(url)
        login, at, host = parts.netloc.rpartition("@")
    except ValueError:
        return MASK
    user, colon, _ = login.partition(":")
    # A login without a password is a token, as in https://TOKEN@host/; a database's user is a name.
    if login and not colon and parts.scheme in ("http", "https"):
        user = MASK
    netloc = f"{user}{f':{MASK}' if colon else ''}{at}{host}"
    if path:
        return urlunsplit(parts._replace(netloc=netloc, path=f"/{MASK}", query="", fragment=""))
    return urlunsplit(parts._replace(netloc=netloc, query=_SECRET_PARAMETER.sub(rf"\1{MASK}", parts.query)))
