"""The pictures of the article, each once, with separate caption and credit."""

from worker.extract.images.article_images import caption_elements, read_images
from worker.extract.images.pictures import find_pictures

__all__ = ["caption_elements", "find_pictures", "read_images"]
