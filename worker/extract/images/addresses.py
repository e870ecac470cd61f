"""Addresses of pictures: the largest one in the markup of a picture, and whether two are of the same picture.

Reads srcset (HTML standard, section 4.8.4.2: candidates with `w` or `x`), the attributes of lazy loaders,
amp-img, and the <img> in a <noscript>.
"""

import re
from collections.abc import Iterator
from operator import itemgetter
from urllib.parse import unquote

from worker.extract.types import Absolute
from worker.text.html import Tree

# Attributes with a srcset, and the form of its candidates.
_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-src-set", "data-sizes-srcset")
_PLAIN = (  # attributes of lazy loaders, the largest picture first
    *("data-original", "data-full-src", "data-large-file", "data-hi-res-src", "data-lazy-src", "data-lazy"),
    *("data-original-src", "data-image", "data-url", "data-src", "src"),
)
_FACTOR = 320.0  # pixels that the `1x` of a srcset counts as; a guess
_WIDTHS = (32, 6000)  # pixels that a number in an address may mean; a guess
_SPLIT = re.compile(r",\s+|(?<=[\dwx]),(?=https?:|/)")
_SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*([wx])\b")
# Placeholders of lazy loaders, and vector graphics, which are logos.
_NO_PICTURE = re.compile(
    r"^data:|^about:|^javascript:|\.svg\b"
    r"|(?:^|[/_.-])(?:blank|spacer|pixel|placeholder|transparent|clear|1x1|lazy(?:load)?|loading|dummy"
    r"|sprite|grey-placeholder|default-image|no[-_]?image)[^/]{0,20}\.(?:gif|png|jpe?g|webp)",
    re.IGNORECASE,
)
_WIDTH_IN_ADDRESS = re.compile(
    r"(?:[?&/_,;-](?:w|width|imwidth|wid)[=_:-]?(\d{2,4})(?=[x/,&_.-]|$)|[/_-](\d{2,4})(?=x\d))",
    re.IGNORECASE,
)
# An address inside the address of an image proxy.
_NESTED = re.compile(r"^.+(?:https?:/{1,2}|(?<=/)(?:[a-z0-9-]+\.)+(?:com|net|org)/)(?=.{12})", re.IGNORECASE)
_FORMAT = re.compile(r"(?:\.(?:jpe?g|png|webp|gif|avif|jfif|heic|bmp)){1,4}$", re.IGNORECASE)
# Sizes and crops in file names.
_SIDES = re.compile(r"(?<![^\W_])\d{2,4}x\d{2,4}(?![^\W_])|(?<=image-)\d{3,4}-|__(?:mobile|desktop|tablet)")
_SIZE_IN_NAME = re.compile(
    r"(?:[-_.](?:\d{2,4}x\d{2,4}|\d{2,4}[wp](?:_\d)?|\d{2,4}_\d{2,4}|[wmh]\d{2,4}(?:x\d{2,4})?|r\d\.\d+"
    r"|fp[xy]\d+|v\d{1,2}_\d{1,2}(?:_\d{2,4})?|fc|v-[a-z]+|[wm]\d{2,4}[cx]\d[^\W_]*|scaled|large|small|medium"
    r"|thumb(?:nail)?|wide|square|x?[slm]|e\d{10,})){1,8}$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![0-9a-f])(?=[a-f]*\d)[0-9a-f]{13,}", re.IGNORECASE
)
"""A UUID or a hash identifies a picture; the rest of the file name is its size and crop."""
# Absolute and in plain letters, so that resolving changes nothing: most addresses are, and resolving is slow.
_PLAINLY_ABSOLUTE = re.compile(
    r"https?://[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[!#-;=?-\[\]_a-z~]*", re.ASCII | re.IGNORECASE
)
# File names that identify a picture without their folders.
_IS_ITSELF = re.compile(r"(?=.{9})(?:\D*\d){4}|.{30}|[0-9a-f]{12}")
# Folders that only say a size or crop.
_SIZE_WORD = re.compile(
    r"^(?:\w+_[wW]?\d{2,4}|\d{1,4}x\d{1,4}|\d{1,4}|[wh]\d{1,4}|\w{1,4}\d?=.*|w_.*|[^:]*:.*|fit-in|smart|crop"
    r"|resize|master|thumb|original|large|small)$"
)


def picture_address(picture: Tree, around: Tree, absolute: Absolute) -> str | None:
    """Return the largest address of a picture (<img>, <amp-img>) or of a <source> in `around`, if any."""
    sized = [one for element in (picture, *around.iter("source", "noscript")) for one in _of_set(element)]
    sized.sort(key=itemgetter(0), reverse=True)
    size, largest = next((one for one in sized if not _NO_PICTURE.search(one[1])), (0.0, ""))
    plain = next((link for link in _plain(picture) if not _NO_PICTURE.search(link)), "")
    if not plain:
        plain = next((link for link in _without_script(around) if not _NO_PICTURE.search(link)), "")
    chosen = plain if plain and size <= (width_in(plain) or 0) else largest or plain
    return absolute_address(chosen, absolute) if chosen else None


def absolute_address(link: str, absolute: Absolute) -> str | None:
    """Return the absolute address of a link; a plain absolute one is returned without parsing."""
    return link if _PLAINLY_ABSOLUTE.fullmatch(link) else absolute(link)


def width_in(link: str) -> float | None:
    """Return the width in pixels that an address seems to contain."""
    found = [float(one or other) for one, other in _WIDTH_IN_ADDRESS.findall(link)]
    return max((number for number in found if _WIDTHS[0] <= number <= _WIDTHS[1]), default=None)


def picture_key(link: str) -> str:
    """Return the part that the addresses of one picture in several sizes share."""
    path = unquote(unquote(link.partition("?")[0]))
    *folders, name = _NESTED.sub("", path).rstrip("/,").split("/")
    if number := _NUMBER.search(name):
        return number[0].casefold()
    if name.startswith("csm_"):  # TYPO3: the hash at the end is of the size
        name = name.rpartition("_")[0]
    name = _SIZE_IN_NAME.sub("", _SIDES.sub("", _FORMAT.sub("", name)).rstrip("-_."))
    if _IS_ITSELF.search(name):
        return name.casefold()
    rest = [part for part in folders[3:] if not _SIZE_WORD.match(part)]
    return "/".join((*rest, name)).casefold()


def _of_set(element: Tree) -> Iterator[tuple[float, str]]:
    for attribute in _SETS:
        if value := element.get(attribute):
            for part in _SPLIT.split(value.strip()):
                link, _, rest = part.strip().partition(" ")
                size = _SIZE.match(rest.strip())
                factor = 1.0 if size and size[2] == "w" else _FACTOR
                yield (float(size[1]) * factor if size else width_in(link) or 1.0), link.strip(",")


def _plain(element: Tree) -> Iterator[str]:
    for attribute in _PLAIN:
        if value := element.get(attribute):
            yield value.strip()


def _without_script(around: Tree) -> Iterator[str]:
    for element in around.iter("noscript"):
        for picture in element.iter("img"):
            yield from (link for _, link in _of_set(picture))
            yield from _plain(picture)
