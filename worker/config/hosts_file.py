"""The file of settings for single hosts, read and checked once when a process starts.

    ["example.org"]                  this host and all below it; "example.org:8080" only this port,
    delay_seconds = 5.0              "http://example.org" only this scheme, "*" every host
    token = { env = "EXAMPLE_TOKEN" }

Secrets are in the environment; the file has the names of the variables. An error is one line: what is wrong
and how to fix it.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import aiohttp
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from worker.config.settings import Settings, SettingsError
from worker.fetch.host_book import EVERYWHERE, NOTHING_SET, HostBook, HostScope, HostSettings
from worker.fetch.tls import Trust, pinned, trusting
from worker.urls import BadUrl, normal_host

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of HTTP (RFC 9110, section 5.6.2): names of headers and cookies."""

_NOT_AS_HEADER = {
    "authorization": "use user and password, or token",
    "cookie": "use cookies",
    "user-agent": "use user_agent",
}
"""Headers for which the file has a dedicated key, in lower case."""

_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "proxy-authorization"}
    | {"if-none-match", "if-modified-since", "te", "upgrade", "expect", "range"}
)
"""Headers that the client sets itself: connection, framing, and the conditions of a second request."""


def _one_line(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


Line = Annotated[str, AfterValidator(_one_line)]


class Env(BaseModel):
    """The value of an environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    env: Line

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError('secrets belong in the environment: write { env = "NAME" }')
        return value


class Section(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    delay_seconds: float | None = Field(None, ge=0, le=3600, allow_inf_nan=False)
    full_text: bool = True
    robots: bool = True
    user_agent: Line | None = None
    headers: dict[str, Line | Env] = Field(default_factory=dict)
    cookies: dict[str, Line | Env] = Field(default_factory=dict)
    user: Line | None = None
    password: Env | None = None
    token: Env | None = None
    proxy: Line | Env | None = None
    tls_ca: Line | None = None
    tls_fingerprint: Line | None = None
    subdomains: bool = True


def hosts_path(settings: Settings, cwd: Path | None = None) -> Path | None:
    """Return the file in the settings, else ./config/hosts.toml if it exists. Raises `SettingsError`."""
    if (named := settings.hosts_file) is not None:
        if not named.is_file():
            raise SettingsError(f"hosts_file: {named} does not exist")
        return named
    here = (cwd or Path.cwd()) / "config" / "hosts.toml"
    return here if here.is_file() else None


def load_hosts(settings: Settings, environ: Mapping[str, str] | None = None) -> HostBook:
    """Read the settings of single hosts. Raises `SettingsError`."""
    path = hosts_path(settings)
    if path is None:
        return NOTHING_SET
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return read_hosts(body, os.environ if environ is None else environ, folder=path.parent)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None


def read_hosts(body: bytes, environ: Mapping[str, str], *, folder: Path = Path()) -> HostBook:
    """Read the settings of a file; secrets come from `environ`, paths are relative to `folder`.

    Raises ValueError with one line.
    """
    try:
        tables = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"is not valid TOML: {error}") from None
    sections: dict[HostScope, HostSettings] = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ValueError(f'{name} is outside of a table: start one with ["example.org"]')
        place = _place(name)
        if place in sections:
            raise ValueError(f"[{name}] occurs twice, in two spellings")
        sections[place] = _settings(name, place, table, environ, folder)
    return HostBook(sections)


def _place(name: str) -> HostScope:
    if name == "*":
        return EVERYWHERE
    scheme, found, rest = name.rpartition("://")
    if found and scheme not in ("http", "https"):
        raise ValueError(f"[{name}] has a scheme that is not fetched: write http:// or https://, or neither")
    try:
        parts = urlsplit(f"//{rest}")
        host, port = normal_host(parts.hostname or ""), parts.port
    except ValueError as error:
        reason = str(error) if isinstance(error, BadUrl) else "bad port"
        raise ValueError(f'[{name}] is not a host ({reason}): write it as ["example.org"]') from None
    if parts.path or parts.query or parts.username or "*" in rest:
        raise ValueError(f'[{name}] is more than a host: write ["example.org"], which covers all below it')
    if ":" not in host and "." not in host and host != "localhost":
        raise ValueError(f"[{name}] is a whole top-level domain: name a host (did you leave out the quotes?)")
    return HostScope(host, port, scheme or None)


def _settings(
    name: str, place: HostScope, table: Mapping[str, Any], environ: Mapping[str, str], folder: Path
) -> HostSettings:
    try:
        section = Section(**_known(table))
        login = _login(section, environ)
        if place == EVERYWHERE and (login or section.cookies):
            raise ValueError("user, token and cookies are for named hosts, not for all")
        trust = _trust(section, place, folder)
        return HostSettings(
            delay_seconds=section.delay_seconds,
            full_text=section.full_text,
            robots=section.robots,
            user_agent=section.user_agent,
            headers={k: v for k, v in section.headers.items() if _is_header(k) and isinstance(v, str)},
            secrets={
                **{k: _value(v, environ) for k, v in section.headers.items() if isinstance(v, Env)},
                **login,
                **_cookies(section, environ),
            },
            **_proxy(section, environ),
            tls=trust,
            subdomains=section.subdomains,
            plain=place.scheme == "http",
        )
    except ValidationError as error:
        raise ValueError(f"[{name}] {_one_line_of(error)}") from None
    except ValueError as error:
        raise ValueError(f"[{name}] {error}") from None


def _known(table: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in table:
        if key not in Section.model_fields:
            nearest = difflib.get_close_matches(key, Section.model_fields, n=1, cutoff=0.5)
            known = f"the keys are {', '.join(Section.model_fields)}"
            hint = f"did you mean {nearest[0]}?" if nearest else known
            raise ValueError(f"unknown key {key}; {hint}")
    # TOML distinguishes 5 from 5.0; the operator need not.
    return {k: float(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in table.items()}


def _value(value: str | Env, environ: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value
    found = environ.get(value.env, "")
    if not found:
        raise ValueError(f"the environment variable {value.env} is not set")
    if not found.isprintable():
        raise ValueError(f"the environment variable {value.env} must be one line of printable characters")
    return found


def _login(section: Section, environ: Mapping[str, str]) -> dict[str, str]:
    if section.token is not None and (section.user or section.password):
        raise ValueError("has both a token and a password: keep one of them")
    if (section.user is None) != (section.password is None):
        raise ValueError('user and password belong together: password = { env = "NAME" }')
    if section.token is not None:
        return {"Authorization": f"Bearer {_value(section.token, environ)}"}
    if section.user is not None and section.password is not None:
        login = aiohttp.encode_basic_auth(section.user, _value(section.password, environ), "utf-8")
        return {"Authorization": login}
    return {}


def _is_header(name: str) -> bool:
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"headers: {name!r} is not the name of a header")
    if instead := _NOT_AS_HEADER.get(name.lower()):
        raise ValueError(f"headers: {name} cannot be set here: {instead}")
    if name.lower() in _OURS:
        raise ValueError(f"headers: {name} is set by the service itself")
    return True


def _cookies(section: Section, environ: Mapping[str, str]) -> dict[str, str]:
    pairs = {name: _value(value, environ) for name, value in section.cookies.items()}
    for name, value in pairs.items():
        if not _TOKEN.fullmatch(name) or re.search(r'[;,\s"\\]', value):
            raise ValueError(
                f"cookies: {name} contains characters that a cookie must not have: percent-encode them"
            )
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in pairs.items())} if pairs else {}


def _trust(section: Section, place: HostScope, folder: Path) -> Trust | None:
    """Return which certificates of the host are trusted; None for those of the system's authorities."""
    given = [key for key in ("tls_ca", "tls_fingerprint") if getattr(section, key) is not None]
    if not given:
        return None
    if len(given) > 1:
        raise ValueError("has both tls_ca and tls_fingerprint: keep one of them")
    if place == EVERYWHERE or place.scheme == "http":
        raise ValueError(f"{given[0]} is for named hosts, and for https")
    try:
        if section.tls_fingerprint is not None:
            return pinned(section.tls_fingerprint)
        path = folder / Path(section.tls_ca or "").expanduser()
        return trusting(path.read_bytes())
    except OSError as error:
        raise ValueError(f"tls_ca: {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        where = f"{section.tls_ca} " if section.tls_ca else ""
        raise ValueError(f"{given[0]}: {where}{error}") from None


def _proxy(section: Section, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return address and login of the proxy separately: the address appears in error messages."""
    if section.proxy is None:
        return {}
    value = _value(section.proxy, environ)
    try:
        parts = urlsplit(value)
        is_valid = parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        is_valid = False
    if not is_valid or parts.path.strip("/") or parts.query:
        # Without the value: it may contain a password.
        raise ValueError("proxy: write it as http://proxy.example.org:3128, with the port")
    if isinstance(section.proxy, str) and parts.password:
        raise ValueError('proxy: an address with a password belongs in the environment: { env = "NAME" }')
    address = f"http://{parts.netloc.rpartition('@')[2]}"
    if not parts.username:
        return {"proxy": address}
    login = aiohttp.encode_basic_auth(unquote(parts.username), unquote(parts.password or ""), "utf-8")
    return {"proxy": address, "proxy_login": {"Proxy-Authorization": login}}


def _one_line_of(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(_path(first['loc']))}: {first['msg'].removeprefix('Value error, ')}"


def _path(loc: tuple[int | str, ...]) -> Iterator[str]:
    """Yield the keys that lead to the value, without the names of types that pydantic adds for a union."""
    return (str(part) for part in loc if isinstance(part, str) and not part.startswith(("function", "Env")))
