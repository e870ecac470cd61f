"""Addresses: which of them name the same page, what host a request goes to, what a link on a page means.

Pure. `BadUrl` (a ValueError with a message of one line) is the only error.
"""

from worker.urls.canonical import canonical, canonical_or_none, key_of
from worker.urls.countries import country_of
from worker.urls.hosts import BadUrl, normal_host
from worker.urls.link_header import HeaderLink, header_links
from worker.urls.links import host_key, host_key_or_none, host_of, is_http, join, without_user, without_www

__all__ = [
    "BadUrl",
    "HeaderLink",
    "canonical",
    "canonical_or_none",
    "country_of",
    "header_links",
    "host_key",
    "host_key_or_none",
    "host_of",
    "is_http",
    "join",
    "key_of",
    "normal_host",
    "without_user",
    "without_www",
]
