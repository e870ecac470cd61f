"""The statements of a page about itself: meta elements, links, microdata, JSON-LD."""

from worker.extract.head.head import Head, read_head

__all__ = ["Head", "read_head"]
