"""Extraction: the bytes of a page in, an Article or a Refusal out. Pure."""

from worker.extract.article import Article
from worker.extract.body import reset_caches
from worker.extract.extractor import extract
from worker.extract.types import VERSION, Block, FeedItem, Image, Link, Rights

__all__ = ["VERSION", "Article", "Block", "FeedItem", "Image", "Link", "Rights", "extract", "reset_caches"]
