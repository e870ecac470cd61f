"""A link's text as the URL that is asked for: the publisher's own spelling wherever that is a legal one."""

import re

from yarl import URL

# RFC 3986, 2: what may stand in a URL as it is.
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*")
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


def as_spelled(text: str) -> URL:
    """The URL, or reference, that `text` means; ValueError where it means none.

    A legal one stays as it is (a signed query must not be requoted), save for blanks around it; in another
    the host is put into ASCII and the rest percent-encoded. A byte that was not UTF-8 (aiohttp hands it on
    as a lone surrogate) is encoded as the byte it was.
    """
    text = text.strip()
    if _LEGAL.fullmatch(text):
        return _checked(URL(text, encoded=True))
    return _checked(URL(_STRAY_BYTE.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)))


def _checked(url: URL) -> URL:
    # yarl splits the authority of an encoded URL only when it is needed: a wrong port raises here, not later.
    _ = url.explicit_port
    host = url.raw_host
    return url.with_host(host.lower()) if host and host != host.lower() else url
