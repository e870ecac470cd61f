"""The limits of one request."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

ANYWHERE = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
"""All networks, public and private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """What a request may cost at most; times in seconds, sizes in bytes.

    `connect` covers DNS, TCP and TLS; `read` is the longest silence; `total` covers all hops of a request.
    `body` limits the size sent and the size after decompression; `ratio` is the factor by which a body of
    more than 1 MiB may grow. `networks` may be connected to although they are not public. `ports` are the
    allowed ports of public addresses, or None to allow all; ports of other protocols are always refused.
    Addresses in `networks` may be used at any port: the operator who allowed them knows what is there.
    """

    connect: float = 10.0
    read: float = 15.0
    total: float = 30.0
    body: int = 10 * 1024 * 1024
    ratio: int = 200
    redirects: int = 5
    header_line: int = 32 * 1024
    headers: int = 128
    keep_alive: float = 60.0
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: frozenset[int] | None = None
