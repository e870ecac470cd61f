"""The images of an article, each once, with separate caption, credit and alt text; lead image first.

The head names the lead image: OpenGraph, then Twitter's card, JSON-LD, link, meta.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from worker.extract.head import Head
from worker.extract.images import vocabulary as known
from worker.extract.images.addresses import absolute_address, picture_address, picture_key
from worker.extract.images.captions import Surroundings, caption_pieces, caption_text, is_short, on_one_line
from worker.extract.images.credits import (
    is_credit,
    is_credit_name,
    is_persons_name,
    join_credits,
    split_credit,
    without_introduction,
)
from worker.extract.images.labels import is_label, without_labels
from worker.extract.images.pictures import Picture, find_pictures
from worker.extract.page_index import Index
from worker.extract.types import Absolute, Image
from worker.extract.words import key, squeeze
from worker.text.html import Tree

_FILE_PHOTO = re.compile(known.FILE_PHOTO, re.IGNORECASE)
_FILE_LABEL = re.compile(
    rf"^[\W_]*{known.FILE_PHOTO}\s?[)\]]?\s?[:.—–-]+\s*"
    rf"|(?<![(\[（])\s?(?<![(\[（]){known.FILE_PHOTO}[\s.!]*$"
    rf"|^\W*{known.FILE_PHOTO}\W*$",
    re.IGNORECASE,
)
"""A mark that labels the picture, at the beginning or end of a caption; one within a sentence is kept."""
_GLUED = re.compile(
    r"(?<=[^\W_])(?=(?:FILE (?:PHOTO|PICTURE|IMAGE)|ARCHIV(?:BILD|FOTO)|АРХИВНОЕ ФОТО)(?![^\W_]))"
)
"""The place before a mark in capitals that was set without a space."""

# Boxes whose class may make them a caption.
_TEXT_BOXES = frozenset({"p", "div", "span"})
_CREDIT_PROPERTIES = frozenset({"author", "copyrightHolder", "creator", "creditText", "copyrightNotice"})
"""Of schema.org's ImageObject, as microdata."""
_NAMING = frozenset({"cite", "small", "em", "i", "b", "strong", "a"})
_MARK = re.compile(r"[:：©=＝]")
_MAX_NAME = 20  # characters behind a credit that are no longer part of it; a guess
_ENDS = (".", "!", "?", "…", "”", "»", "|", "。", "।")
_JOINED = re.compile(
    r"(?:^|\s)(?:on|via|by|for|from|and|of|to|in|at|the|with|von|und|mit|par|pour|et|por|de|con|y|e|di|av|af|door)$"
)
"""A word at the end of a piece that joins the next piece to it: 'Photo by Jo Park on', 'Unsplash'."""
_MAX_PARTS = 60  # elements of a caption; bounds the work on a hostile page
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
    found: set[Tree] = {caption for caption in index.tree.iter("figcaption") if not _is_of_text(caption)}
    for picture in find_pictures(index.tree) if pictures is None else pictures:
        found.update(picture.surroundings.captions, picture.surroundings.credits)
    for name, elements in index.classes.like(known.MAY_BE_CAPTION):
        if known.is_sure_caption_class(name):
            found.update(one for one in elements if one.tag in _TEXT_BOXES and is_short(one))
    return found


def _is_of_text(caption: Tree) -> bool:
    """Whether a <figcaption> is of a quote, whose speaker it names, or of a table or code."""
    figure = next(caption.iterancestors("figure"), None)
    if figure is None or next(figure.iter("blockquote", "table", "pre"), None) is None:
        return False
    return next(figure.iter("img", "picture", "video", "amp-img", "iframe"), None) is None


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
    texts: list[str] = []
    stated = [_spoken(caption_text(maker)) for maker in makers]
    for caption in found.captions:
        if caption not in makers:
            said, names = _told_apart(caption_pieces(caption, set(makers)))
            texts.append(_spoken(said))
            stated += names
    line = squeeze(" ".join(dict.fromkeys(text for text in texts if text)))
    stated = list(dict.fromkeys(text for text in stated if text))
    is_old = [_is_old(text) for text in (line, *stated)]
    apart = split_credit(_FILE_LABEL.sub("", line) if is_old[0] else line)
    if stated and is_persons_name(apart.credit) and line.rstrip(".") == f"{apart.text} {apart.credit}":
        apart = replace(apart, text=line, credit="")  # a name without a mark; the maker is known
    if stated and not apart.credit:
        apart = replace(apart, text=without_introduction(apart.text))
    caption = _FILE_LABEL.sub("", apart.text) if is_old[0] else apart.text
    named = [_FILE_LABEL.sub("", text) if old else text for text, old in zip(stated, is_old[1:], strict=True)]
    maker = _FILE_LABEL.sub("", apart.credit).rstrip(", ") if is_old[0] else apart.credit
    return caption if key(caption) else "", join_credits([*named, maker]), any(is_old)


def _told_apart(pieces: list[str]) -> tuple[str, list[str]]:
    """Return the caption in pieces of text, and those at its ends that name the picture's maker.

    A word for the credit can be a separate piece: 'Credit:', 'Jo Park'. A name of a person behind the
    caption is the maker's even without a word or agency.
    """
    pieces = [piece for piece in pieces if not is_label(piece)]
    makers: list[str] = []
    for count in (1, 2):
        first, rest = " ".join(pieces[:count]), " ".join(pieces[count:])
        if len(rest) > _MAX_NAME and _MARK.search(first) and is_credit(first) and not is_credit(rest):
            makers.append(first)
            del pieces[:count]
            break
    if len(pieces) > 1 and is_credit(line := " ".join(pieces)):
        return "", [line]
    for count in (2, 1):
        if (
            len(pieces) > count
            and is_credit(last := " ".join(pieces[-count:]))
            and not _JOINED.search(pieces[-count - 1])
        ):
            makers.append(last)
            del pieces[-count:]
            break
    else:
        if len(pieces) > 1 and is_persons_name(pieces[-1]) and not _leads_on(pieces[-2]):
            makers.append(pieces.pop())
    if len(pieces) > 1 and is_credit(pieces[0]):
        makers.insert(0, pieces.pop(0))
    return on_one_line(" ".join(pieces)), makers


def _leads_on(text: str) -> bool:
    """Whether a name behind this text belongs to the caption."""
    return text[-1] in ":,;-–—" or is_credit_name(text) or _JOINED.search(text) is not None


def _is_old(text: str) -> bool:
    small = text.lower()
    return any(hint in small for hint in known.FILE_PHOTO_HINTS) and _FILE_PHOTO.search(text) is not None


def _weighed(image: Image, head: Head) -> Image:
    """Drop a caption that only repeats the headline; take the site's name alone as credit."""
    said_of_it = key(image.caption)
    if said_of_it and said_of_it in map(key, (*head.h1, head.first("og:title"))):
        return replace(image, caption=None)
    site = (head.first("og:site_name") or "").lower().split()
    if image.caption and site and set(image.caption.lower().split()) <= set(site):
        return replace(image, caption=None, credit=image.credit or image.caption)
    return image


def _spoken(text: str) -> str:
    """Return `text` without the labels of buttons and screen readers before and after it."""
    return without_labels(_GLUED.sub(" ", text))


def _credit_parts(caption: Tree) -> list[Tree]:
    """Return the elements of a caption that are marked as its credit."""
    parts: list[Tree] = []
    for part in islice(caption.iterdescendants(), _MAX_PARTS):
        if _names_maker(part, caption) and not any(one in parts for one in part.iterancestors()):
            parts.append(part)
    return parts


def _names_maker(part: Tree, caption: Tree) -> bool:
    name = part.get("class")
    if (name and known.is_credit_class(name)) or part.get("itemprop") in _CREDIT_PROPERTIES:
        return True
    if part.tag not in _NAMING or not _is_last(part, caption):
        return False
    text = caption_text(part)
    before = squeeze("".join(caption.itertext()))[: -len(text)].rstrip() if text else ""
    ends = part.tag == "small" or before[-1:] in _ENDS
    if not before or _JOINED.search(before):
        return False
    if part.tag in ("a", "b", "strong") and split_credit(f"{before} {text}").credit:
        return False  # the line is split there, or before it
    return is_credit(text) or (ends and is_persons_name(text))


def _is_last(part: Tree, caption: Tree) -> bool:
    """Whether no text follows the part within the caption."""
    while part is not caption:
        if (part.tail and part.tail.strip()) or part.getnext() is not None:
            return False
        if (above := part.getparent()) is None:
            return False
        part = above
    return True


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
