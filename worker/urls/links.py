"""Resolve links on a page, and find the host to which a request goes."""

import re
from urllib.parse import urljoin, urlsplit

from worker.urls.canonical import canonical, scheme_and_rest
from worker.urls.hosts import BadUrl

_WWW = re.compile(r"^www\d?\.(?=[^.]+\.)")
_ORIGIN = r"https?://(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,63}"
_QUERY = r"(?:\?[\w.~%!$&'()*+,=:@/?-]+)?"
_PLAIN = re.compile(rf"{_ORIGIN}(?:/[\w.~%!$&'()*+,=:@/-]*{_QUERY})?", re.ASCII)
"""A complete address that needs no repair, as nearly all do not; this match is thirty times as fast."""
_PLAIN_PATH = re.compile(rf"(?:/[\w~%!$&'()*+,=:@-][\w.~%!$&'()*+,=:@-]*)+/?{_QUERY}", re.ASCII)
"""A path from the root without empty and dot segments: it can be appended to the origin unchanged."""
_PLAIN_BASE = re.compile(rf"({_ORIGIN})(?=[/?#]|$)", re.ASCII)
_LONGEST_PLAIN = 1000
"""Characters up to which the fast match is tried: longer links are rare and may be attacks. A guess."""
_USER = re.compile(r"^(\s*(?:feed:)?(?:[a-z]+:)?[/\\]{2,})[^/\\?#]*@", re.IGNORECASE)
_BLANK_OR_BREAK = re.compile(r"[\t\r\n]|( )")
"""Browsers remove line breaks inside of links and encode blanks."""


def is_http(url: str) -> bool:
    """Whether `url` is an absolute http or https address with a valid host."""
    try:
        return bool(canonical(url))
    except BadUrl:
        return False


def join(base: str, link: str) -> str | None:
    """Return the absolute http(s) address of `link` on the page `base`; None if it is blank or not http(s).

    The spelling stays the publisher's, since it will be fetched, except that blanks are encoded and a leading
    `feed:` is removed.
    """
    if len(link) <= _LONGEST_PLAIN:
        if _PLAIN.fullmatch(link):
            return link
        if _PLAIN_PATH.fullmatch(link) and (origin := _PLAIN_BASE.match(base)):
            return origin[1] + link
    if not link.strip():
        return None
    try:
        absolute = urljoin(base, _BLANK_OR_BREAK.sub(_escaped, link.strip()))
        scheme, rest = scheme_and_rest(absolute)
    except ValueError:
        return None
    address = f"{scheme}://{rest}"
    return address if is_http(address) else None


def host_key(url: str) -> str:
    """Return `scheme://host:port`, in lower case and always with the port: the key of a Host.

    Raises `BadUrl` unless `url` is an http(s) address.
    """
    parts = urlsplit(canonical(url))
    port = parts.port if parts.port is not None else {"http": 80, "https": 443}[parts.scheme]
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def host_key_or_none(url: str) -> str | None:
    """Return the host key of `url`; None unless it is an http(s) address."""
    try:
        return host_key(url)
    except BadUrl:
        return None


def without_user(url: str) -> str:
    """Remove a user and a password from `url`, which otherwise keeps its spelling."""
    return _USER.sub(r"\1", url, count=1)


def host_of(url: str) -> str:
    """Return the host to which a request for `url` goes, as `normal_host` spells it: IPv6 without brackets.

    Raises `BadUrl` unless `url` is an http(s) address that all parsers read alike.
    """
    return urlsplit(canonical(url)).hostname or ""


def without_www(host: str) -> str:
    """Return a host in lower case without `www.` or `www2.`: by this name a publisher is known."""
    return _WWW.sub("", host.lower().rstrip("."))


def _escaped(match: re.Match[str]) -> str:
    return "%20" if match[1] else ""
