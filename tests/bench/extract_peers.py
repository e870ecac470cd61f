"""The extractors that are compared: each takes a page and gives what it has."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from tests.bench.extract_scores import Page, Picture, Result
from worker.extract import extract
from worker.extract.head import read_head
from worker.extract.images import read_images
from worker.extract.metadata import read_metadata
from worker.extract.page import Tree, parse
from worker.extract.types import Image
from worker.outcome import Refusal
from worker.urls import join

__all__ = ["EXTRACTORS", "metadata_alone", "reset_caches"]


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
    """Wiredesk's metadata and images without its body, for those who tune them."""
    tree = parse(page.body)
    if isinstance(tree, Refusal):
        return Result(None, failed=f"{tree.reason} {tree.detail}")
    url, head = page.gold["url"], read_head(tree)
    fields = read_metadata(tree, head, url, None).fields
    return Result(
        None,
        fields.get("title"),
        fields.get("authors", ()),
        fields.get("published"),
        fields.get("published_precision") == "instant",
        fields.get("summary"),
        _pictures(read_images(tree, head, partial(_absolute, _base(tree, url)))),
    )


def _pictures(images: tuple[Image, ...]) -> tuple[Picture, ...]:
    return tuple(Picture(image.url, image.caption, image.lead) for image in images)


def _base(tree: Tree, url: str) -> str:
    element = tree.find(".//base[@href]")
    return (join(url, element.get("href")) if element is not None else None) or url


def _absolute(base: str, link: str) -> str | None:
    return join(base, link.strip()) if link.strip() and not link.startswith("#") else None


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


EXTRACTORS: dict[str, Callable[[Page], Result]] = {
    "wiredesk": wiredesk,
    "trafilatura": trafilatura,
    "trafilatura fast": partial(trafilatura, fast=True),
    "trafilatura favor_precision": partial(trafilatura, favor_precision=True),
}
