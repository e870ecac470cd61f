"""The pictures of the article, each once, with caption and credit apart."""

from worker.extract.images.choose import caption_elements, read_images
from worker.extract.images.pictures import find_pictures

__all__ = ["caption_elements", "find_pictures", "read_images"]
