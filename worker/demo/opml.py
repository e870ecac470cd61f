"""The demo's subscription list."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree


def opml(title: str, folders: Mapping[str, Sequence[tuple[str, str]]]) -> bytes:
    """An OPML 2.0 document; `folders` maps a folder's name to (title, feed URL) pairs."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for name, feeds in folders.items():
        folder = ElementTree.SubElement(body, "outline", text=name)
        for text, url in feeds:
            ElementTree.SubElement(folder, "outline", type="rss", text=text, xmlUrl=url)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
