"""Who wrote it: names out of statements and bylines, agencies apart."""

from worker.extract.authors.agencies import agencies_in, agencies_of_text
from worker.extract.authors.choose import choose_agencies, choose_authors

__all__ = ["agencies_in", "agencies_of_text", "choose_agencies", "choose_authors"]
