"""What the operator has set for single hosts: found by the address of each request, also of a redirect's.

A section is for a host and all hosts below it, on any port and for http and https; it may be narrowed to one
port, one scheme, or the host alone. The one that says most counts, and it alone: a longer name before a
shorter, a port before none, a scheme before none. Since each request looks its own host up, nothing set for
one host ever goes to another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from yarl import URL

from worker.urls import BadUrl, normal_host


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """The settings of one section; what is None is as everywhere.

    `proxy` is its address, without a login; that is a header, for the proxy alone (`proxy_login`).
    `secrets` are headers (login, cookies, values from the environment) that are sent over https only, and
    over http where the section is for http by name (`plain`).
    """

    delay_seconds: float | None = None
    full_text: bool = True
    robots: bool = True
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str | None = None
    proxy_login: Mapping[str, str] = field(default_factory=dict, repr=False)
    subdomains: bool = True
    plain: bool = False

    def headers_to(self, url: URL) -> dict[str, str]:
        """The request headers for `url`, an address that this section is for."""
        own = dict(self.headers)
        if self.user_agent:
            own["User-Agent"] = self.user_agent
        return {**own, **self.secrets} if url.scheme == "https" or self.plain else own


@dataclass(frozen=True, slots=True)
class HostScope:
    """Whom a section is for; None: any."""

    host: str
    port: int | None = None
    scheme: str | None = None


DEFAULT = HostSettings()
EVERYWHERE = HostScope("*")


@dataclass(frozen=True, slots=True)
class HostBook:
    """All sections."""

    sections: Mapping[HostScope, HostSettings] = field(default_factory=dict)

    def of(self, url: str | URL) -> HostSettings:
        """What is set for the host of `url`; the defaults where nothing is."""
        if not self.sections:
            return DEFAULT
        address = url if isinstance(url, URL) else URL(url, encoded=True)
        for place, is_below in _places(address.raw_host or "", address.port, address.scheme):
            found = self.sections.get(place)
            if found is not None and (found.subdomains or not is_below):
                return found
        return self.sections.get(EVERYWHERE, DEFAULT)


NOTHING_SET = HostBook()


@lru_cache(maxsize=4096)
def _places(host: str, port: int | None, scheme: str) -> tuple[tuple[HostScope, bool], ...]:
    """The places that hold an address, the one that says most first; and whether it is below the host."""
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
