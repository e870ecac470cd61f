"""What the operator sets for one feed comes before the settings and the publisher's wishes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.services.service import Service
from tests.site import Site
from tests.site.prose import prose
from worker.store import feeds


def override(service: Service, feed_id: int, **changes: Any) -> None:
    with service.store.begin() as db:
        feeds.override(db, feed_id, changes, now=service.now())


def test_entries_older_than_the_max_age_are_refused_by_name_and_counted(service: Service, site: Site) -> None:
    host, now = site.host(), datetime.now(UTC)
    feed = host.feed("/feed.xml")
    for days in (1, 6, 8, 400):
        feed.add(host.article(f"{days} days old"), published=now - timedelta(days=days), updated=None)
    feed.add(host.article("Without a date"), published=None, updated=None)
    [feed_id] = service.subscribe(feed.url)
    override(service, feed_id, max_age=7 * 86400)
    service.work()
    assert service.identity().holds
    assert (service.identity().stored, service.refusals()) == (3, {"too-old": 2})
    [row] = service.read("entries", "detail", title="8 days old")
    assert row["detail"].endswith("8 days before it was seen")


def test_an_entry_that_was_too_old_is_not_requested_and_not_discovered_again(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = host.feed("/feed.xml")
    old = feed.add(host.article("Old"), published=datetime.now(UTC) - timedelta(days=9), updated=None)
    [feed_id] = service.subscribe(feed.url)
    override(service, feed_id, max_age=7 * 86400)
    service.work()
    feed.add(host.article("New"))
    service.later(hours=12)
    service.work()
    assert service.identity().discovered == 2
    assert old.link not in [hit.url for hit in site.hits(host.home)]


def test_a_feed_without_full_text_takes_its_own_text_and_requests_no_page(
    service: Service, site: Site
) -> None:
    host = site.host()
    whole, own = host.feed("/whole.xml", articles=1), host.feed("/own.xml", articles=1)
    text = "".join(f"<p>{paragraph}</p>" for paragraph in prose("own").split("\n\n"))
    own.items[0] = replace(own.items[0], content=text)
    service.subscribe(whole.url)
    [own_id] = service.subscribe(own.url)
    override(service, own_id, full_text=False)
    service.work()
    asked = {hit.url for hit in site.hits(host.home)}
    assert service.identity().stored == 2
    assert whole.items[0].link in asked
    assert own.items[0].link not in asked


def test_the_user_agent_of_a_feed_is_sent_in_its_polls_alone(service: Service, site: Site) -> None:
    host = site.host()
    one, two = host.feed("/one.xml", articles=1), host.feed("/two.xml")
    one_id, _ = service.subscribe(one.url, two.url)
    override(service, one_id, user_agent="Newsroom/1.0")
    service.work()
    agents = {hit.target: hit.headers["User-Agent"] for hit in site.hits(host.home)}
    assert agents.pop("/one.xml") == "Newsroom/1.0"
    assert "Newsroom/1.0" not in agents.values()


def test_a_changed_setting_polls_the_feed_at_once_and_can_be_removed(service: Service, site: Site) -> None:
    feed = site.host().feed("/feed.xml", articles=1)
    [feed_id] = service.subscribe(feed.url)
    service.work()
    override(service, feed_id, interval=600)
    [row] = service.read("feeds", "due_at", "due_because", "settings")
    assert (row["due_at"] <= service.now(), row["settings"]) == (True, {"interval": 600})
    assert row["due_because"] == "its settings were changed"
    override(service, feed_id, interval=None)
    assert service.read("feeds", "settings")[0]["settings"] == {}
    service.work()
    override(service, feed_id, interval=None, min_interval=3600, max_age=86400)
    assert service.read("feeds", "settings")[0]["settings"] == {"min_interval": 3600, "max_age": 86400}
