"""What the XML formats share: namespaces, and elements whose text any XML parser can read again."""

from datetime import UTC, datetime

from lxml import etree

from worker.text.plain import storable

ATOM = "http://www.w3.org/2005/Atom"
"""RFC 4287, section 1.2."""

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
"""The attribute xml:lang."""


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append an element; characters that XML cannot hold are dropped."""
    element = etree.SubElement(parent, name, {key: storable(value) for key, value in attributes.items()})
    if text is not None:
        element.text = storable(text)
    return element


def serialised(root: etree._Element) -> bytes:
    """Return the document in UTF-8."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def rfc3339(at: datetime) -> str:
    """Return a date of Atom and JSON Feed, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
