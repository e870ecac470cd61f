"""Which pages a rule is for: a host with all hosts below it, and perhaps a port and a path.

`example.org` stands for example.org, www.example.org and every other host below it, on any port;
`example.org:8080` for this port alone. After the host may come a path: `example.org/politics` for that page
and all below it, `example.org/*/live-*` for the paths that match as a whole, `*` being any characters.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from worker.urls import BadUrl, canonical, normal_host, site


class BadPlace(ValueError):
    """The place names no pages; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is, in its one spelling: host without `www.`, port (None: that of the scheme), path."""

    host: str
    port: int | None
    path: str

    @classmethod
    def of(cls, url: str) -> "Address | None":
        """The address of a page; None for what is no http(s) address."""
        try:
            parts = urlsplit(canonical(url))
        except BadUrl:
            return None
        return cls(site(parts.hostname or ""), parts.port, parts.path)


@dataclass(frozen=True, slots=True)
class Place:
    """Pages of `host` and below; `port` and `path` are None where any will do."""

    host: str
    port: int | None
    path: str | None

    def holds(self, address: Address) -> bool:
        """Whether the page is one of these; that its host is ours or below is known already."""
        return self.port in (None, address.port) and self._has(address.path)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}{f':{self.port}' if self.port else ''}{self.path or ''}"

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Of two places that hold a page the one that says more counts: its rank is higher."""
        return self.host.count("."), self.port is not None, len(self.path or "")

    def _has(self, path: str) -> bool:
        if self.path is None or path == self.path:
            return True
        if "*" not in self.path:
            return path.startswith(self.path.rstrip("/") + "/")
        parts = map(re.escape, self.path.split("*"))
        return re.fullmatch(".*".join(parts), path, re.DOTALL) is not None


def read_place(text: str) -> Place:
    """The place that `text` names. Raises `BadPlace`."""
    if "://" in text:
        raise BadPlace(f"{text!r} is a whole address: leave out {text.partition('://')[0]}://")
    authority, slash, path = text.strip().partition("/")
    if "*" in authority:
        raise BadPlace(f"{text!r} has a * in its host: a host stands for all hosts below it by itself")
    if "?" in text or "#" in text:
        raise BadPlace(f"{text!r} has a query or a fragment: leave it out, only paths are compared")
    try:
        parts = urlsplit(f"//{authority}")
        host, port = site(normal_host(parts.hostname or "")), parts.port
        path = urlsplit(canonical(f"http://{authority}/{path}")).path
    except ValueError as error:
        raise BadPlace(f"{text!r} names no host ({error}): write it as 'example.org'") from None
    if "." not in host and ":" not in host and host != "localhost":
        raise BadPlace(f"{text!r} is a whole top-level domain: name a host, as 'example.org'")
    return Place(host, port, path if slash and path != "/" else None)
