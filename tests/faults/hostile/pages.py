"""Pages, and the robots.txt before them."""

from tests.faults.hostile.case import QUICK, Case, Peer, Talk, answering, head, redirecting, saying
from tests.faults.hostile.connections import PATIENCE, endless, silence
from tests.faults.hostile.documents import WORDS, page
from worker.outcome import Reason

HTML = {"Content_Type": "text/html"}
PAGE = answering(page(), **HTML)


def _page(
    name: str,
    does: str,
    talk: Talk | bytes,
    outcome: str,
    reason: Reason | str = "",
    seconds: float = QUICK,
    says: str = "",
    **headers: str,
) -> Case:
    made = answering(talk, **(HTML | headers)) if isinstance(talk, bytes) else talk
    return Case(
        name=f"page-{name}",
        part="page",
        does=does,
        talk=made,
        outcome=outcome,
        reason=reason,
        seconds=seconds,
        says=says,
    )


def _robots(
    name: str,
    does: str,
    robots: Talk,
    outcome: str,
    reason: Reason | str = "",
    seconds: float = QUICK,
    says: str = "",
) -> Case:
    return Case(
        name=f"robots-{name}",
        part="page",
        does=does,
        talk=PAGE,
        robots=robots,
        outcome=outcome,
        reason=reason,
        seconds=seconds,
        says=says,
    )


async def huge(peer: Peer) -> None:
    await peer.send(head(**HTML), page()[:-20])
    await peer.for_ever(WORDS.encode() * 700)


def tdmrep(answer: Talk) -> Talk:
    """A good page, on a host that answers so for its tdmrep.json."""

    async def talk(peer: Peer) -> None:
        await (answer if peer.target.endswith("tdmrep.json") else PAGE)(peer)

    return talk


DEEP = page(before="<div>" * 100_000)
CASES = (
    _page("huge", "sends a page of 50 MB", huge, "refused", Reason.TOO_LARGE),
    _page(
        "slow",
        "sends a page byte by byte",
        endless(head(**HTML), b"x", every=0.05),
        "postponed",
        Reason.TIMEOUT,
        PATIENCE,
    ),
    _page("deep", "nests 100,000 elements around a page's text", DEEP, "refused", Reason.TOO_SHORT),
    _page(
        "deep-inline",
        "nests 100,000 elements within a page's text",
        page("<b>" * 100_000 + WORDS * 30),
        "refused",
        Reason.TOO_SHORT,
    ),
    _page(
        "tables",
        "nests 5,000 tables",
        page(before="<table><tr><td>" * 5_000),
        "refused",
        Reason.TOO_SHORT,
    ),
    _page(
        "attributes",
        "sends a page with an element of 20,000 attributes",
        page(before="<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">"),
        "refused",
        Reason.TOO_LARGE,
    ),
    _page("nuls", "puts NULs into its text", page("\0".join(WORDS * 30)), "created"),
    _page(
        "utf-7",
        "says UTF-7 and hides a script in it",
        page(WORDS * 30 + "+ADw-script+AD4-alert(1)"),
        "created",
        Content_Type="text/html; charset=utf-7",
    ),
    _page(
        "not-html",
        "sends a PDF",
        b"%PDF-1.7\n" + bytes(3000),
        "refused",
        Reason.NOT_HTML,
        Content_Type="application/pdf",
    ),
    _page(
        "zip-as-html",
        "sends a ZIP file as a page",
        b"PK\x03\x04" + bytes(range(256)) * 40,
        "refused",
        Reason.NOT_HTML,
    ),
    _page("empty", "sends nothing", b"", "refused", Reason.EMPTY_BODY),
    _page(
        "script",
        "sends a page of 1 MB of script and no text",
        page("", before="<script>" + "x();" * 250_000 + "</script>"),
        "refused",
        Reason.TOO_SHORT,
    ),
    _page(
        "304",
        "answers 304 to a request without conditions",
        saying(head("304 Not Modified")),
        "postponed",
        Reason.NOT_MODIFIED,
    ),
    _page(
        "inside",
        "redirects to a private address",
        redirecting("http://172.16.0.1/admin"),
        "refused",
        Reason.FORBIDDEN_ADDRESS,
    ),
    _page(
        "canonical",
        "claims to be at a private address",
        page(head='<link rel=canonical href="http://10.0.0.1/admin">'),
        "created",
    ),
    _page(
        "base",
        "has a base and pictures at private addresses",
        page(head="<base href=http://10.0.0.1/>", before="<img src=/i.png>"),
        "created",
    ),
    _robots("endless", "sends a robots.txt without end", endless(head(), b"Disallow: /x\n" * 300), "created"),
    _robots(
        "large",
        "sends a robots.txt of 10 MB",
        answering(b"#" * 79 + b"\n" + b"Disallow: /x\n" * 800_000),
        "created",
    ),
    _robots(
        "late",
        "forbids all beyond the first 500 KiB",
        answering((b"#" * 79 + b"\n") * 7000 + b"User-agent: *\nDisallow: /\n"),
        "created",
    ),
    _robots(
        "slow",
        "is silent about its robots.txt",
        silence,
        "postponed",
        Reason.ROBOTS_UNREACHABLE,
        PATIENCE,
        "timeout",
    ),
    _robots(
        "500",
        "answers 500 for robots.txt",
        answering(b"", "500 Oops"),
        "postponed",
        Reason.ROBOTS_UNREACHABLE,
    ),
    _robots("loop", "redirects robots.txt in a circle", redirecting("{target}"), "created"),
    _robots(
        "inside",
        "redirects robots.txt to a private address",
        redirecting("http://10.0.0.1/robots.txt"),
        "postponed",
        Reason.ROBOTS_UNREACHABLE,
        says="forbidden-address",
    ),
    _robots("html", "sends a page for robots.txt", answering(page(), **HTML), "created"),
    _robots(
        "bomb",
        "sends a gzip bomb for robots.txt",
        answering(b"\x1f\x8b\x08" + bytes(100), Content_Encoding="gzip"),
        "postponed",
        Reason.ROBOTS_UNREACHABLE,
    ),
    _robots(
        "patterns",
        "writes 20,000 patterns full of stars",
        answering(b"User-agent: *\n" + b"Disallow: /*a*b*c*d*e*f$\n" * 20_000),
        "created",
    ),
    _robots(
        "binary", "sends NULs and other bytes for robots.txt", answering(bytes(range(256)) * 100), "created"
    ),
    _robots(
        "delay",
        "sets a Crawl-delay of ten years",
        answering(b"User-agent: *\nCrawl-delay: 315360000\n"),
        "created",
    ),
    _page(
        "tdmrep-endless",
        "sends a tdmrep.json without end",
        tdmrep(endless(head(), b'{"location":"/"},')),
        "created",
    ),
    _page(
        "tdmrep-deep", "nests 100,000 lists in its tdmrep.json", tdmrep(answering(b"[" * 100_000)), "created"
    ),
    _page("tdmrep-silent", "is silent about its tdmrep.json", tdmrep(silence), "created", seconds=PATIENCE),
)
