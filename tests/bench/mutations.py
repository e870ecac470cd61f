"""Mutations of a page, each a function of only a seeded random source and the bytes."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

Mutation = Callable[[Random, bytes], bytes]

_TAG = re.compile(rb"</?[a-zA-Z][^<>]{0,2000}>")
_LD = re.compile(rb"(<script[^>]*ld\+json[^>]*>)(.*?)(</script>)", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?[\w-]+", re.IGNORECASE)
_DEEP = 10_000
_MOST = 9_000_000
_WRAPS = (
    *(b"<div>", b"<span>", b"<b>", b"<p>", b"<blockquote>", b"<table><tr><td>", b"<ul><li>", b"<article>"),
    *(b"<figure>", b"<a href=x>", b"<font>", b"<section class=content>", b"<svg>", b"<i><p>"),
)
_CHARSETS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1", "windows-1251", "shift_jis", "gb18030"),
    *("big5", "euc-kr", "iso-2022-jp", "koi8-r", "hex", "zip", "idna", "punycode", "x-user-defined", "", "%"),
)
_ENTITIES = (
    *("&amp;", "&#0;", "&#x110000;", "&#xD800;", "&nbsp", "&lt;p&gt;", "&#8203;", "&bogus;", "&#128;"),
    *("&#99999999999999;", "&", "&#", "&#x", "&amp;amp;amp;", "&#13;", "&#x202E;", "&NotEqualTilde;"),
)
_JSON = (
    *(b"null", b"[]", b"{}", b'""', b"0", b"true", b"1e999", b'"\\ud800"', b'"\\u0000"', b"[[[[]]]]"),
    *(b'{"@id":"#a"}', b'{"@graph":[null]}', b'{"name":{"name":["x"]}}', b"NaN", b"-", b'"2024-99-99T99:99"'),
)
_LITTER = (
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<script>", b"</script>", b"<style>", b"<textarea>", b"<"),
    *(b"<plaintext>", b"<frameset><frame src=x>", b"<noscript>", b"<template>", b"<base href='http://['>"),
    *(b"</body>", b"</html>", b"<html lang=zz>", b"<title>", b"<svg><title>", b"<math><mi>", b"<?xml ?>"),
    *(b"<img srcset=', ,, 2x, http://[ 9w'>", b"<time datetime='-0001-00-00'>", b"<select><option>", b"\xff"),
)


def flip_bytes(random: Random, body: bytes) -> bytes:
    spoiled = bytearray(body)
    for _ in range(random.choice((1, 10, 100, 2000)) if spoiled else 0):
        spoiled[random.randrange(len(spoiled))] = random.randrange(256)
    return bytes(spoiled)


def truncate(random: Random, body: bytes) -> bytes:
    at = random.randrange(len(body) + 1)
    return body[:at] if random.random() < 0.7 else body[at:]


def delete_tags(random: Random, body: bytes) -> bytes:
    share = random.choice((0.01, 0.1, 0.5))
    return _TAG.sub(lambda match: b"" if random.random() < share else match[0], body)


def double_tags(random: Random, body: bytes) -> bytes:
    share, times = random.choice((0.01, 0.1)), random.choice((2, 3, 20))
    return _TAG.sub(lambda match: match[0] * (times if random.random() < share else 1), body)[:_MOST]


def swap_tags(random: Random, body: bytes) -> bytes:
    tags = _TAG.findall(body)
    share = random.choice((0.01, 0.1, 1.0))
    return _TAG.sub(lambda match: random.choice(tags) if random.random() < share else match[0], body)


def nest(random: Random, body: bytes) -> bytes:
    at = _place(random, body)
    depth = random.choice((300, 3_000, _DEEP))
    return body[:at] + random.choice(_WRAPS) * depth + body[at:]


def flood_attributes(random: Random, body: bytes) -> bytes:
    at, count = _place(random, body), random.choice((200, 3_000, 50_000))
    form = random.choice((b' a%d="<"', b" a%d=1", b" data-%d='x > y'", b" a%d", b' x%d="a"', b"/a%d="))
    flood = b"".join(form % number for number in range(count))
    return body[:at] + b"<div" + flood + random.choice((b">", b"", b'"', b"'>")) + body[at:]


def declare_encoding(random: Random, body: bytes) -> bytes:
    name = random.choice(_CHARSETS)
    declared = _CHARSET.sub(b"charset=" + name.encode(), body, count=2)
    if declared == body:
        declared = b'<meta charset="' + name.encode() + b'">' + body
    if random.random() < 0.5:
        return declared
    try:
        return declared.decode("utf-8", "replace").encode(name, "replace")
    except (LookupError, ValueError, TypeError, AttributeError):  # not an encoding of text
        return declared


def sow_nuls(random: Random, body: bytes) -> bytes:
    return _sown(random, body, [b"\x00", b"\x00" * 1000, b"\x01", b"\x0c", b"\x1a", b"\xef\xbf\xbe"])


def sow_entities(random: Random, body: bytes) -> bytes:
    storm = random.choice(_ENTITIES).encode() * random.choice((1, 1000, 100_000))
    return _sown(random, body, [entity.encode() for entity in _ENTITIES] + [storm])[:_MOST]


def sow_litter(random: Random, body: bytes) -> bytes:
    return _sown(random, body, _LITTER)


def mangle_json_ld(random: Random, body: bytes) -> bytes:
    """Exchange, cut off or nest values of JSON-LD; a page without a script gets one first."""
    if not _LD.search(body):
        body = b'<script type="application/ld+json">{"@type":"NewsArticle","author":1}</script>' + body
    return _LD.sub(lambda match: match[1] + _mangled(random, match[2]) + match[3], body)


def swell(random: Random, body: bytes) -> bytes:
    piece = random.choice((b"word ", b"a", b" ", b"<p>word</p>", b"<br>", "川".encode(), b"\n\n", b"a - "))
    at = _place(random, body)
    return body[:at] + piece * (random.choice((100_000, 1_000_000, 5_000_000)) // len(piece)) + body[at:]


def swell_attribute(random: Random, body: bytes) -> bytes:
    tags = list(_TAG.finditer(body))
    at = random.choice(tags).end() - 1 if tags else 0
    name = random.choice((b"class", b"href", b"src", b"srcset", b"content", b"datetime", b"style", b"alt"))
    value = random.choice((b"author ", b"a", b"x 2x,", b"%", b"../", b"2024-05-03T", b"&amp;", b"by "))
    return body[:at] + b" " + name + b'="' + value * random.choice((100, 10_000, 200_000)) + b'"' + body[at:]


def repeat(random: Random, body: bytes) -> bytes:
    at, to = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return (body[:to] + body[at:to] * random.choice((1, 5, 50)) + body[to:])[:_MOST]


def shuffle(random: Random, body: bytes) -> bytes:
    size = random.choice((10, 1000, 20_000))
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    random.shuffle(pieces)
    return b"".join(pieces)


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_bytes, truncate, delete_tags, double_tags, swap_tags, nest, flood_attributes, declare_encoding),
    *(sow_nuls, sow_entities, sow_litter, mangle_json_ld, swell, swell_attribute, repeat, shuffle),
)


def mutated(random: Random, pages: Sequence[bytes]) -> tuple[bytes, tuple[str, ...]]:
    """Return a page, or halves of two, mutated one to four times, and the names of the mutations."""
    body, done = random.choice(pages), []
    if random.random() < 0.1:
        other = random.choice(pages)
        body = body[: random.randrange(len(body) + 1)] + other[random.randrange(len(other) + 1) :]
        done.append("splice")
    for mutation in random.choices(MUTATIONS, k=random.choice((1, 1, 1, 2, 3, 4))):
        body = mutation(random, body)
        done.append(mutation.__name__)
    return body, tuple(done)


def _place(random: Random, body: bytes) -> int:
    """Return a position after some tag, or any position."""
    ends = [match.end() for match in _TAG.finditer(body)]
    return random.choice(ends) if ends else random.randrange(len(body) + 1)


def _sown(random: Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    places = sorted(random.randrange(len(body) + 1) for _ in range(random.choice((1, 5, 50))))
    bounds = [0, *places, len(body)]
    pieces = [body[start:end] for start, end in pairwise(bounds)]
    return b"".join(piece + random.choice(seeds) for piece in pieces[:-1]) + pieces[-1]


def _mangled(random: Random, text: bytes) -> bytes:
    way = random.randrange(5)
    if way == 0:
        return text[: random.randrange(len(text) + 1)]
    if way == 1:
        return random.choice((b"[", b'{"@graph":', b'{"author":[')) * _DEEP + text
    if way == 2:
        return text.replace(b'"', random.choice((b"'", b"&quot;", b'\\"', "“".encode())))
    share = random.choice((0.1, 0.5, 1.0))
    values = rb'(?<=:)\s*"[^"]*"' if way == 3 else rb'(?<=:)\s*(?:"[^"]*"|\[|\{)'
    return re.sub(values, lambda match: random.choice(_JSON) if random.random() < share else match[0], text)
