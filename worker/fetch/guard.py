"""Decide which hosts and ports a request may go to: the public internet, and what the operator allows.

A host is judged twice: as a link spells it (`refusal`), and by each address that its name resolves to when
the connection is made (`address_refusal`), so a name that resolves to a private address is caught there.

The networks are those of the IANA registries of special-purpose addresses (RFC 6890 and its updates) and of
RFC 4291, kept as a table: `ipaddress.is_global` lets multicast, NAT64, 6to4, IPv4-compatible and site-local
addresses through, and its answers change with the Python version.
"""

import unicodedata
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from worker.urls import BadUrl, normal_host

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
"""Every special-purpose network of the registries, with its purpose for the message."""
_NETWORKS = tuple((ip_network(network), words) for network, words in _SPECIAL)
_GLOBAL_UNICAST = IPv6Network("2000::/3")

_PRIVATE_SUFFIXES = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")
"""Never in the public DNS: RFC 6761, 6762, 8375; .internal by ICANN in 2024; the rest by custom."""

# fmt: off
_BAD_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on
"""The "bad ports" of browsers, where a GET could reach a server of another protocol:
https://fetch.spec.whatwg.org/#port-blocking"""


def refusal(host: str, allowed: Sequence[Network] = ()) -> str | None:
    """Return in one line why no connection may be made to `host`, None if one may.

    `host` is any spelling that a link can have, without the port; IPv6 with or without brackets. An ordinary
    name passes: its addresses are judged when it is resolved. Names that exist only in private networks are
    refused unless some network is allowed.
    """
    try:
        name = normal_host(host)
    except BadUrl as error:
        return str(error)
    if is_address(name):
        return address_refusal(name, allowed)
    if _is_disguised_address(name):
        return f"{name} spells an IP address in foreign digits"
    if not allowed and ("." not in name or name.endswith(_PRIVATE_SUFFIXES)):
        return f"{name} is a name of a private network or of this machine"
    return None


def is_address(name: str) -> bool:
    """Return whether a `normal_host` is an IP address rather than a name."""
    return ":" in name or name.rpartition(".")[2].isdigit()


def address_refusal(ip: str, allowed: Sequence[Network] = ()) -> str | None:
    """Return in one line why no connection may be made to the address `ip`; None if it is public or allowed.

    `ip` is what a resolver returns: dotted IPv4, or IPv6. An IPv4 address mapped into IPv6 is judged as the
    IPv4 address; one with a zone id is refused, since that names an interface of this machine.
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
    """Return whether the address `ip` lies in one of the `allowed` networks."""
    try:
        return _is_in(_unmapped(ip_address(ip)), allowed)
    except ValueError:
        return False


def port_refusal(port: int, ports: Collection[int] | None) -> str | None:
    """Return in one line why no request may go to `port`, None if one may.

    `ports` are the allowed ones; None allows all except those of other protocols, which are always refused.
    """
    if port in _BAD_PORTS:
        return f"port {port} belongs to another protocol than HTTP"
    if ports is not None and port not in ports:
        return f"port {port} is not among those allowed (fetch_allow_ports)"
    return None


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_disguised_address(name: str) -> bool:
    """Return whether a resolver could take a name of non-ASCII digits (Thai, Arabic, …) for an address."""
    labels = [_digits(_readable(label)) for label in name.split(".")]
    return "xn--" in name and all(label.isascii() and label.isdigit() for label in labels)


def _readable(label: str) -> str:
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _digits(label: str) -> str:
    return "".join(str(unicodedata.digit(character, character)) for character in label)
