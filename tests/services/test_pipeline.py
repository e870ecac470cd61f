"""The whole pipeline from feeds to articles, with the real services."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.services.service import Service
from tests.site import Site, faults
from worker.cli.live.snapshot import Observer
from worker.cli.running.demo import Comparison
from worker.demo import DemoWeb


def test_a_feed_becomes_articles(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=3)
    service.subscribe(feed.url)

    service.work()

    assert service.identity().stored == 3
    assert service.identity().holds
    kinds = service.read("changes", "kind", "revision")
    assert kinds == [{"kind": "created", "revision": 1}] * 3


def test_a_second_poll_of_an_unchanged_feed_does_nothing(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed("/feed.xml", articles=2).url)
    service.work()

    service.later(hours=12)
    service.work()

    assert service.identity().discovered == 2
    assert service.read("feeds", "polls", "polls_unchanged") == [{"polls": 2, "polls_unchanged": 1}]


def test_a_new_item_becomes_a_new_article_and_each_page_is_fetched_once(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=2)
    service.subscribe(feed.url)
    service.work()

    feed.add(host.article("The bridge is open again"))
    service.later(hours=12)
    service.work()

    assert service.identity().stored == 3
    pages = [hit.target for hit in site.hits(host.home) if hit.target not in ("/feed.xml", "/robots.txt")]
    assert len(pages) == len(set(pages)) == 3


def test_one_article_in_two_feeds_is_one_entry_with_two_sightings(service: Service, site: Site) -> None:
    host = site.host()
    article = host.article("One article, two feeds")
    for path in ("/a.xml", "/b.xml"):
        host.feed(path).add(article)
    service.subscribe(f"{host.home}/a.xml", f"{host.home}/b.xml")

    service.work()

    assert service.identity().discovered == service.identity().stored == 1
    assert service.count("sightings") == 2


def test_an_edited_page_becomes_a_revision(make_service, site: Site) -> None:  # type: ignore[no-untyped-def]
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    article = host.article("The council decides")
    host.feed("/feed.xml").add(article)
    service.subscribe(f"{host.home}/feed.xml")
    service.work()

    article.edit(title="The council has decided")
    service.later(minutes=16)
    service.work()

    assert [c["kind"] for c in service.read("changes", "kind")] == ["created", "revised"]
    old, new = service.read("revisions", "changed", "document")
    assert old["document"]["title"] == "The council decides"
    assert "title" in new["changed"]  # type: ignore[operator]


def test_a_page_that_is_gone_later_removes_its_article(make_service, site: Site) -> None:  # type: ignore[no-untyped-def]
    service = make_service(look_again_seconds=(900.0,))
    host = site.host()
    article = host.article("Soon withdrawn")
    host.feed("/feed.xml").add(article)
    service.subscribe(f"{host.home}/feed.xml")
    service.work()

    host.fault(article.url, faults.gone())
    service.later(minutes=16)
    service.work()
    assert [c["kind"] for c in service.read("changes", "kind")] == ["created"]
    service.later(hours=2)
    service.work()

    assert [c["kind"] for c in service.read("changes", "kind")] == ["created", "removed"]
    assert service.identity().stored == 1


def test_a_refusal_has_a_reason_and_can_be_put_back(service: Service, site: Site) -> None:
    from worker.store import entries

    host = site.host()
    article = host.article("Not yet there")
    host.feed("/feed.xml").add(article)
    host.fault(article.url, faults.status(404))
    service.subscribe(f"{host.home}/feed.xml")
    service.work()
    assert service.refusals() == {"http-gone": 1}

    host.heal(article.url)
    with service.store.begin() as db:
        assert entries.requeue(db, now=service.now()) == 1
    service.work()

    assert service.identity().stored == 1


def test_an_unread_edit_of_the_demo_is_missing_in_the_live_view_and_in_the_report(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    observer = Observer(service.settings.model_copy(update={"redis_url": None}))
    with DemoWeb(clock=service.now, began=service.now()) as demo, closing(observer):
        comparison = Comparison(demo)
        service.subscribe(*demo.feeds)
        service.work()
        read = comparison.remarks(service.store, replace(observer.snapshot(), at=service.now()))
        service.later(seconds=60)
        edited = comparison.remarks(service.store, replace(observer.snapshot(), at=service.now()))
    code = comparison.report(as_json=False, strict=True)

    assert read == ("All that the demo's web holds has arrived, as expected.",)
    assert (edited, code) == ((), 1)
    assert "0 revised instead of 1" in capsys.readouterr().out


def test_the_demo_ends_with_the_articles_and_refusals_of_its_content(make_service) -> None:  # type: ignore[no-untyped-def]
    began = datetime.now(UTC)
    service = make_service(look_again_seconds=(30.0,), poll_cap_seconds=300.0)
    with DemoWeb(clock=service.now, began=began) as demo:
        service.subscribe(*demo.feeds)
        service.work()
        service.later(minutes=10)
        service.work()
        expected = demo.expected()

    found = service.identity()
    assert found.holds
    assert dict(service.refusals().items()) == {str(r): n for r, n in expected.refused.items()}
    assert (found.discovered, found.stored, found.duplicate) == (
        expected.discovered,
        expected.stored,
        expected.duplicate,
    )
    assert service.count("changes", kind="revised") == expected.revised
    assert len([story for story in service.read("stories", "size") if story["size"] > 1]) == 1
