"""The networks that no request may go to: all that is not the public internet.

From the IANA registries of special-purpose addresses (RFC 6890 and its updates) and RFC 4291, as a table
of our own: `ipaddress.is_global` lets multicast, NAT64, 6to4, IPv4-compatible and site-local addresses
through, and its answers change with the Python version.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_SPECIAL: Sequence[tuple[str, str]] = (
    ("0.0.0.0/8", "of this network only"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared behind a carrier's NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local, where clouds keep their metadata"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "assigned to protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a withdrawn 6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::/96", "IPv4-compatible, withdrawn"),
    ("::ffff:0:0:0/96", "an IPv4 address translated"),
    ("64:ff9b::/96", "an IPv4 address behind NAT64"),
    ("64:ff9b:1::/48", "an IPv4 address behind a local NAT64"),
    ("100::/64", "for discarding"),
    ("2001::/32", "a Teredo tunnel"),
    ("2001:2::/48", "for benchmarks"),
    ("2001::/23", "assigned to protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "a 6to4 tunnel"),
    ("3fff::/20", "for documentation"),
    ("fc00::/7", "unique local, that is private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local, withdrawn"),
    ("ff00::/8", "multicast"),
)
_NETWORKS = tuple((ip_network(network), words) for network, words in _SPECIAL)
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def address_refusal(ip: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why no connection may be made to the address `ip`, in one line; None for a public or allowed one.

    `ip` is as a resolver gives it: dotted IPv4 or IPv6. An IPv4 address mapped into IPv6 is judged as what
    it is; a zone id is refused, it names an interface of this machine.
    """
    if "%" in ip:
        return f"{ip} names a network interface of this machine"
    try:
        address = _unmapped(ip_address(ip))
    except ValueError:
        return f"{ip[:200]!r} is not an IP address"
    if _is_in(address, allowed):
        return None
    for network, words in _NETWORKS:
        if address in network:
            return f"{address} is not public: {words}"
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return f"{address} is not public: reserved"
    return None


def is_allowed(ip: str, allowed: Sequence[Network]) -> bool:
    """Whether the address `ip` lies in one of the `allowed` networks."""
    try:
        return _is_in(_unmapped(ip_address(ip)), allowed)
    except ValueError:
        return False


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return getattr(address, "ipv4_mapped", None) or address
