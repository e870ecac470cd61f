"""The authors and news agencies of a page, from what it states and what it prints."""

from worker.extract.authors.agencies import agencies_in, agencies_of_text
from worker.extract.authors.candidates import choose_agencies, choose_authors

__all__ = ["agencies_in", "agencies_of_text", "choose_agencies", "choose_authors"]
