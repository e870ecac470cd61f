"""The extractors that are compared: each takes a page and returns a result in the form that is scored.

trafilatura is installed with Wiredesk, the other peers by `make bench-extract`. Those that take text get the
page as Wiredesk decodes it.
"""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.util import find_spec

from lxml import html as lxml_html
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from tests.bench.extract_scores import Page, Picture, Result
from worker.extract import extract
from worker.extract.head import read_head
from worker.extract.images.article_images import read_images
from worker.extract.metadata import read_metadata
from worker.extract.page_index import index_of
from worker.extract.types import Image
from worker.outcome import Refusal
from worker.text.encoding import to_utf8
from worker.text.html import Tree, parse_page
from worker.urls import join

__all__ = ["EXTRACTORS", "LACKS", "MISSING", "REFERENCE", "metadata_alone", "reset_caches"]


def wiredesk(page: Page) -> Result:
    article = extract(page.body, url=page.gold["url"])
    if isinstance(article, Refusal):
        return Result(failed=f"{article.reason} {article.detail}")
    instant = article.published_precision == "instant"
    return Result(
        article.text,
        article.title,
        article.authors,
        article.published,
        instant,
        article.summary,
        _pictures(article.images),
    )


def metadata_alone(page: Page) -> Result:
    """Return Wiredesk's metadata and images without a body, to tune them."""
    tree = parse_page(page.body)
    if isinstance(tree, Refusal):
        return Result(None, failed=f"{tree.reason} {tree.detail}")
    url, head = page.gold["url"], read_head(tree)
    fields = read_metadata(index_of(tree), head, url, None).fields
    return Result(
        None,
        fields.get("title"),
        fields.get("authors", ()),
        fields.get("published"),
        fields.get("published_precision") == "instant",
        fields.get("summary"),
        _pictures(read_images(tree, head, partial(_absolute, _base(tree, url)))),
    )


def trafilatura(page: Page, *, fast: bool = False, favor_precision: bool = False) -> Result:
    document = bare_extraction(
        page.body, url=page.gold["url"], with_metadata=True, fast=fast, favor_precision=favor_precision
    )
    if document is None:
        return Result(failed="nothing")
    return Result(
        document.text or "",
        document.title,
        tuple((document.author or "").split("; ")) if document.author else (),
        datetime.fromisoformat(document.date) if document.date else None,
        summary=document.description,
        images=(Picture(document.image, lead=True),) if document.image else (),
    )


def newspaper(page: Page) -> Result:
    """Return newspaper's result; without pictures it makes no requests."""
    # Read at import, since the list of suffixes is otherwise downloaded at the first address.
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False
    article = Article(page.gold["url"], config=config)
    try:
        article.download(input_html=to_utf8(page.body).decode(), ignore_read_more=True).parse()
    except Exception as error:
        return Result(failed=f"{type(error).__name__}: {error}"[:100])
    date = article.publish_date
    return Result(
        article.text,
        article.title,
        tuple(article.authors),
        date if isinstance(date, datetime) else None,
        isinstance(date, datetime) and date.tzinfo is not None,
        article.meta_description or None,
        (
            *((Picture(article.top_image, lead=True),) if article.top_image else ()),
            *(Picture(url) for url in article.images),
        ),
    )


def readability(page: Page) -> Result:
    from readability import Document

    document = Document(to_utf8(page.body).decode(), url=page.gold["url"])
    try:
        tree = lxml_html.fromstring(document.summary(html_partial=True))
        title, author = document.short_title(), document.author()
    except Exception as error:
        return Result(failed=f"{type(error).__name__}: {error}"[:100])
    authors = (author,) if author and author != "[no-author]" else ()
    pictures = tuple(Picture(image.get("src")) for image in tree.iter("img") if image.get("src"))
    return Result(" ".join(tree.itertext()), title, authors, images=pictures)


def resiliparse(page: Page) -> Result:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(page.body, detect_encoding(page.body))
    text = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)
    return Result(text, tree.title)


def _pictures(images: tuple[Image, ...]) -> tuple[Picture, ...]:
    return tuple(Picture(image.url, image.caption, image.lead) for image in images)


def _base(tree: Tree, url: str) -> str:
    element = tree.find(".//base[@href]")
    return (join(url, element.get("href")) if element is not None else None) or url


def _absolute(base: str, link: str) -> str | None:
    return join(base, link.strip()) if link.strip() and not link.startswith("#") else None


REFERENCE = "trafilatura"
"""The extractor whose speed is 1 in the table."""

_PEERS: dict[str, tuple[str, Callable[[Page], Result]]] = {
    "newspaper4k": ("newspaper", newspaper),
    "readability-lxml": ("readability", readability),
    "resiliparse": ("resiliparse", resiliparse),
}
MISSING = [name for name, (module, _) in _PEERS.items() if find_spec(module) is None]
"""Peers that are not installed."""

_NO_CAPTIONS = frozenset({"caption_recall", "caption_precision"})
LACKS: dict[str, frozenset[str]] = {
    "trafilatura": _NO_CAPTIONS,
    "trafilatura fast": _NO_CAPTIONS,
    "trafilatura favor_precision": _NO_CAPTIONS,
    "newspaper4k": _NO_CAPTIONS,
    "readability-lxml": _NO_CAPTIONS | {"day", "instant", "summary", "lead_image"},
    "resiliparse": _NO_CAPTIONS
    | {"authors", "day", "instant", "summary", "lead_image", "image", "image_name"},
}
"""Fields that an extractor does not have."""

EXTRACTORS: dict[str, Callable[[Page], Result]] = {
    "wiredesk": wiredesk,
    REFERENCE: trafilatura,
    "trafilatura fast": partial(trafilatura, fast=True),
    "trafilatura favor_precision": partial(trafilatura, favor_precision=True),
    **{name: extractor for name, (_, extractor) in _PEERS.items() if name not in MISSING},
}
