"""The pictures of an article: the lead one as the head names it, then the figures, each with its caption.

Read before the body is looked for, since finding the body throws figures away.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from worker.extract import lexicon
from worker.extract.head import Head
from worker.extract.page import Tree
from worker.extract.types import Image
from worker.extract.words import key, squeeze

_Absolute = Callable[[str], str | None]

_CREDIT_CLASS = re.compile(
    r"credit|copyright|source|agency|photographer|rights|quelle|fotograf", re.IGNORECASE
)
_CREDIT = re.compile(
    rf"\s*[(\[]?\s*(?P<credit>(?:©|\(c\)\s|copyright\b|{lexicon.CREDIT}\s*(?:credit|by|de|di|von|par)?\s*[:：/©])"
    r"\s*[^()\[\]]{2,100}?)\s*[)\]]?\s*\.?$",
    re.IGNORECASE,
)
_FILE_PHOTO = re.compile(lexicon.FILE_PHOTO, re.IGNORECASE)
_OUTSIDE = frozenset({"nav", "footer", "aside", "header"})
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "src")
_MAX_FIGURES = 40


def read_images(tree: Tree, head: Head, absolute: _Absolute) -> tuple[Image, ...]:
    """The lead picture first, then the others in reading order, each once. `tree` is left as it is."""
    figures = list(_figures(tree, absolute))
    lead_url = _lead_url(head, absolute)
    if lead_url is None:
        return tuple(figures)
    for number, image in enumerate(figures):
        if _same_picture(image.url, lead_url):
            return (replace(image, lead=True), *figures[:number], *figures[number + 1 :])
    return (Image(lead_url, alt=head.first("og:image:alt"), lead=True), *figures)


def _lead_url(head: Head, absolute: _Absolute) -> str | None:
    stated = [*_of_node(head.json_ld.get("image")), head.first("og:image", "og:image:url", "twitter:image")]
    return next((url for link in stated if link and (url := absolute(link))), None)


def _of_node(value: Any) -> list[str]:
    if isinstance(value, list):
        return [url for item in value[:10] for url in _of_node(item)]
    if isinstance(value, dict):
        return [url for name in ("url", "contentUrl") if isinstance(url := value.get(name), str)]
    return [value] if isinstance(value, str) else []


def _figures(tree: Tree, absolute: _Absolute) -> Iterator[Image]:
    seen: set[str] = set()
    for count, figure in enumerate(tree.iter("figure")):
        if count >= _MAX_FIGURES:
            return
        picture = next(figure.iter("img"), None)
        if picture is None or any(ancestor.tag in _OUTSIDE for ancestor in figure.iterancestors()):
            continue
        url = absolute(_address(figure, picture))
        if url and url not in seen:
            seen.add(url)
            yield _image(figure, picture, url)


def _image(figure: Tree, picture: Tree, url: str) -> Image:
    caption = figure.find(".//figcaption")
    text, credit = _caption_and_credit(caption) if caption is not None else ("", "")
    return Image(
        url,
        caption=text or None,
        credit=credit or None,
        alt=squeeze(picture.get("alt")) or None,
        file_photo=bool(_FILE_PHOTO.search(text)),
    )


def _caption_and_credit(element: Tree) -> tuple[str, str]:
    """A figcaption's text without its credit, and the credit: an element named so, or an end like one."""
    for part in element.iterdescendants("span", "small", "cite", "div", "p", "em", "i"):
        if _CREDIT_CLASS.search(part.get("class", "")):
            credit = squeeze("".join(part.itertext()))
            text = squeeze(" ".join(element.itertext()))
            words = squeeze(" ".join(part.itertext()))
            return (text.replace(words, "", 1).strip(" |-–"), credit) if credit else (text, "")
    text = squeeze(" ".join(element.itertext()))
    mark = _FILE_PHOTO.search(text)
    match = _CREDIT.search(text, mark.end() if mark else 0)
    return (text[: match.start()].rstrip(), match["credit"]) if match else (text, "")


def _address(figure: Tree, picture: Tree) -> str:
    """The largest of a srcset, else the first source attribute that is no placeholder."""
    sets = [
        element.get("srcset") or element.get("data-srcset") for element in (picture, *figure.iter("source"))
    ]
    candidates = [_parsed(part) for value in sets if value for part in re.split(r",\s+|,(?=https?:)", value)]
    widest = max(candidates, key=lambda item: item[0], default=(0.0, ""))[1]
    plain = next(
        (value for name in _SOURCES if (value := picture.get(name, "").strip()) and value[:5] != "data:"), ""
    )
    return widest if widest and widest[:5] != "data:" else plain


def _parsed(candidate: str) -> tuple[float, str]:
    link, _, size = candidate.strip().partition(" ")
    number = re.match(r"[0-9.]{1,8}", size.strip())
    try:
        return (float(number[0]) if number else 1.0), link
    except ValueError:
        return 1.0, link


def _same_picture(one: str, other: str) -> bool:
    """Whether two addresses are of one file, in whatever size: their last path segments agree."""
    names = [key(url.partition("?")[0].rsplit("/", 1)[-1]) for url in (one, other)]
    return one == other or (names[0] == names[1] and len(names[0]) > 8)
