"""README: every entry ends stored, as a duplicate, or refused with a reason; no item vanishes uncounted."""

from html import escape

import pytest
from structlog.testing import capture_logs

from tests.services.service import Service
from tests.site import Site, SiteHost
from tests.site.prose import prose


def test_every_item_of_a_feed_is_stored_or_refused_and_nothing_else_is_left(
    service: Service, site: Site
) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=5).url)
    service.work()
    identity = service.identity()
    assert identity.holds
    assert (identity.discovered, identity.stored) == (5, 5)


def document(host: SiteHost, *items: str) -> str:
    """Put a feed of these items online; return its address."""
    listed = "".join(f"<item>{item}</item>" for item in items)
    body = f"<rss version='2.0'><channel><title>Notes</title>{listed}</channel></rss>"
    return host.put("/feed.xml", body, "application/rss+xml")


def note(number: int) -> str:
    """The text of a note, long enough for an article."""
    return f"<description>{escape(prose(f'note {number}', paragraphs=3))}</description>"


def ends(service: Service) -> tuple[int, int, int, int]:
    """How many entries were discovered, and how many ended stored, as duplicates and refused."""
    identity = service.identity()
    assert identity.holds
    assert identity.waiting == 0
    return identity.discovered, identity.stored, identity.duplicate, identity.refused


def test_notes_without_link_and_guid_are_an_article_each(service: Service, site: Site) -> None:
    dates = [f"<pubDate>Mon, 23 Nov 2026 {n:02}:00:00 GMT</pubDate>" for n in range(10)]
    service.subscribe(document(site.host(), *(note(n) + date for n, date in enumerate(dates))))
    service.work()
    assert ends(service) == (10, 10, 0, 0)


def test_notes_whose_guid_and_link_say_that_there_is_none_are_an_article_each(
    service: Service, site: Site
) -> None:
    blank = "<guid>N/A</guid><link>N/A</link>"
    service.subscribe(document(site.host(), *(blank + note(n) for n in range(6))))
    service.work()
    assert ends(service) == (6, 6, 0, 0)


@pytest.mark.parametrize("position", ["", "#{n}"], ids=["one link", "positions in a page"])
def test_items_of_one_page_are_an_entry_each_and_the_page_is_requested_once(
    service: Service, site: Site, position: str
) -> None:
    host = site.host()
    page = host.article("The night of the count, live", path="/live")
    service.subscribe(
        document(
            host,
            *(
                f"<title>Minute {n}</title><link>{page.url}{position.format(n=n)}</link>"
                f"<guid isPermaLink='false'>t-{n}</guid>"
                for n in range(6)
            ),
        )
    )
    service.work()
    assert ends(service) == (6, 1, 5, 0)
    assert len(site.hits(page.url)) == 1


def test_items_of_a_page_that_is_gone_keep_the_text_that_their_feed_carries(
    service: Service, site: Site
) -> None:
    host = site.host()
    service.subscribe(
        document(
            host,
            *(
                f"<link>{host.home}/live#{n}</link><guid isPermaLink='false'>t-{n}</guid>"
                f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
                f"{escape(prose(f'note {n}', paragraphs=3))}</content:encoded>"
                for n in range(4)
            ),
        )
    )
    service.work()
    assert ends(service) == (4, 4, 0, 0)
    assert len(site.hits(f"{host.home}/live")) == 1


def test_an_item_that_is_listed_twice_is_one_entry_and_counted_as_repeated(
    service: Service, site: Site
) -> None:
    host = site.host()
    item = f"<title>Story</title><link>{host.article('Story').url}</link>"
    service.subscribe(document(host, item, f"{item}<category>news</category>"))
    with capture_logs() as logged:
        service.work()
    assert ends(service) == (1, 1, 0, 0)
    assert [event["repeated"] for event in logged if event["event"] == "feed polled"] == [1]
