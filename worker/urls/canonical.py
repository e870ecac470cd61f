"""The canonical address of a page, by which links to the same page are equal.

Follows RFC 3986, section 6, and the habits of publishers: tracking parameters and positions in a page do not
change it, and the order of parameters seldom does. What may change it stays: scheme, `www.`, trailing
slashes, doubled slashes, the case of the path, and the fragments that applications read as addresses.
"""

import re
from hashlib import blake2b
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from worker.urls.encoding import encode
from worker.urls.hosts import BadUrl, normal_host
from worker.urls.query import clean_query

_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"(?:feed:(?://)?)?(https?):[/\\]*|feed://", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"[\t\r\n]")
_MARKUP = re.compile(r"[<>]")
_LONGEST = 8000
"""Characters: what RFC 9110, 4.1 asks every server to take at least. Longer links are mistakes or attacks."""
# What surrounds links in feeds and running text: CDATA, brackets, quotes, invisible characters.
_WRAPPED = re.compile(r"^(?:<!\[CDATA\[|[<\"])+|\]\]>$")
_INVISIBLE = "".join(map(chr, range(33))) + "\x7f\xa0\u200b\u200c\u200d\u2060\ufeff"

_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
"""Session ids in the path, as old Java and PHP programs put them."""
# Delimiters that mean the same escaped and raw (RFC 3986, 3.3 and 3.5).
_FREE_IN_PATH = frozenset("!'()*,:@")
_FREE_IN_FRAGMENT = _FREE_IN_PATH | {"/", "?"}
_ROUTE = re.compile(r"!|/.")
"""The beginning of a fragment that leads to another page of an application; `#/` alone is its first page."""
_AMBIGUOUS = re.compile(r"[\s@\[\]]")
"""In a user name: parsers disagree on where the host begins."""


def canonical(url: str, *, by_value: bool = True) -> str:
    """Return the spelling of `url` that all links to the same page share.

    Idempotent, ASCII only, always with a path; the query is sorted by name. Fragments are dropped except
    `#!…` and `#/…`, the marks of an application's pages; so are a user and a password, with which a
    stranger's link would log us in somewhere. Raises `BadUrl` (a ValueError) unless it is an http(s) address.

    Without `by_value` tracking parameters are recognised by name only, as in the keys of older entries.
    """
    scheme, rest = scheme_and_rest(url)
    parts = _split(f"{scheme}://{rest}")
    path = _path(parts.path)
    query = clean_query(parts.query, by_value=by_value)
    fragment = encode(parts.fragment, _FREE_IN_FRAGMENT) if _ROUTE.match(parts.fragment) else ""
    return (
        f"{scheme}://{_authority(parts)}{path}"
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )


def canonical_or_none(url: str) -> str | None:
    """Return the canonical address of `url`; None unless it is an http(s) address."""
    try:
        return canonical(url)
    except BadUrl:
        return None


def scheme_and_rest(url: str) -> tuple[str, str]:
    """Split `url` into its scheme, in lower case, and the rest, without what surrounds links in running text.

    As browsers do: line breaks within vanish, any number of slashes may follow the scheme. `feed:` before an
    address is the old way to say "subscribe". Raises `BadUrl` for any scheme but http and https.
    """
    if len(url) > _LONGEST:
        raise BadUrl(f"{url[:200]!r}… is {len(url)} characters long")
    trimmed = _WRAPPED.sub("", _LINE_BREAKS.sub("", url.strip().strip(_INVISIBLE)))
    found = _SCHEME.match(trimmed)
    if not found:
        raise BadUrl(f"{url[:200]!r} is not an http or https address")
    # Angle brackets and quotes delimit addresses and are never part of them (RFC 3986, appendix C).
    return (found[1] or "http").lower(), _MARKUP.split(trimmed[found.end() :])[0].rstrip(_INVISIBLE + '"')


def key_of(*parts: str | int) -> UUID:
    """Return the 128-bit key under which the store knows a canonical URL, or a feed and a guid."""
    digest = blake2b("\x00".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=16)
    return UUID(bytes=digest.digest())


def _split(url: str) -> SplitResult:
    # A backslash is a slash to a browser: read otherwise, http://a\@b would be another host than it visits.
    before, mark, query = url.partition("?")
    try:
        return urlsplit(before.replace("\\", "/") + mark + query)
    except ValueError as error:
        raise BadUrl(f"{url[:200]!r} cannot be taken apart: {error}") from error


def _authority(parts: SplitResult) -> str:
    user = parts.netloc.rpartition("@")[0]
    if _AMBIGUOUS.search(user):
        # Parsers differ on where the host begins; none may be led to another host than the one we checked.
        raise BadUrl(f"{parts.netloc[:200]!r} can be read as more than one host")
    host = normal_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError as error:
        raise BadUrl(f"{parts.netloc[:200]!r} has no valid port") from error
    return (f"[{host}]" if ":" in host else host) + (
        f":{port}" if port is not None and port != _PORTS[parts.scheme] else ""
    )


def _path(path: str) -> str:
    """Encode a path, and remove session ids, `.` and `..` (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = _SESSION.sub("", encode(path, _FREE_IN_PATH)).split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
