"""A small web for tests, built on the demo's server and pages: slow, broken, moved and edited things."""

from tests.site import faults
from tests.site.host import START, SiteArticle, SiteFeed, SiteHost
from tests.site.log import Hit, most_at_once, pauses
from tests.site.web import Site

__all__ = ["START", "Hit", "Site", "SiteArticle", "SiteFeed", "SiteHost", "faults", "most_at_once", "pauses"]
