"""Where a redirect leads, and whether it is followed: decided without asking anyone."""

import re
from dataclasses import dataclass, field

from yarl import URL

from worker.fetch.errors import refused
from worker.fetch.reply import Failure
from worker.outcome import Reason

FOLLOWED = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})
# RFC 3986, 2: what may stand in a URL as it is.
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*")
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


def request_url(text: str) -> URL:
    """The URL, or reference, that `text` means; ValueError where it means none.

    A legal one stays as it is (a signed query must not be requoted), save for blanks around it; in another
    the host is put into ASCII and the rest percent-encoded. A byte that was not UTF-8 (aiohttp hands it on
    as a lone surrogate) is encoded as the byte it was.
    """
    text = text.strip()
    if _LEGAL.fullmatch(text):
        return _checked(URL(text, encoded=True))
    return _checked(URL(_STRAY_BYTE.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)))


@dataclass(slots=True)
class Hops:
    """The way from the URL asked for to the one that answers, at most `most` redirects long."""

    url: URL
    most: int
    moved_permanently_to: str | None = None
    _only_permanent: bool = True
    _seen: set[URL] = field(default_factory=set)

    def follow(self, status: int, location: str | None) -> URL | Failure:
        """The next URL, which is then `url`; or why the redirect is not followed."""
        self._seen.add(self.url)
        target = self._target(location)
        if isinstance(target, Failure):
            return target
        if target in self._seen:
            return refused(Reason.TOO_MANY_REDIRECTS, f"in a circle to {target}", url=str(self.url))
        if len(self._seen) > self.most:
            return refused(Reason.TOO_MANY_REDIRECTS, f"more than {self.most}", url=str(self.url))
        self._only_permanent = self._only_permanent and status in _PERMANENT
        if self._only_permanent:
            self.moved_permanently_to = str(target)
        self.url = target
        return target

    def _target(self, location: str | None) -> URL | Failure:
        if not location or not location.strip():
            return refused(Reason.HTTP_UNEXPECTED, "a redirect to nowhere", url=str(self.url))
        try:
            # A user in the Location is the publisher's slip or an attack on the next host; it is not sent.
            target = self.url.join(request_url(location)).with_fragment(None)
            return target.with_user(None) if target.absolute else target
        except ValueError as error:
            return refused(Reason.BAD_URL, f"a redirect to {location[:200]!r}: {error}", url=str(self.url))


def without_secrets(headers: dict[str, str], before: URL, after: URL) -> dict[str, str]:
    """The request headers for the next hop: what tells who we are goes to the same origin only."""
    if before.origin() == after.origin():
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _SECRETS}


def _checked(url: URL) -> URL:
    # yarl splits the authority of an encoded URL only when it is needed: a wrong port raises here, not later.
    _ = url.explicit_port
    host = url.raw_host
    return url.with_host(host.lower()) if host and host != host.lower() else url
