"""Links of entries that lead where no request may go; the feed that lists them is a good one."""

from tests.faults.hostile.case import Case
from worker.outcome import Reason


def _link(name: str, link: str, reason: Reason, outcome: str = "refused", does: str = "") -> Case:
    return Case(
        name=f"link-{name}",
        part="link",
        does=does or f"links to `{link}`",
        link=link,
        outcome=outcome,
        reason=reason,
    )


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
)
