"""The cost of a poll's parse, compared with plain feedparser: `python -m tests.bench.bench_feeds`.

CPU milliseconds in this process for a body seen before, for a feed of 165 KiB with one new entry, and for
the whole parse; then how often each field says what plain feedparser says, over the feeds of the corpus.
"""

import calendar
import hashlib
import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import feedparser

from tests.corpus import CORPUS
from worker.feeds import ParsedEntry, ParsedFeed, cut, parse
from worker.text.plain import collapsed, plain_text

URL = "https://feeds.example.org/dir/feed.xml"
FIELDS = ("title", "link", "id", "authors", "published", "updated", "summary", "content")


class Cost(NamedTuple):
    """CPU milliseconds of one poll's parse work."""

    name: str
    milliseconds: float


def sample(kib: int = 165, entries: int = 30) -> bytes:
    """A feed of this size whose entries carry whole articles, as most news feeds do."""
    paragraph = "<p>The <b>harbour</b> vote <a href='/v?id={0}&amp;x=1'>so</a>, mayor {0} &#8211; again.</p>"
    times = (kib * 1024 // entries - 420) // len(paragraph)
    items = []
    for number in range(entries):
        text = paragraph.format(number) * times
        items.append(
            f"<item><title>Harbour vote, part {number}</title><link>https://p.example/{number}</link>"
            f"<guid isPermaLink='false'>tag:p.example,2025:{number}</guid><dc:creator>Ana Díaz</dc:creator>"
            f"<pubDate>Mon, 13 Jan 2025 {number % 24:02}:30:00 +0100</pubDate><category>Harbour</category>"
            f"<description>Part {number} of the vote.</description>"
            f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        )
    spaces = (
        "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    )
    return (
        f"<rss version='2.0' {spaces}><channel><title>News</title>{''.join(items)}</channel></rss>".encode()
    )


def costs(body: bytes, rounds: int = 20) -> list[Cost]:
    """Each kind of poll over the same body, plain feedparser last."""
    seen, known = hashlib.sha256(body).digest(), cut(body, frozenset()).hashes
    all_but_one = frozenset(known[1:])
    return [
        Cost("unchanged body, by its hash", _cpu(lambda: hashlib.sha256(body).digest() == seen, rounds)),
        Cost("nothing new, all items cut", _cpu(lambda: _poll(body, frozenset(known)), rounds)),
        Cost("one new entry, the rest cut", _cpu(lambda: _poll(body, all_but_one), rounds)),
        Cost("whole parse", _cpu(lambda: parse(body, url=URL), rounds)),
        Cost("plain feedparser", _cpu(lambda: feedparser.parse(io.BytesIO(body)), rounds)),
    ]


def _poll(body: bytes, known: frozenset[int]) -> object:
    return parse(cut(body, known).body, url=URL)


def _cpu(work: Callable[[], object], rounds: int) -> float:
    work()
    start = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - start) / rounds * 1000


class Agreement(NamedTuple):
    """In how many entries a field is the same, and in how many either parser has it."""

    same: Counter[str]
    either: Counter[str]


def agreement(documents: Iterator[tuple[bytes, str]]) -> Agreement:
    """Field by field over the entries that both parsers find in the same number."""
    result = Agreement(Counter(), Counter())
    for body, url in documents:
        ours, theirs = parse(body, url=url), _plain_feedparser(body, url)
        entries = ours.entries if isinstance(ours, ParsedFeed) else ()
        result.either["entries"] += 1
        result.same["entries"] += len(entries) == len(theirs.entries)
        if len(entries) == len(theirs.entries):
            for entry, raw in zip(entries, theirs.entries, strict=True):
                _compare(entry, raw, result)
    return result


def _plain_feedparser(body: bytes, url: str) -> Any:
    headers = {"content-location": url, "content-type": "application/xml"}
    return feedparser.parse(io.BytesIO(body), response_headers=headers)


def _compare(entry: ParsedEntry, raw: dict[str, Any], result: Agreement) -> None:
    ours = {field: _simple(getattr(entry, field)) for field in FIELDS}
    theirs = {field: _simple(value) for field, value in _fields(raw).items()}
    ours["authors"] = ours["authors"] if theirs["authors"] else ""  # the feed's own author is used instead
    ours["summary"] = ours["summary"] or ours["content"]  # feedparser copies the content into it
    for field in FIELDS:
        if ours[field] or theirs[field]:
            result.either[field] += 1
            result.same[field] += ours[field] == theirs[field]


def _fields(raw: dict[str, Any]) -> dict[str, object]:
    content = dict.get(raw, "content") or [{}]
    people = [person.get("name") or person.get("email") for person in dict.get(raw, "authors") or ()]
    return {
        "title": dict.get(raw, "title"),
        "link": dict.get(raw, "link"),
        "id": dict.get(raw, "id"),
        "authors": tuple(dict.fromkeys(name for name in people if name)),
        "published": _instant(dict.get(raw, "published_parsed")),
        "updated": _instant(dict.get(raw, "updated_parsed")),
        "summary": dict.get(raw, "summary"),
        "content": content[0].get("value"),
    }


def _instant(parsed: time.struct_time | None) -> datetime | None:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


def _simple(value: object) -> str:
    """Text without markup and blanks, so that only what is said counts."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return collapsed(plain_text(str(value or ""), markup=True)).replace(" ", "")


def corpus_feeds() -> Iterator[tuple[bytes, str]]:
    """The feeds captured in the wild."""
    if CORPUS:
        for path in sorted((CORPUS / "feeds").glob("*.xml")):
            yield path.read_bytes(), URL


def suite_feeds() -> Iterator[tuple[bytes, str]]:
    """The XML documents of the suites' feed cases."""
    if not CORPUS:
        return
    suites = CORPUS / "suites"
    for line in (suites / "suites.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["kind"] == "feed" and isinstance(case["input"], dict):
            body = (suites / case["input"]["file"]).read_bytes()
            if not body.lstrip().startswith(b"{"):
                yield body, case["url"]


def main() -> int:
    """Print the costs, then the agreement where the corpus is there."""
    body = sample()
    print(f"CPU per poll, a feed of {len(body) // 1024} KiB with 30 entries")
    for name, milliseconds in costs(body):
        print(f"  {name:<30} {milliseconds:8.2f} ms")
    if not CORPUS:
        print("no corpus: the agreement with feedparser is not measured")
    for where, documents in (("feeds in the wild", corpus_feeds()), ("cases of the suites", suite_feeds())):
        same, either = agreement(documents)
        if either:
            print(f"agreement with plain feedparser, {where}")
        for field in ("entries", *FIELDS):
            if either[field]:
                print(f"  {field:<12} {same[field]:6} / {either[field]:6} {same[field] / either[field]:8.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
