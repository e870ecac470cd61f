"""Texts without secrets: those that are known are replaced wherever they occur, others by their form."""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from worker.config.hosts_file import hosts_path
from worker.config.masking import MASK, is_secret_setting
from worker.config.settings import Settings, SettingsError
from worker.rows.api_keys import MARK

LEAST = 6
"""Characters from which on a value is replaced everywhere. A guess: shorter ones would garble other words."""

LEAST_OF_PATH = 12
"""The same for a part of the path of a receiver's address: `services` is not a secret, a token is longer."""

# An address in running text ends where it could not go on in JSON, HTML or Markdown.
_ADDRESS = re.compile(r"""(?P<scheme>[a-z][a-z0-9+.-]*://)(?P<rest>[^\s"'<>\\`]+)""", re.IGNORECASE)

_FORMS = (
    (re.compile(r"\b(Bearer|Basic) [\w.~+/=-]{6,}"), MASK),
    (re.compile(r"\bwhsec_[\w+/=-]+"), MASK),
    (re.compile(rf"\b{MARK}[\w-]+"), MASK),
    (
        re.compile(
            r"""((?:password|passwd|secret|token|api_?key|cookie|authorization)["']?\s*[:=]\s*["']?)[^\s"',;&}\]]{2,}""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
)
"""Secrets that are recognised by their form: headers, webhooks' secrets, our keys, and assignments."""


class Redactor:
    """Replaces the secrets of an installation."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = sorted(set(_spellings(secrets)), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without secrets, and addresses without users and values of queries."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        text = _ADDRESS.sub(_without_secrets, text)
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text


def secrets_of(settings: Settings, environ: Mapping[str, str] = os.environ) -> set[str]:
    """Return the secrets that settings, environment and hosts file hold."""
    found: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, SecretStr):
                found.add(one.get_secret_value())
            if isinstance(one, str):
                found |= {one} if is_secret_setting(name) else passwords_in(one)
    for name, value in environ.items():
        found |= {value} if is_secret_setting(name.lower()) else passwords_in(value)
    return found | {environ[name] for name in _named_by_hosts(settings) if name in environ}


def passwords_in(address: str) -> set[str]:
    """Return the password of an address."""
    if "://" not in address:
        return set()
    with suppress(ValueError):
        password = urlsplit(address).password
        return {password, unquote(password)} if password else set()
    return set()


def parts_of_receiver(url: str) -> set[str]:
    """Return what must not be shown of the address of a receiver: its long parts can be secrets."""
    with suppress(ValueError):
        long = {part for part in urlsplit(url).path.split("/") if len(part) >= LEAST_OF_PATH}
        return {url, *long, *passwords_in(url)}
    return {url}


def _named_by_hosts(settings: Settings) -> set[str]:
    """Return the environment variables that the hosts file names."""
    with suppress(SettingsError, OSError, ValueError):
        if path := hosts_path(settings):
            return set(_variables(tomllib.loads(path.read_text(encoding="utf-8-sig"))))
    return set()


def _variables(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(named := value.get("env"), str):
            yield named
        for inner in value.values():
            yield from _variables(inner)


def _spellings(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        if len(secret) >= LEAST:
            yield from (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])


def _without_secrets(found: re.Match[str]) -> str:
    rest, mark, query = found["rest"].partition("?")
    place, slash, path = rest.partition("/")
    login, at, host = place.rpartition("@")
    query = re.sub(r"=[^&#]*", f"={MASK}", query) if "=" in query else MASK if query else ""
    return f"{found['scheme']}{MASK if login else ''}{at}{host}{slash}{path}{mark}{query}"
