"""Spell hosts in one way: the way in which browsers connect to them, however a link spells them.

Follows the host parser of the WHATWG URL standard: percent-decoding, UTS 46 (so fullwidth and circled
letters become plain ones), IPv4 in decimal, hexadecimal or short form, IPv6 compressed.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote

import idna

# The forbidden domain code points and the IPv4 numbers of the WHATWG URL standard.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^`{|}%\"]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


class BadUrl(ValueError):
    """A string that is not an address which can be fetched; the message says what is wrong with it."""


def normal_host(spelling: str) -> str:
    """Return a host as a lower-case ASCII name, a dotted IPv4 or a compressed IPv6 address without brackets.

    Idempotent. Raises `BadUrl` if it cannot be connected to: empty, forbidden characters, invalid numbers.
    """
    bare = spelling.removeprefix("[").removesuffix("]")
    if ":" in bare:
        return _ipv6(bare)
    name = _ascii(unquote(spelling)).strip(".")
    if not name or _FORBIDDEN.search(name) or ".." in name or len(name) > 253:
        raise BadUrl(f"{spelling[:200]!r} is not the name of a host")
    return _ipv4(name) if _ends_in_number(name) else name


def _ipv6(spelling: str) -> str:
    address, percent, zone = spelling.partition("%")
    try:
        return str(IPv6Address(address)) + percent + zone
    except AddressValueError as error:
        raise BadUrl(f"{spelling[:200]!r} is not an IPv6 address") from error


def _ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        mapped = idna.uts46_remap(name, std3_rules=False)
    except (idna.IDNAError, UnicodeError) as error:
        raise BadUrl(f"{name[:200]!r} is not an international domain name") from error
    # Not idna.encode: it refuses names that browsers and registries accept, such as emoji and underscores.
    return ".".join(part if part.isascii() else _punycode(part) for part in mapped.split(".")).lower()


def _punycode(label: str) -> str:
    return "xn--" + label.encode("punycode").decode("ascii")


def _ends_in_number(name: str) -> bool:
    return _NUMBER.fullmatch(name.rpartition(".")[2]) is not None


def _ipv4(name: str) -> str:
    parts = name.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise BadUrl(f"{name!r} looks like an IPv4 address but is not one")
    *leading, last = (_number(part) for part in parts)
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        raise BadUrl(f"{name!r} is not an IPv4 address: a number in it is too large")
    high = sum(number << (24 - 8 * place) for place, number in enumerate(leading))
    return str(IPv4Address(high + last))


def _number(part: str) -> int:
    """Read a decimal or, with 0x, hexadecimal number. Octal is refused: many parsers read it as decimal."""
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    if part.startswith("0") and int(part) > 7:
        raise BadUrl(f"{part!r} may be octal or decimal: parsers would read different IPv4 addresses")
    return int(part)
