"""What a page says about itself outside of its text: meta elements, links, microdata, JSON-LD."""

from worker.extract.head.head import Head, read_head

__all__ = ["Head", "read_head"]
