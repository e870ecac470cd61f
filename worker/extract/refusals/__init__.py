"""Why a page is no article: walls, errors, lists, shells, stubs."""

from worker.extract.refusals.refuse import refuse_body, refuse_page

__all__ = ["refuse_body", "refuse_page"]
