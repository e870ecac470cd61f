"""Addresses and errors without their secrets, for lists, logs and tables.

The path of a webhook's address can be the whole secret (Slack, Discord, ntfy), so it is hidden, too.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

HIDDEN = "***"
LEAST = 4
"""Characters from which on a part of an address is taken for a secret. A guess: hiding every `api` or `/1`
in a message would make it unreadable."""


def masked(url: str) -> str:
    """Return the scheme, host and port of `url`; what else it has is replaced by `***`."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    user = f"{HIDDEN}@" if "@" in parts.netloc else ""
    rest = f"/{HIDDEN}" if parts.path.strip("/") or parts.query or parts.fragment else ""
    return f"{parts.scheme}://{user}{host}{port}{rest}"


def has_password(url: str) -> bool:
    """Return whether the address has a password, or cannot be read, so that it could have one."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return "@" in url


def hide(text: str, url: str, secrets: Iterable[str | None] = ()) -> str:
    """Return `text` without the address, its password, its path, and the secrets."""
    found = {url, *(secret for secret in secrets if secret), *_parts(url)}
    for one in sorted(found, key=len, reverse=True):
        if len(one) >= LEAST:
            text = text.replace(one, masked(url) if one == url else HIDDEN)
    return text


def _parts(url: str) -> set[str]:
    try:
        parts = urlsplit(url)
        named = {parts.password or "", parts.username or "", parts.path, parts.query}
    except ValueError:
        return set()
    named |= set(parts.path.split("/"))
    return {form for one in named for form in (one, unquote(one))}
