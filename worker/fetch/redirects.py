"""The URL that is requested for a link or a redirect, and whether a redirect is followed."""

import re
from dataclasses import dataclass, field

from yarl import URL

from worker.fetch.cookies import ChainCookies
from worker.fetch.errors import refused
from worker.fetch.reply import Failure
from worker.outcome import Reason

# RFC 9110, 15.4.
FOLLOWED = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})
# RFC 3986, 2: the characters of a URL that need no encoding.
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*")
AT_ONCE_SECONDS = 1.0
"""A Refresh header within this time is followed as a redirect: no reader is so quick."""
# https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-refresh-header
_REFRESH = re.compile(r"\s*(\d{1,9}(?:\.\d{0,9})?)\s*[;,]\s*url\s*=([^\r\n]*)", re.IGNORECASE)
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


def request_url(text: str) -> URL:
    """Parse a URL or reference as it will be requested. Raises ValueError for invalid text.

    A legal URL keeps its spelling (requoting would break signed queries) except for surrounding blanks.
    Otherwise the host becomes ASCII and the rest is percent-encoded. A byte that is not UTF-8, which aiohttp
    passes on as a lone surrogate, is encoded as that byte.
    """
    text = text.strip()
    if _LEGAL.fullmatch(text):
        return _checked(URL(text, encoded=True))
    return _checked(URL(_STRAY_BYTE.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)))


@dataclass(slots=True)
class Hops:
    """The chain of redirects from the requested URL to the answering one, at most `most` long."""

    url: URL
    most: int
    moved_permanently_to: str | None = None
    _only_permanent: bool = True
    cookies: ChainCookies = field(default_factory=ChainCookies)
    _seen: set[tuple[URL, str]] = field(default_factory=set)

    def follow(self, status: int, location: str | None, *, cookies: str = "") -> URL | Failure:
        """Return the next URL, which becomes `url`, or why the redirect is not followed.

        `cookies` are those that were sent to `url`. The same address with other cookies is not a circle.
        """
        self._seen.add((self.url, cookies))
        target = self._target(location)
        if isinstance(target, Failure):
            return target
        if (target, self.cookies.header(target)) in self._seen:
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
            return refused(Reason.HTTP_UNEXPECTED, "a redirect without a Location", url=str(self.url))
        try:
            # A login in the Location is a mistake, or an attack on the next host; it is not sent.
            target = self.url.join(request_url(location)).with_fragment(None)
            return target.with_user(None) if target.absolute else target
        except ValueError as error:
            return refused(Reason.BAD_URL, f"a redirect to {location[:200]!r}: {error}", url=str(self.url))


def refreshed(header: str | None, url: URL) -> str | None:
    """Return where a Refresh header leads at once, None if nowhere else than to `url`.

    A later one is for readers, who have seen the page by then: news pages reload themselves with it.
    """
    found = _REFRESH.fullmatch(header or "")
    if found is None or float(found[1]) > AT_ONCE_SECONDS:
        return None
    target = found[2].strip().strip("'\"")
    try:
        return target if target and url.join(request_url(target)).with_fragment(None) != url else None
    except ValueError:
        return None


def without_secrets(headers: dict[str, str], before: URL, after: URL) -> dict[str, str]:
    """Return the request headers for the next hop; logins and cookies go only to the same origin."""
    if before.origin() == after.origin():
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _SECRETS}


def _checked(url: URL) -> URL:
    # yarl parses the authority of an encoded URL lazily: make an invalid port raise here, not later.
    _ = url.explicit_port
    host = url.raw_host
    return url.with_host(host.lower()) if host and host != host.lower() else url
