"""README: every entry ends stored, as a duplicate, or refused with a reason."""

from tests.services.service import Service
from tests.site import Site


def test_every_item_of_a_feed_is_stored_or_refused_and_nothing_else_is_left(
    service: Service, site: Site
) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=5).url)
    service.work()
    identity = service.identity()
    assert identity.holds
    assert (identity.discovered, identity.stored) == (5, 5)
