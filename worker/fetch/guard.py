"""Whom a request may go to: only hosts of the public internet, and those the operator allows.

Asked twice: for the host as a link spells it (`refusal`), and for each address its name resolves to, when
the connection is made (`address_refusal`); a name that resolves to a private address is caught there.
"""

import unicodedata
from collections.abc import Sequence

from worker.fetch.addresses import Network, address_refusal, is_allowed
from worker.urls import BadUrl, normal_host

__all__ = ["Network", "address_refusal", "is_address", "is_allowed", "refusal"]

_PRIVATE_SUFFIXES = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")
"""Never in the public DNS: RFC 6761, 6762, 8375; .internal by ICANN's word of 2024; the rest by habit."""


def refusal(host: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why no connection may be made to `host`, in one line; None where one may.

    `host` is any spelling a link can have, IPv6 with or without brackets, without the port. None for a
    public or `allowed` address, and for an ordinary name, whose addresses are judged once it is resolved.
    Names that only a private network knows are refused as long as no network is allowed.
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
    """Whether a `normal_host` is an address, not a name."""
    return ":" in name or name.rpartition(".")[2].isdigit()


def _is_disguised_address(name: str) -> bool:
    """Whether some resolver may take a name of non-ASCII digits for an address (Thai, Arabic, …)."""
    labels = [_digits(_readable(label)) for label in name.split(".")]
    return "xn--" in name and all(label.isascii() and label.isdigit() for label in labels)


def _readable(label: str) -> str:
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _digits(label: str) -> str:
    return "".join(str(unicodedata.digit(character, character)) for character in label)
