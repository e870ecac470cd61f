"""The headline as printed, without the site's name."""

from worker.extract.titles.sites import site_names
from worker.extract.titles.titles import choose_title

__all__ = ["choose_title", "site_names"]
