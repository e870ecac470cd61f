"""The cookies of one request: kept over its redirects, then forgotten.

Some sites set a cookie and redirect to the same address until they get it back. A cookie is sent only to the
host that set it, whatever its Domain says, and by the rules of RFC 6265 for path, expiry and Secure. Its
value is sent back as it came, which `http.cookies` does not promise.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from multidict import CIMultiDictProxy
from yarl import URL

from worker.fetch.headers import http_date

MOST_COOKIES = 50
COOKIE_CHARACTERS = 4096
"""Cookies of a request, and characters of one: what browsers keep of a host at least (RFC 6265, 6.1)."""
HEADER_CHARACTERS = 8 * 1024
"""Characters of the header that is sent back: most servers refuse more, with all headers together."""
_PAIR = re.compile(r"([^=\x00-\x1f\x7f]+)=([^\x00-\x1f\x7f]*)")
"""Name and value without control characters, which could end the header (RFC 6265, 4.1.1)."""


@dataclass(frozen=True, slots=True)
class _Cookie:
    host: str
    name: str
    path: str
    value: str
    secure: bool

    def is_for(self, url: URL) -> bool:
        """Whether it is sent to `url` (RFC 6265, 5.1.4 and 5.4)."""
        if self.host != _host(url) or (self.secure and url.scheme != "https"):
            return False
        return url.raw_path == self.path or url.raw_path.startswith(self.path.rstrip("/") + "/")


class ChainCookies:
    """The cookies that the hosts of one chain of redirects have set."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}
        self._left = MOST_COOKIES

    def take(self, headers: CIMultiDictProxy[str], url: URL) -> None:
        """Keep the cookies that the answer from `url` sets, within the limits."""
        for line in headers.getall("Set-Cookie", ()):
            if self._left <= 0:
                return
            if len(line) <= COOKIE_CHARACTERS:
                self._left -= 1
                self._take(line, url)

    def header(self, url: URL, *, beside: str = "") -> str:
        """Return the Cookie header for `url`, '' for none; `beside` are the operator's cookies, which win."""
        if not self._cookies:
            return beside
        named = {pair.strip().partition("=")[0] for pair in beside.split(";")}
        found = [beside] if beside else []
        length = len(beside)
        for cookie in self._cookies.values():
            pair = f"{cookie.name}={cookie.value}"
            if cookie.name not in named and cookie.is_for(url) and length + len(pair) < HEADER_CHARACTERS:
                found.append(pair)
                length += len(pair) + 2
        return "; ".join(found)

    def _take(self, line: str, url: URL) -> None:
        """Set, replace or delete one cookie (RFC 6265, 5.2 and 5.3)."""
        said, _, rest = line.partition(";")
        pair = _PAIR.fullmatch(said)
        if pair is None or not (name := pair[1].strip()):
            return
        attributes = {}
        for part in rest.split(";"):
            key, _, value = part.partition("=")
            attributes[key.strip().lower()] = value.strip()
        domain = attributes.get("domain", "").lstrip(".").lower()
        if domain and not f".{url.raw_host}".endswith(f".{domain}"):
            return
        path = attributes.get("path", "")
        path = path if path.startswith("/") else url.raw_path.rpartition("/")[0] or "/"
        cookie = _Cookie(_host(url), name, path, pair[2].strip(), "secure" in attributes)
        key_of = (cookie.host, name, path)
        self._cookies.pop(key_of, None)
        if not _is_expired(attributes):
            self._cookies[key_of] = cookie


def _is_expired(attributes: dict[str, str]) -> bool:
    """Whether the cookie is deleted. A later expiry does not matter: no request takes so long."""
    if age := attributes.get("max-age"):
        return age.startswith("-") or not age.strip("0")
    until = http_date(attributes.get("expires", ""))
    return until is not None and until <= datetime.now(UTC)


def _host(url: URL) -> str:
    """Return the host with a port that is not that of its scheme: http and https share their cookies."""
    return f"{url.raw_host}:{'' if url.is_default_port() else url.port}"
