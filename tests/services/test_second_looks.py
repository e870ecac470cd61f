"""Stored articles are fetched again: edits become revisions, gone pages remove articles, which may return."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.service import Service
from tests.site import Site, SiteArticle, SiteFeed, SiteHost, faults
from tests.site.host import START


@pytest.fixture
def service(looking_service: Service) -> Service:
    return looking_service


@pytest.fixture
def host(site: Site) -> SiteHost:
    return site.host()


@pytest.fixture
def article(host: SiteHost) -> SiteArticle:
    return host.article("The council decides")


@pytest.fixture
def feed(service: Service, host: SiteHost, article: SiteArticle) -> SiteFeed:
    """Store the article of a feed; return the feed."""
    made = host.feed(format="atom")
    made.add(article)
    service.subscribe(made.url)
    service.work()
    assert service.change_kinds() == ["created"]
    return made


def looks(service: Service, site: Site, article: SiteArticle, **later: float) -> int:
    """Let time pass and work; return how often the page was requested meanwhile."""
    before = len(site.hits(article.url))
    service.later(**later)
    service.work()
    return len(site.hits(article.url)) - before


@pytest.mark.usefixtures("feed")
def test_a_stored_article_is_fetched_again_at_the_configured_ages_and_then_no_more(
    service: Service, site: Site, article: SiteArticle
) -> None:
    assert looks(service, site, article, minutes=14) == 0
    for age in ({"minutes": 2}, {"minutes": 46}, {"hours": 5}, {"hours": 18}, {"days": 2}):
        assert looks(service, site, article, **age) == 1
    statuses = [hit.status for hit in site.hits(article.url)[1:]]
    assert statuses == [304, 200, 304, 304, 200], "two looks are made without conditions"
    assert looks(service, site, article, days=9) == 0


@pytest.mark.usefixtures("feed")
@pytest.mark.parametrize("age", [{"minutes": 16}, {"hours": 1, "minutes": 2}])
def test_an_edit_that_only_the_page_shows_becomes_a_revision(
    service: Service, article: SiteArticle, age: dict[str, float]
) -> None:
    service.later(**age)
    service.work()
    article.edit(title="The council has decided", modified=START + timedelta(hours=1))
    service.later(hours=7)
    service.work()
    assert service.change_kinds() == ["created", "revised"]


@pytest.mark.parametrize(
    "said", [{"content": "<p>Another text.</p>"}, {"title": "Other"}, {"updated": timedelta(hours=2)}]
)
def test_an_edit_in_the_feed_has_the_page_fetched_after_the_next_poll(
    service: Service, site: Site, feed: SiteFeed, article: SiteArticle, said: dict[str, Any]
) -> None:
    if "updated" in said:
        said = {"updated": START + said["updated"]}
    feed.items.clear()
    feed.add(article, **said)
    assert looks(service, site, article, minutes=11) == 1


def test_a_feed_that_changes_dates_with_each_poll_does_not_have_pages_fetched_each_time(
    service: Service, site: Site, feed: SiteFeed, article: SiteArticle
) -> None:
    seen = 0
    for minutes in range(1, 20):
        feed.items.clear()
        feed.add(article, updated=START + timedelta(minutes=minutes))
        seen += looks(service, site, article, minutes=11)
    assert seen <= 12
    feed.items.clear()
    feed.add(article, title="Corrected")
    assert looks(service, site, article, minutes=11) + looks(service, site, article, hours=25) == 1


@pytest.mark.usefixtures("feed")
@pytest.mark.parametrize(("status", "waits"), [(404, [1, 5]), (410, [1])])
def test_a_page_that_stays_gone_removes_its_article(
    service: Service, site: Site, host: SiteHost, article: SiteArticle, status: int, waits: list[int]
) -> None:
    host.fault(article.url, faults.status(status))
    service.later(minutes=16)
    service.work()
    for hours in waits:
        assert service.change_kinds() == ["created"]
        assert looks(service, site, article, hours=hours, minutes=1) == 1
    assert service.change_kinds() == ["created", "removed"]
    assert looks(service, site, article, days=1, minutes=1) == 1
    assert looks(service, site, article, days=7) == 1
    if status == 404:
        assert looks(service, site, article, days=30) == 0, "in the end it is left alone"


@pytest.mark.usefixtures("feed")
def test_a_page_that_was_gone_for_some_hours_is_not_removed(
    service: Service, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, faults.status(404))
    service.later(minutes=16)
    service.work()
    service.later(hours=2)
    service.work()
    host.heal()
    service.later(hours=6)
    service.work()
    assert service.change_kinds() == ["created"]


@pytest.mark.usefixtures("feed")
def test_an_article_whose_page_returns_unchanged_is_restored(
    service: Service, site: Site, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, faults.gone())
    service.later(minutes=16)
    service.work()
    service.later(hours=2)
    service.work()
    assert service.change_kinds() == ["created", "removed"]
    host.heal()
    assert looks(service, site, article, hours=6) == 1
    assert service.change_kinds() == ["created", "removed", "restored"]
    assert site.hits(article.url)[-1].status == 200


@pytest.mark.usefixtures("feed")
def test_a_failure_at_the_last_look_is_retried_but_not_forever(
    service: Service, site: Site, host: SiteHost, article: SiteArticle
) -> None:
    for age in ({"minutes": 16}, {"minutes": 46}, {"hours": 6}, {"hours": 19}):
        assert looks(service, site, article, **age) == 1
    host.fault(article.url, faults.status(500))
    assert looks(service, site, article, days=3) == 1
    assert looks(service, site, article, days=2) == 1
    assert looks(service, site, article, days=2) == 1
    assert looks(service, site, article, days=9) == 0
    assert service.change_kinds() == ["created"]
