"""Links of entries that lead where no request may go; the feed that lists them is a good one."""

from typing import Any

from tests.faults.hostile.case import Case
from tests.faults.hostile.connections import PATIENCE
from worker.outcome import Reason

NAMES = {
    "inside.example": ["10.0.0.1"],
    "metadata.example": ["169.254.169.254 fd00:ec2::254"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "printer.local": ["192.168.1.5"],
    "slow.example": ["6s"],
    "nowhere.example": ["-"],
}
"""What the names in links resolve to, as `tests.names` has it."""


def _link(name: str, link: str, reason: Reason, does: str = "", **more: Any) -> Case:
    ended = {"outcome": "refused", "reason": reason} | more
    return Case(name=f"link-{name}", part="link", does=does or f"links to `{link}`", link=link, **ended)


CASES = (
    _link("loopback", "http://127.1.1.1/admin", Reason.FORBIDDEN_ADDRESS),
    _link("private", "http://192.168.1.1/", Reason.FORBIDDEN_ADDRESS),
    _link("metadata", "http://169.254.169.254/latest/", Reason.FORBIDDEN_ADDRESS),
    _link("decimal", "http://167772161/", Reason.FORBIDDEN_ADDRESS),
    _link("hexadecimal", "http://0x0a.2/", Reason.FORBIDDEN_ADDRESS),
    _link("mapped", "http://[::ffff:a00:1]/", Reason.FORBIDDEN_ADDRESS),
    _link("compatible", "http://[::10.0.0.1]/", Reason.FORBIDDEN_ADDRESS),
    _link("unspecified", "http://0/", Reason.FORBIDDEN_ADDRESS),
    _link("user", "http://example.org@10.0.0.3/", Reason.FORBIDDEN_ADDRESS),
    _link("port", "http://8.8.8.8:11211/", Reason.FORBIDDEN_PORT),
    _link("mail", "http://127.0.0.1:25/", Reason.FORBIDDEN_PORT),
    _link("octal", "http://0177.0.0.1/", Reason.NO_LINK),
    _link("file", "file:///etc/passwd", Reason.NO_LINK),
    _link("script", "javascript:alert(1)", Reason.NO_LINK),
    _link("two-hosts", "http://a.example@b.example@10.0.0.1/", Reason.NO_LINK),
    _link(
        "long",
        "http://a.example/" + "x" * 9000,
        Reason.NO_LINK,
        does="links to an address of 9,000 characters",
    ),
    _link(
        "name",
        "http://inside.example/",
        Reason.FORBIDDEN_ADDRESS,
        "links to a name that resolves to 10.0.0.1",
        says="resolves",
    ),
    _link(
        "metadata-name",
        "http://metadata.example/",
        Reason.FORBIDDEN_ADDRESS,
        "links to a name that resolves to addresses of metadata",
    ),
    _link(
        "nat64-name",
        "http://nat64.example/",
        Reason.FORBIDDEN_ADDRESS,
        "links to a name that resolves to 127.0.0.1 behind NAT64",
    ),
    _link(
        "slow-name",
        "http://slow.example/",
        Reason.ROBOTS_UNREACHABLE,
        "links to a name whose name server does not answer",
        outcome="postponed",
        says="connect-failed",
        seconds=PATIENCE,
    ),
    _link(
        "no-name",
        "http://nowhere.example/",
        Reason.ROBOTS_UNREACHABLE,
        "links to a name that does not resolve",
        outcome="postponed",
        says="dns-failed",
    ),
    _link(
        "local-name",
        "http://printer.local/",
        Reason.FORBIDDEN_ADDRESS,
        "links to a name of a private network",
    ),
)
