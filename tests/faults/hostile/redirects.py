"""Redirects to where no request may go, and ones without an end."""

from tests.faults.hostile.case import QUICK, Case, Peer, Talk, answering, redirecting
from tests.faults.hostile.documents import rss
from worker.outcome import Reason


def _feed(name: str, does: str, talk: Talk, reason: Reason, says: str = "", seconds: float = QUICK) -> Case:
    return Case(
        name=f"redirect-{name}",
        part="feed",
        does=does,
        talk=talk,
        outcome="failed",
        reason=reason,
        says=says,
        seconds=seconds,
    )


def _to(name: str, to: str, reason: Reason, does: str = "", status: str = "302 Found") -> Case:
    return _feed(name, does or f"redirects to `{to}`", redirecting(to, status), reason)


async def dripping(peer: Peer) -> None:
    """A redirect whose body never ends, to a feed."""
    if peer.target == "/there":
        return await peer.answer(rss(peer.home))
    await peer.send(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
    await peer.for_ever(b"x", every=0.05)


async def moved_inside(peer: Peer) -> None:
    await peer.answer(status="301 Moved", Location="http://192.168.0.1/feed")


CASES = (
    _to("loop", "{target}", Reason.TOO_MANY_REDIRECTS, "redirects to itself"),
    _to("chain", "{home}{target}x", Reason.TOO_MANY_REDIRECTS, "redirects on and on"),
    _to("loopback", "http://127.1.1.1/", Reason.FORBIDDEN_ADDRESS),
    _to("private", "http://10.0.0.1/", Reason.FORBIDDEN_ADDRESS),
    _to("metadata", "http://169.254.169.254/latest/meta-data/", Reason.FORBIDDEN_ADDRESS),
    _to("metadata-6", "http://[fd00:ec2::254]/", Reason.FORBIDDEN_ADDRESS),
    _to("decimal", "http://2852039166/", Reason.FORBIDDEN_ADDRESS),
    _to("hexadecimal", "http://0xA9FEA9FE/", Reason.FORBIDDEN_ADDRESS),
    _to("octal", "http://0251.0376.0251.0376/", Reason.BAD_URL),
    _to("short", "http://10.1/", Reason.FORBIDDEN_ADDRESS),
    _to("fullwidth", "http://１０.０.０.１/", Reason.FORBIDDEN_ADDRESS),
    _to("circled", "http://①⓪.⓪.⓪.①/", Reason.FORBIDDEN_ADDRESS),
    _to("mapped", "http://[::ffff:10.0.0.1]/", Reason.FORBIDDEN_ADDRESS),
    _to("nat64", "http://[64:ff9b::a00:1]/", Reason.FORBIDDEN_ADDRESS),
    _to("nat64-local", "http://[64:ff9b:1::a00:1]/", Reason.FORBIDDEN_ADDRESS),
    _to("6to4", "http://[2002:a00:1::1]/", Reason.FORBIDDEN_ADDRESS),
    _to("teredo", "http://[2001:0:5ef5:79fd::1]/", Reason.FORBIDDEN_ADDRESS),
    _to("zone", "http://[fe80::1%25eth0]/", Reason.FORBIDDEN_ADDRESS),
    _to("multicast", "http://224.0.0.1/", Reason.FORBIDDEN_ADDRESS),
    _to("carrier", "http://100.64.0.1/", Reason.FORBIDDEN_ADDRESS),
    _to("bench", "http://198.18.0.1/", Reason.FORBIDDEN_ADDRESS),
    _to("permanent", "http://192.168.0.1/feed", Reason.FORBIDDEN_ADDRESS, status="301 Moved"),
    _to("user", "http://example.org@10.0.0.1/", Reason.FORBIDDEN_ADDRESS),
    _to("backslash", "http://10.0.0.1\\@example.org/", Reason.BAD_URL),
    _to("file", "file:///etc/passwd", Reason.FORBIDDEN_SCHEME),
    _to("script", "javascript:alert(1)", Reason.FORBIDDEN_SCHEME),
    _to("data", "data:text/xml,<rss/>", Reason.FORBIDDEN_SCHEME),
    _to("gopher", "gopher://127.0.0.1:70/", Reason.FORBIDDEN_SCHEME),
    _to("mail", "http://127.0.0.1:25/", Reason.FORBIDDEN_PORT),
    _to("redis", "http://8.8.8.8:6379/", Reason.FORBIDDEN_PORT),
    _to("nowhere", " ", Reason.HTTP_UNEXPECTED, "redirects without saying where to"),
    _to("broken", "http://[::1", Reason.BAD_URL),
    _to(
        "split",
        "http://127.1.1.1/\tb\x0b/",
        Reason.FORBIDDEN_ADDRESS,
        "redirects to an address with control characters",
    ),
    _to(
        "long",
        "http://" + "a" * 20_000 + ".example/",
        Reason.BAD_URL,
        "redirects to a name of 20,000 characters",
    ),
    Case(
        name="redirect-slow",
        part="feed",
        does="redirects, with a body that never ends",
        talk=dripping,
        outcome="new",
    ),
    _feed(
        "many-choices",
        "answers 300 with a private address",
        answering(b"", "300 Multiple Choices", Location="http://10.0.0.1/"),
        Reason.HTTP_UNEXPECTED,
    ),
)
