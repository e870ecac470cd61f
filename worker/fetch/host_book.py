"""The operator's settings for single hosts, looked up by the URL of each request and redirect.

A section applies to a host and all its subdomains, on any port and for http and https; it may be narrowed to
one port, one scheme, or the host without subdomains. Only the most specific section counts: a longer name
before a shorter, then with a port, then with a scheme. Since each request looks up its own host, settings of
one host are never sent to another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from yarl import URL

from worker.fetch.tls import Trust
from worker.urls import BadUrl, normal_host


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """The settings of one section; None leaves the general setting in force.

    `proxy` is a URL without login; the login is a header only for the proxy (`proxy_login`). `secrets` are
    headers (login, cookies, values from the environment) that are sent over https only, and over http only
    if the section is explicitly for http (`plain`). `tls` is trusted instead of the system's authorities.
    """

    delay_seconds: float | None = None
    full_text: bool = True
    robots: bool = True
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str | None = None
    proxy_login: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: Trust | None = field(default=None, repr=False)
    subdomains: bool = True
    plain: bool = False

    def headers_to(self, url: URL) -> dict[str, str]:
        """Return the request headers for `url`, which this section applies to."""
        own = dict(self.headers)
        if self.user_agent:
            own["User-Agent"] = self.user_agent
        return {**own, **self.secrets} if url.scheme == "https" or self.plain else own


@dataclass(frozen=True, slots=True)
class HostScope:
    """The hosts that a section applies to; None means any port or scheme."""

    host: str
    port: int | None = None
    scheme: str | None = None


DEFAULT = HostSettings()
EVERYWHERE = HostScope("*")


@dataclass(frozen=True, slots=True)
class HostBook:
    """The settings of all hosts."""

    sections: Mapping[HostScope, HostSettings] = field(default_factory=dict)

    def of(self, url: str | URL) -> HostSettings:
        """Return the settings for the host of `url`."""
        if not self.sections:
            return DEFAULT
        address = url if isinstance(url, URL) else URL(url, encoded=True)
        for scope, is_below in _scopes(address.raw_host or "", address.port, address.scheme):
            found = self.sections.get(scope)
            if found is not None and (found.subdomains or not is_below):
                return found
        return self.sections.get(EVERYWHERE, DEFAULT)


NOTHING_SET = HostBook()


@lru_cache(maxsize=4096)
def _scopes(host: str, port: int | None, scheme: str) -> tuple[tuple[HostScope, bool], ...]:
    """Return the scopes that include a host, most specific first, each with whether as a subdomain."""
    try:
        name = normal_host(host)
    except BadUrl:
        return ()
    return tuple(
        (HostScope(suffix, *narrowed), suffix != name)
        for suffix in _suffixes(name)
        for narrowed in ((port, scheme), (port, None), (None, scheme), (None, None))
    )


def _suffixes(name: str) -> Iterator[str]:
    yield name
    if ":" in name or name.rpartition(".")[2].isdigit():
        return
    while "." in name:
        name = name.partition(".")[2]
        yield name
