"""RSS and Atom, read by our own reader where the document is XML and by feedparser where it is not."""

from worker.feeds.formats.malformed import malformed_tree
from worker.feeds.formats.rss_atom import read_tree
from worker.feeds.formats.xml_guard import refuse_hostile_xml
from worker.feeds.formats.xml_tree import xml_tree
from worker.feeds.types import ParsedFeed
from worker.outcome import Reason, Refusal
from worker.text.encoding import to_utf8

_NO_FEED = Refusal(Reason.NOT_A_FEED, "neither RSS nor Atom nor RDF")


def read_syndication(body: bytes, *, url: str, content_type: str | None) -> ParsedFeed | Refusal:
    """Return the feed in `body`.

    Refuses with HOSTILE_XML before any parser sees the document, with NOT_A_FEED where none of the dialects
    fits. What was overlooked in a malformed document is in the feed's `warnings`.
    """
    raw, body = body, to_utf8(body, content_type, xml=True)
    if refusal := refuse_hostile_xml(raw, content_type) or refuse_hostile_xml(body):
        return refusal
    tree = xml_tree(body) or malformed_tree(body)
    if tree is None:
        return _NO_FEED
    return read_tree(tree.root, url=url, warnings=tree.warnings) or _NO_FEED
