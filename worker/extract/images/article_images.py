"""The images of an article, each once, with separate caption, credit and alt text; lead image first.

The head names the lead image: OpenGraph, then Twitter's card, JSON-LD, link, meta.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from worker.extract.head import Head
from worker.extract.images import vocabulary as known
from worker.extract.images.addresses import absolute_address, picture_address, picture_key
from worker.extract.images.captions import Surroundings, caption_text
from worker.extract.images.credits import join_credits, split_credit
from worker.extract.images.pictures import Picture, find_pictures
from worker.extract.page_index import Index
from worker.extract.types import Absolute, Image
from worker.extract.words import key, squeeze
from worker.text.html import Tree

_FILE_PHOTO = re.compile(known.FILE_PHOTO, re.IGNORECASE)
_FILE_LABEL = re.compile(
    rf"^[\W_]*{known.FILE_PHOTO}\s*[)\]]?\s*[:.—–-]+\s*"
    rf"|(?<![(\[（])\s*(?<![(\[（]){known.FILE_PHOTO}[\s.!]*$"
    rf"|^\W*{known.FILE_PHOTO}\W*$",
    re.IGNORECASE,
)
"""A mark that labels the picture, at the beginning or end of a caption; one within a sentence is kept."""
_GLUED = re.compile(
    r"(?<=[^\W_])(?=(?:FILE (?:PHOTO|PICTURE|IMAGE)|ARCHIV(?:BILD|FOTO)|АРХИВНОЕ ФОТО)(?![^\W_]))"
)
"""The place before a mark in capitals that was set without a space."""

# Labels of buttons at both ends of a caption; boxes whose class may make them a caption.
_LABELS_FIRST = re.compile(rf"(?:\s*{known.LABEL}(?:[,:.]|\s|$))+", re.IGNORECASE)
_LABELS_LAST = re.compile(rf"(?:(?:^|\s){known.LABEL})+\s*$", re.IGNORECASE)
_LABEL_LENGTH = 48  # characters at the end of a caption in which a button's label may be; a guess
_TEXT_BOXES = frozenset({"p", "div", "span"})
_MAX_IMAGES = 60  # bounds what is stored; a guess
_MAX_STATED = 10  # images of JSON-LD that are read; a guess


def read_images(
    tree: Tree, head: Head, absolute: Absolute, pictures: Sequence[Picture] | None = None
) -> tuple[Image, ...]:
    """Return the lead image first, then the others in reading order, each once.

    `pictures` is the result of `find_pictures(tree)` if the caller has it already.
    """
    shown: dict[str, Image] = {}
    for picture in find_pictures(tree) if pictures is None else pictures:
        link = picture_address(picture.element, _lazy_box(picture), absolute)
        if link and len(shown) < _MAX_IMAGES:
            image = _weighed(_image(picture, link), head)
            name = picture_key(link)
            shown[name] = _merged(shown[name], image) if name in shown else image
    return _with_lead(shown, head, absolute)


def caption_elements(index: Index, pictures: Sequence[Picture] | None = None) -> set[Tree]:
    """Return the elements that hold captions and credits of pictures, which are not part of the text.

    `pictures` as for `read_images`. Elements keep their identity only while the set is held.
    """
    found: set[Tree] = set(index.tree.iter("figcaption"))
    for picture in find_pictures(index.tree) if pictures is None else pictures:
        found.update(picture.surroundings.captions, picture.surroundings.credits)
    for name, elements in index.classes.like(known.MAY_BE_CAPTION):
        if known.is_sure_caption_class(name):
            found.update(element for element in elements if element.tag in _TEXT_BOXES)
    return found


def _lazy_box(picture: Picture) -> Tree:
    """Return the element that holds the picture's <source> and <noscript>."""
    holder = next(picture.element.iterancestors("picture"), picture.element)
    parent = holder.getparent()
    return holder if parent is None or sum(1 for _ in parent.iter("img")) > 2 else parent


def _image(picture: Picture, link: str) -> Image:
    caption, credit, file_photo = _apart(picture.surroundings)
    alt = squeeze(picture.element.get("alt")) or None
    return Image(link, caption=caption or None, credit=credit or None, alt=alt, file_photo=file_photo)


def _apart(found: Surroundings) -> tuple[str, str, bool]:
    """Return caption and credit, and whether one of them says that the picture is from the archive."""
    makers = [*found.credits, *(part for caption in found.captions for part in _credit_parts(caption))]
    texts = [
        _spoken(caption_text(caption, set(makers))) for caption in found.captions if caption not in makers
    ]
    line = squeeze(" ".join(dict.fromkeys(text for text in texts if text)))
    stated = list(dict.fromkeys(_spoken(caption_text(maker)) for maker in makers))
    is_old = [_is_old(text) for text in (line, *stated)]
    apart = split_credit(_FILE_LABEL.sub("", line) if is_old[0] else line)
    caption = _FILE_LABEL.sub("", apart.text) if is_old[0] else apart.text
    named = [_FILE_LABEL.sub("", text) if old else text for text, old in zip(stated, is_old[1:], strict=True)]
    return caption, join_credits([*named, apart.credit]), any(is_old)


def _is_old(text: str) -> bool:
    small = text.lower()
    return any(hint in small for hint in known.FILE_PHOTO_HINTS) and _FILE_PHOTO.search(text) is not None


def _weighed(image: Image, head: Head) -> Image:
    """Drop a caption that only repeats the headline; take the site's name alone as credit."""
    said_of_it = key(image.caption)
    if said_of_it and said_of_it in map(key, (*head.h1, head.first("og:title"))):
        return replace(image, caption=None)
    if said_of_it and said_of_it == key(head.first("og:site_name")):
        return replace(image, caption=None, credit=image.credit or image.caption)
    return image


def _spoken(text: str) -> str:
    """Return `text` without the labels of buttons and screen readers before and after it."""
    text = _GLUED.sub(" ", text)
    if first := _LABELS_FIRST.match(text):
        text = text[first.end() :]
    if last := _LABELS_LAST.search(text, max(0, len(text) - _LABEL_LENGTH)):
        text = text[: last.start()]
    return text


def _credit_parts(caption: Tree) -> list[Tree]:
    parts: list[Tree] = []
    for part in caption.iterdescendants("span", "small", "cite", "div", "p", "em", "i", "a", "strong"):
        if known.is_credit_class(part.get("class", "")) and not any(
            one in parts for one in part.iterancestors()
        ):
            parts.append(part)
    return parts


def _merged(one: Image, other: Image) -> Image:
    return replace(
        one, caption=one.caption or other.caption, credit=one.credit or other.credit, alt=one.alt or other.alt
    )


def _with_lead(shown: dict[str, Image], head: Head, absolute: Absolute) -> tuple[Image, ...]:
    """Return the images with the lead image first: the one the head names, otherwise the first."""
    link = next((url for one in _stated_links(head) if (url := absolute_address(one, absolute))), None)
    if link is None:
        return tuple(replace(image, lead=not number) for number, image in enumerate(shown.values()))
    name = picture_key(link)
    first = shown.get(name) or Image(link, alt=head.first("og:image:alt"))
    if not first.caption:
        first = _merged(first, _described(name, head))
    rest = (image for other, image in shown.items() if other != name)
    return (replace(first, url=link, lead=True), *rest)


def _described(name: str, head: Head) -> Image:
    nodes = (_stated_image(node) for node in _image_nodes(head))
    return next((image for image in nodes if image.url and picture_key(image.url) == name), Image(""))


def _stated_links(head: Head) -> Iterator[str]:
    """Yield addresses for the lead image, most trusted first."""
    for name in ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"):
        if value := head.first(name):
            yield value
    yield from (link for node in _image_nodes(head) for link in _links(node))
    yield from head.links.get("image_src", ())
    if value := head.first("image", "thumbnail", "sailthru.image.full", "parsely-image-url"):
        yield value


def _image_nodes(head: Head) -> list[Mapping[str, Any]]:
    """Return the ImageObjects of the page's article; a bare address counts as one."""
    value = head.json_ld.get("image")
    values = value if isinstance(value, list) else [value]
    nodes = [{"url": one} if isinstance(one, str) else one for one in values[:_MAX_STATED]]
    return [node for node in nodes if isinstance(node, Mapping)]


def _stated_image(node: Mapping[str, Any]) -> Image:
    """Return an ImageObject as an Image; its url may be ''."""
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
