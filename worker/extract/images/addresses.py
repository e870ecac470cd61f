"""Where a picture is to be had: the largest of the addresses that its markup gives, and when two are of one.

Read are srcset (HTML standard, section 4.8.4.2: candidates with `w` or `x`), the attributes of lazy loaders,
amp-img, and the <img> that <noscript> holds for readers without scripts.
"""

import re
from collections.abc import Iterator
from operator import itemgetter
from urllib.parse import unquote

from worker.extract.types import Absolute
from worker.text.html import Tree

_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-src-set", "data-sizes-srcset")
_PLAIN = (
    "data-original",
    "data-full-src",
    "data-large-file",
    "data-hi-res-src",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-image",
    "data-url",
    "data-src",
    "src",
)
_SPLIT = re.compile(r",\s+|(?<=[\dwx]),(?=https?:|/)")
_SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*([wx])\b")
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
_NESTED = re.compile(r"^.+(?:https?:/{1,2}|(?<=/)(?:[a-z0-9-]+\.)+(?:com|net|org)/)(?=.{12})", re.IGNORECASE)
_FORMAT = re.compile(r"(?:\.(?:jpe?g|png|webp|gif|avif|jfif|heic|bmp))+$", re.IGNORECASE)
_SIDES = re.compile(r"(?<![^\W_])\d{2,4}x\d{2,4}(?![^\W_])|(?<=image-)\d{3,4}-|__(?:mobile|desktop|tablet)")
_SIZE_IN_NAME = re.compile(
    r"(?:[-_.](?:\d{2,4}x\d{2,4}|\d{2,4}[wp](?:_\d)?|\d{2,4}_\d{2,4}|[wmh]\d{2,4}(?:x\d{2,4})?|r\d\.\d+"
    r"|fp[xy]\d+|v\d{1,2}_\d{1,2}(?:_\d{2,4})?"
    r"|fc|v-[a-z]+|[wm]\d{2,4}[cx]\d\w*|scaled|large|small|medium|thumb(?:nail)?"
    r"|wide|square|x?[slm]|e\d{10,}))+$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{13,}", re.IGNORECASE)
"""A UUID or a hash: what is around it in a file's name is its size and cut."""
_PLAINLY_ABSOLUTE = re.compile(
    r"https?://[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[!#-;=?-\[\]_a-z~]*", re.ASCII | re.IGNORECASE
)
_IS_ITSELF = re.compile(r"(?=.{9})(?:\D*\d){4}|.{30}|[0-9a-f]{12}")
_SIZE_WORD = re.compile(
    r"^(?:\w+_[wW]?\d{2,4}|\d{1,4}x\d{1,4}|\d{1,4}|[wh]\d{1,4}|\w{1,4}\d?=.*|w_.*|.*:.*|fit-in|smart|crop"
    r"|resize|master|thumb|original|large|small)$"
)


def address(picture: Tree, around: Tree, absolute: Absolute) -> str | None:
    """The largest that `picture` (<img>, <amp-img>) or a <source> in `around` names, None without one."""
    sized = [one for element in (picture, *around.iter("source", "noscript")) for one in _of_set(element)]
    sized.sort(key=itemgetter(0), reverse=True)
    size, largest = next((one for one in sized if not _NO_PICTURE.search(one[1])), (0.0, ""))
    plain = next((link for link in _plain(picture) if not _NO_PICTURE.search(link)), "")
    if not plain:
        plain = next((link for link in _without_script(around) if not _NO_PICTURE.search(link)), "")
    chosen = plain if plain and size <= (width_in(plain) or 0) else largest or plain
    return resolved(chosen, absolute) if chosen else None


def resolved(link: str, absolute: Absolute) -> str | None:
    """The absolute address of a link; what is one already, in plain letters, is not taken apart."""
    return link if _PLAINLY_ABSOLUTE.fullmatch(link) else absolute(link)


def width_in(link: str) -> float | None:
    """The width in pixels that an address seems to name."""
    found = [float(one or other) for one, other in _WIDTH_IN_ADDRESS.findall(link)]
    return max((number for number in found if 32 <= number <= 6000), default=None)


def picture_key(link: str) -> str:
    """What the addresses of one picture in several sizes share."""
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
                factor = 1.0 if size and size[2] == "w" else 320.0
                yield (float(size[1]) * factor if size else width_in(link) or 1.0), link.strip(",")


def _plain(element: Tree) -> Iterator[str]:
    for attribute in _PLAIN:
        if value := element.get(attribute):
            yield value.strip()


def _without_script(around: Tree) -> Iterator[str]:
    """Of the <img> for readers without scripts, beside the one that a script fills."""
    for element in around.iter("noscript"):
        for picture in element.iter("img"):
            yield from (link for _, link in _of_set(picture))
            yield from _plain(picture)
