"""The lead picture as the page's head names it: OpenGraph, then Twitter's card, JSON-LD, link, meta."""

from collections.abc import Iterator, Mapping
from typing import Any

from worker.extract.head import Head
from worker.extract.types import Image
from worker.extract.words import squeeze

_MAX_STATED = 10


def stated_links(head: Head) -> Iterator[str]:
    """Addresses for the lead picture, the most trusted first."""
    for name in ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"):
        if value := head.first(name):
            yield value
    yield from (link for node in image_nodes(head) for link in _links(node))
    yield from head.links.get("image_src", ())
    if value := head.first("image", "thumbnail", "sailthru.image.full", "parsely-image-url"):
        yield value


def image_nodes(head: Head) -> list[Mapping[str, Any]]:
    """The ImageObjects of the page's article; a bare address makes one, too."""
    value = head.json_ld.get("image")
    values = value if isinstance(value, list) else [value]
    nodes = [{"url": one} if isinstance(one, str) else one for one in values[:_MAX_STATED]]
    return [node for node in nodes if isinstance(node, Mapping)]


def stated(node: Mapping[str, Any]) -> Image:
    """An ImageObject as an Image, by schema.org's names; its url may be ''."""
    link = next(iter(_links(node)), "")
    names = (_name(node.get(field)) for field in ("creditText", "copyrightHolder", "author", "creator"))
    return Image(link, caption=_name(node.get("caption")), credit=next(filter(None, names), None))


def _links(node: Mapping[str, Any]) -> list[str]:
    return [
        link
        for name in ("url", "contentUrl", "@id")
        if isinstance(link := node.get(name), str) and "/" in link
    ]


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("name")
    return squeeze(value) or None if isinstance(value, str) else None
