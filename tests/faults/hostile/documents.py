"""Documents that cases send: one feed and one page that are right, and what is made of them."""

import gzip
import zlib
from collections.abc import Callable
from html import escape

import brotli
import zstandard

WORDS = "The council met on Tuesday evening and agreed, after three hours, to open the old bridge again. "


def item(home: str, number: int = 1, *, title: str | None = None, more: str = "") -> str:
    """An item of an RSS feed."""
    name = escape(title if title is not None else f"Entry {number}")
    return f"<item><title>{name}</title><link>{home}/{number}.html</link>{more}</item>"


def rss(
    home: str, *items: str, prolog: str = '<?xml version="1.0" encoding="utf-8"?>', more: str = ""
) -> bytes:
    """An RSS feed, of one item unless told otherwise."""
    listed = "".join(items or (item(home),))
    head = f'{prolog}<rss version="2.0"><channel><title>T</title><link>{home}/</link>'
    return f"{head}{more}{listed}</channel></rss>".encode()


def many(home: str, count: int) -> bytes:
    """A feed of `count` items."""
    return rss(home, *(item(home, number) for number in range(count)))


def page(text: str = WORDS * 30, *, head: str = "", before: str = "") -> bytes:
    """An article."""
    return (
        f"<!doctype html><html lang=en><head><title>The old bridge</title>{head}</head>"
        f"<body>{before}<article><h1>The old bridge</h1><p>{text}</p></article></body></html>"
    ).encode()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def brotli_fast(data: bytes) -> bytes:
    packed: bytes = brotli.compress(data, quality=1)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli_fast,
    "zstd": zstd,
}


def laughs(entities: str, *, encoding: str = "utf-8") -> bytes:
    """A feed whose document type has these declarations, and which uses the entity `a`."""
    feed = f"<!DOCTYPE rss [{entities}]>" + rss("http://h.example", prolog="").decode().replace(
        ">T<", ">&a;<"
    )
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'
    if encoding == "utf-16":
        return (prolog + feed).encode(encoding)
    return prolog.encode() + (
        feed.replace("<", "+ADw-").replace("!", "+ACE-").encode()
        if encoding == "utf-7"
        else feed.encode(encoding)
    )


BILLION = (
    '<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY a "&l9;">'
)
