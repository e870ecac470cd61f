"""Extraction: the bytes of a page in, an Article or a Refusal out. Pure.

Numbers that are called guesses were compared with half and twice their value over the corpus, by
`python -m tests.bench.extract_constants`.

Other modules with users outside: `worker.extract.fingerprints` (revisions and near-duplicates) and
`worker.extract.compare` (what changed between two versions).
"""

from typing import TYPE_CHECKING

from worker.exports import exported_later

if TYPE_CHECKING:
    from worker.extract.article import Article
    from worker.extract.body import reset_caches
    from worker.extract.document import from_document, to_document
    from worker.extract.extractor import extract
    from worker.extract.rules import Rules, RulesError, read_rules
    from worker.extract.types import VERSION, Block, FeedItem, Image, Link, Rights

__all__ = [
    "VERSION",
    "Article",
    "Block",
    "FeedItem",
    "Image",
    "Link",
    "Rights",
    "Rules",
    "RulesError",
    "extract",
    "from_document",
    "read_rules",
    "reset_caches",
    "to_document",
]

__getattr__ = exported_later(
    __name__,
    {
        "Article": "article",
        "Block": "types",
        "FeedItem": "types",
        "Image": "types",
        "Link": "types",
        "Rights": "types",
        "Rules": "rules",
        "RulesError": "rules",
        "VERSION": "types",
        "extract": "extractor",
        "from_document": "document",
        "read_rules": "rules",
        "reset_caches": "body",
        "to_document": "document",
    },
)
