"""Feeds that would expand, hang or fill up their reader."""

from collections.abc import Callable

from tests.faults.hostile.case import Case, Peer, answering, head
from tests.faults.hostile.documents import BILLION, item, laughs, many, page, rss
from worker.outcome import Reason

XML = {"Content_Type": "text/xml"}
LARGE = 1_500_000
LARGE_SECONDS = 15.0
"""What large documents may take, which are read one after the other."""


def _hostile(name: str, does: str, entities: str, encoding: str = "utf-8") -> Case:
    return Case(
        name=name,
        part="feed",
        does=does,
        talk=answering(laughs(entities, encoding=encoding), **XML),
        outcome="failed",
        reason=Reason.HOSTILE_XML,
    )


def _refused(
    name: str,
    does: str,
    body: Callable[[str], bytes] | bytes,
    reason: Reason = Reason.NOT_A_FEED,
    **headers: str,
) -> Case:
    return Case(
        name=name,
        part="feed",
        does=does,
        talk=answering(body, **(XML | headers)),
        outcome="failed",
        reason=reason,
        seconds=LARGE_SECONDS,
    )


def _read(
    name: str,
    does: str,
    body: Callable[[str], bytes],
    says: str = "",
    **headers: str,
) -> Case:
    return Case(
        name=name,
        part="feed",
        does=does,
        talk=answering(body, **(XML | headers)),
        outcome="new",
        says=says,
        seconds=LARGE_SECONDS,
    )


def one(more: str = "", *, title: str | None = None) -> Callable[[str], bytes]:
    """A feed with one item that has something special."""
    return lambda home: rss(home, item(home, title=title, more=more))


def json(home: str) -> bytes:
    items = ",".join(f'{{"id":"{n}","url":"{home}/{n}","title":"t"}}' for n in range(15_000))
    return f'{{"version":"https://jsonfeed.org/version/1.1","items":[{items}]}}'.encode()


def sitemap(home: str) -> bytes:
    pages = "".join(f"<url><loc>{home}/{n}</loc></url>" for n in range(15_000))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'.encode()


async def endless(peer: Peer) -> None:
    await peer.send(head(**XML), b"<rss><channel>")
    await peer.for_ever(item(peer.home).encode() * 500)


async def a_million(peer: Peer) -> None:
    items = "".join(item(peer.home, number) for number in range(1000)).encode()
    await peer.send(head(**XML), b"<rss><channel>", *[items] * 1000, b"</channel></rss>")


CASES = (
    _hostile("laughs", "sends a billion laughs", BILLION),
    _hostile("quadratic", "expands one long entity again and again", f'<!ENTITY a "{"x" * 100_000}">'),
    _hostile("external", "wants a local file as an entity", '<!ENTITY a SYSTEM "file:///etc/passwd">'),
    _hostile(
        "external-net", "wants an entity from a private address", '<!ENTITY a PUBLIC "x" "http://10.0.0.1/">'
    ),
    _hostile(
        "parameter", "wants declarations from elsewhere", '<!ENTITY % p SYSTEM "http://10.0.0.1/x"> %p;'
    ),
    _hostile("many-entities", "declares 5,000 entities", "".join(f'<!ENTITY a{n} "x">' for n in range(5000))),
    _hostile("laughs-utf-16", "sends a billion laughs in UTF-16", BILLION, "utf-16"),
    _hostile("laughs-utf-7", "sends a billion laughs in UTF-7", BILLION, "utf-7"),
    _hostile("laughs-ebcdic", "sends a billion laughs in EBCDIC", BILLION, "cp037"),
    _read(
        "dtd",
        "names a document type on another host",
        lambda home: rss(home, prolog='<!DOCTYPE rss SYSTEM "http://10.0.0.1/x.dtd">'),
    ),
    _refused(
        "deep-xml", "nests 100,000 elements", one("<a>" * 100_000 + "</a>" * 100_000), Reason.HOSTILE_XML
    ),
    _refused(
        "deep-open",
        "opens 100,000 elements and closes none",
        lambda home: rss(home)[:-30] + b"<a>" * 100_000,
        Reason.HOSTILE_XML,
    ),
    _read(
        "deep-html",
        "nests 100,000 elements in an entry's text",
        one(f"<description><![CDATA[{'<b>' * 100_000}x]]></description>"),
    ),
    _refused(
        "attributes",
        "gives an element 20,000 attributes",
        one("<a " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>"),
        Reason.HOSTILE_XML,
    ),
    _read(
        "attributes-html",
        "gives an element in an entry's text 50,000 attributes",
        one("<description><![CDATA[<a " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x]]></description>"),
    ),
    _read(
        "unclosed",
        "opens a CDATA section and never closes it",
        lambda home: rss(home)[:-30] + b"<![CDATA[" * 50_000,
    ),
    _read(
        "comments", "opens 100,000 comments", one("<description>" + "&lt;!--" * 100_000 + "</description>")
    ),
    _read(
        "ampersands",
        "writes 300,000 bare ampersands",
        one("<description>" + "&" * 300_000 + "</description>"),
    ),
    Case(
        name="endless-feed",
        part="feed",
        does="sends items without end",
        talk=endless,
        outcome="failed",
        reason=Reason.TOO_LARGE,
    ),
    Case(
        name="million",
        part="feed",
        does="lists 1,000,000 items",
        talk=a_million,
        outcome="failed",
        reason=Reason.TOO_LARGE,
    ),
    _read(
        "many",
        "lists 15,000 items",
        lambda home: many(home, 15_000),
        "14900 new entries are left for the next poll",
    ),
    _read(
        "many-broken",
        "lists 15,000 items in broken XML",
        lambda home: many(home, 15_000)[:-30] + b"</x>",
        "14900 entries were left out",
    ),
    _read("many-json", "lists 15,000 items in JSON", json, "14900 entries beyond the first 100"),
    _read(
        "many-pages", "lists 15,000 pages in a sitemap", sitemap, "14900 new pages are left for the next poll"
    ),
    _read(
        "long-title", "gives an entry a title of 1.5 MB", one(title="t" * LARGE), "titles of more than 2000"
    ),
    _read(
        "long-text",
        "gives an entry a text of 1.5 MB",
        one(f"<description>{'t' * LARGE}</description>"),
        "texts of more than 1000000",
    ),
    _read(
        "long-guid",
        "gives an entry a guid of 1.5 MB",
        one(f"<guid>{'g' * LARGE}</guid>"),
        "guids of more than 2000",
    ),
    _read(
        "long-name",
        "gives the feed a title of 1.5 MB",
        lambda home: rss(home).replace(b">T<", b">" + b"t" * LARGE + b"<"),
        "titles of the feed",
    ),
    _read(
        "authors",
        "gives an entry 5,000 authors",
        one(
            "".join(
                f'<a:author xmlns:a="http://www.w3.org/2005/Atom"><a:name>n{n}</a:name></a:author>'
                for n in range(5_000)
            )
        ),
        "bylines of more than 50",
    ),
    _read(
        "tags",
        "gives an entry 5,000 tags",
        one("".join(f"<category>c{n}</category>" for n in range(5_000))),
        "lists of more than 100 tags",
    ),
    _read(
        "enclosures",
        "gives an entry 5,000 enclosures",
        one("".join(f'<enclosure url="http://h.example/{n}"/>' for n in range(5_000))),
        "enclosures",
    ),
    _read(
        "language",
        "says a language of 100,000 characters",
        lambda home: rss(home, more=f"<language>{'l' * 100_000}</language>"),
    ),
    _read(
        "nuls",
        "puts NULs and control characters into a title",
        lambda home: rss(home).replace(b"Entry", b"En\0\x01\x1b[31mtry"),
    ),
    _read("utf-16", "sends UTF-16 and says UTF-8", lambda home: rss(home).decode().encode("utf-16")),
    _read(
        "bom",
        "puts a mark of UTF-8 before what it says is UTF-16",
        lambda home: b"\xef\xbb\xbf" + rss(home).replace(b"utf-8", b"utf-16"),
    ),
    _read(
        "bad-bytes",
        "sends bytes that are not UTF-8",
        lambda home: rss(home).replace(b"Entry", b"En\xff\xfetry"),
    ),
    _read("wrong-type", "says that its feed is a picture", lambda home: rss(home), Content_Type="image/png"),
    _refused("a-page", "sends a page where its feed was", page()),
    _refused("deep-json", "nests 100,000 lists in JSON", b'{"items":' + b"[" * 100_000),
    _refused(
        "long-number",
        "writes a number of a million digits in JSON",
        b'{"version":"https://jsonfeed.org/version/1","items":[' + b"9" * 1_000_000 + b"]}",
    ),
    _refused("picture", "sends a picture as its feed", b"\x89PNG\r\n\x1a\n" + bytes(5000)),
    _refused("angles", "sends 500,000 opening brackets", b"<" * 500_000),
)
