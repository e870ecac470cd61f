"""The pictures of an article, each once, with caption, credit and alt text apart; the lead one first."""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.extract.head import Head
from worker.extract.images import credits, lead
from worker.extract.images import picture_words as said
from worker.extract.images.addresses import address, picture_key, resolved
from worker.extract.images.captions import Around, words
from worker.extract.images.picture_classes import MAY_BE_CAPTION, is_credit_class, is_sure_caption_class
from worker.extract.images.pictures import Picture, find_pictures
from worker.extract.page_index import Index
from worker.extract.types import Absolute, Image
from worker.extract.words import key, squeeze
from worker.text.html import Tree

_FILE_PHOTO = re.compile(said.FILE_PHOTO, re.IGNORECASE)
_FILE_LABEL = re.compile(
    rf"^[\W_]*{said.FILE_PHOTO}\s*[)\]]?\s*[:.—–-]+\s*"
    rf"|(?<![(\[（])\s*(?<![(\[（]){said.FILE_PHOTO}[\s.!]*$"
    rf"|^\W*{said.FILE_PHOTO}\W*$",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"(?<=[^\W_])(?=(?:FILE (?:PHOTO|PICTURE|IMAGE)|ARCHIV(?:BILD|FOTO)|АРХИВНОЕ ФОТО)(?![^\W_]))"
)
"""Where a mark in capitals was set without a space."""
_LABELS_FIRST = re.compile(rf"(?:\s*{said.LABEL}(?:[,:.]|\s|$))+", re.IGNORECASE)
_LABELS_LAST = re.compile(rf"(?:(?:^|\s){said.LABEL})+\s*$", re.IGNORECASE)
_LABEL_LENGTH = 48
_TEXT_BOXES = frozenset({"p", "div", "span"})
_MAX_IMAGES = 60


def read_images(
    tree: Tree, head: Head, absolute: Absolute, pictures: Sequence[Picture] | None = None
) -> tuple[Image, ...]:
    """The lead picture first, then the others in reading order, each once.

    `pictures` are what `find_pictures(tree)` gave, where that was asked already. `tree` is left as it is.
    """
    shown: dict[str, Image] = {}
    for picture in find_pictures(tree) if pictures is None else pictures:
        link = address(picture.element, _lazy_box(picture), absolute)
        if link and len(shown) < _MAX_IMAGES:
            image = _weighed(_image(picture, link), head)
            name = picture_key(link)
            shown[name] = _merged(shown[name], image) if name in shown else image
    return _with_lead(shown, head, absolute)


def caption_elements(index: Index, pictures: Sequence[Picture] | None = None) -> set[Tree]:
    """The elements that hold captions and credits of pictures: no part of the text.

    `pictures` as for `read_images`. The page is left as it is; its elements keep their identity only while
    the set is held.
    """
    found: set[Tree] = set(index.tree.iter("figcaption"))
    for picture in find_pictures(index.tree) if pictures is None else pictures:
        found.update(picture.around.captions, picture.around.credits)
    for name, elements in index.classes.like(MAY_BE_CAPTION):
        if is_sure_caption_class(name):
            found.update(element for element in elements if element.tag in _TEXT_BOXES)
    return found


def _lazy_box(picture: Picture) -> Tree:
    """Where <source> and <noscript> of the picture stand."""
    holder = next(picture.element.iterancestors("picture"), picture.element)
    parent = holder.getparent()
    return holder if parent is None or sum(1 for _ in parent.iter("img")) > 2 else parent


def _image(picture: Picture, link: str) -> Image:
    caption, credit, file_photo = _apart(picture.around)
    alt = squeeze(picture.element.get("alt")) or None
    return Image(link, caption=caption or None, credit=credit or None, alt=alt, file_photo=file_photo)


def _apart(found: Around) -> tuple[str, str, bool]:
    """Caption and credit, and whether one of them says that the picture is from the archive."""
    makers = [*found.credits, *(part for caption in found.captions for part in _credit_parts(caption))]
    texts = [_spoken(words(caption, set(makers))) for caption in found.captions if caption not in makers]
    line = squeeze(" ".join(dict.fromkeys(text for text in texts if text)))
    stated = list(dict.fromkeys(_spoken(words(maker)) for maker in makers))
    is_old = [_is_old(text) for text in (line, *stated)]
    apart = credits.split(_FILE_LABEL.sub("", line) if is_old[0] else line)
    caption = _FILE_LABEL.sub("", apart.text) if is_old[0] else apart.text
    named = [_FILE_LABEL.sub("", text) if old else text for text, old in zip(stated, is_old[1:], strict=True)]
    return caption, credits.join([*named, apart.credit]), any(is_old)


def _is_old(text: str) -> bool:
    small = text.lower()
    return any(hint in small for hint in said.FILE_PHOTO_HINTS) and _FILE_PHOTO.search(text) is not None


def _weighed(image: Image, head: Head) -> Image:
    """A caption that only repeats the headline is none; the site's name alone says who made the picture."""
    said_of_it = key(image.caption)
    if said_of_it and said_of_it in map(key, (*head.h1, head.first("og:title"))):
        return replace(image, caption=None)
    if said_of_it and said_of_it == key(head.first("og:site_name")):
        return replace(image, caption=None, credit=image.credit or image.caption)
    return image


def _spoken(text: str) -> str:
    """`text` without what buttons and programs for the blind say before and after it."""
    text = _GLUED.sub(" ", text)
    if first := _LABELS_FIRST.match(text):
        text = text[first.end() :]
    if last := _LABELS_LAST.search(text, max(0, len(text) - _LABEL_LENGTH)):
        text = text[: last.start()]
    return text


def _credit_parts(caption: Tree) -> list[Tree]:
    parts: list[Tree] = []
    for part in caption.iterdescendants("span", "small", "cite", "div", "p", "em", "i", "a", "strong"):
        if is_credit_class(part.get("class", "")) and not any(one in parts for one in part.iterancestors()):
            parts.append(part)
    return parts


def _merged(one: Image, other: Image) -> Image:
    return replace(
        one, caption=one.caption or other.caption, credit=one.credit or other.credit, alt=one.alt or other.alt
    )


def _with_lead(shown: dict[str, Image], head: Head, absolute: Absolute) -> tuple[Image, ...]:
    """The pictures with the lead one in front: as the head names it, else the first."""
    link = next((url for one in lead.stated_links(head) if (url := resolved(one, absolute))), None)
    if link is None:
        return tuple(replace(image, lead=not number) for number, image in enumerate(shown.values()))
    name = picture_key(link)
    first = shown.get(name) or Image(link, alt=head.first("og:image:alt"))
    if not first.caption:
        first = _merged(first, _described(name, head))
    rest = (image for other, image in shown.items() if other != name)
    return (replace(first, url=link, lead=True), *rest)


def _described(name: str, head: Head) -> Image:
    """What the JSON-LD says about the picture of this key."""
    nodes = (lead.stated(node) for node in lead.image_nodes(head))
    return next((image for image in nodes if image.url and picture_key(image.url) == name), Image(""))
