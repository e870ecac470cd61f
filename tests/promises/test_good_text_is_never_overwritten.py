"""README and design: a wall, an error or another article never takes back a stored text, and edits arrive."""

from datetime import timedelta
from typing import Any

import pytest

from tests.promises.good_edits import AT_ONCE, IN_TIME, paywalled_beginning
from tests.promises.wrong_answers import WRONG, consent_with_head, head_of, page
from tests.services.service import Service
from tests.site import Site, SiteArticle, SiteFeed, SiteHost, faults
from tests.site.prose import prose
from worker.services.engine.second_look import SETTLED_AFTER


@pytest.fixture
def service(looking_service: Service) -> Service:
    return looking_service


@pytest.fixture
def host(site: Site) -> SiteHost:
    return site.host("The Harbour News")


@pytest.fixture
def feed(host: SiteHost) -> SiteFeed:
    return host.feed()


@pytest.fixture
def article(service: Service, host: SiteHost, feed: SiteFeed) -> SiteArticle:
    """A stored article of some 250 words."""
    made = host.article("The council buys back the old bridge")
    feed.add(made)
    service.subscribe(feed.url)
    service.work()
    assert stored(service)["revision"] == 1
    return made


def stored(service: Service) -> dict[str, Any]:
    return service.read("articles", "revision", "title", "text", "state")[0]


def look(service: Service) -> dict[str, Any]:
    return service.read("entries", "look", "look_reason", "look_times")[0]


GOOD = {"look": "good", "look_reason": None, "look_times": 0}


def work_after(service: Service, **span: float) -> None:
    service.later(**span)
    service.work()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_never_a_revision_and_the_next_good_look_clears_it(
    service: Service, host: SiteHost, article: SiteArticle, name: str
) -> None:
    before = stored(service)
    host.fault(article.url, WRONG[name](host, article))

    for span in ({"minutes": 16}, {"minutes": 11}, {"hours": 2}, {"hours": 6}, {"hours": 20}):
        work_after(service, **span)

        assert stored(service) == before
        shown = look(service)
        assert shown["look"] in ("doubtful", "refused")
        assert shown["look_reason"]
    assert shown["look_times"] == 5

    host.heal()
    work_after(service, days=4)

    assert stored(service) == before
    assert look(service) == GOOD


@pytest.mark.parametrize("name", AT_ONCE)
def test_an_edit_is_a_revision_at_the_next_look(
    service: Service, host: SiteHost, article: SiteArticle, name: str
) -> None:
    AT_ONCE[name](host, article)

    work_after(service, minutes=16)

    now = stored(service)
    assert (now["revision"], now["title"]) == (2, article.page.title)
    assert now["text"].split() == article.text.split()
    assert look(service) == GOOD


@pytest.mark.parametrize("name", IN_TIME)
def test_another_text_that_stays_is_a_revision_after_six_hours(
    service: Service, host: SiteHost, article: SiteArticle, name: str
) -> None:
    IN_TIME[name](host, article)
    work_after(service, minutes=16)
    assert look(service)["look"] == "doubtful"

    late = timedelta(0)
    while stored(service)["revision"] == 1:
        work_after(service, minutes=10)
        late += timedelta(minutes=10)

    assert SETTLED_AFTER <= late <= SETTLED_AFTER + timedelta(hours=1)
    assert stored(service)["text"].split() == article.text.split()
    assert look(service) == GOOD


def test_another_headline_and_text_are_a_revision_at_once_if_the_feed_has_the_headline_too(
    service: Service, feed: SiteFeed, article: SiteArticle
) -> None:
    article.edit(title="Nobody wants the old bridge", text=prose("nobody wants the old bridge"))
    feed.items.clear()
    feed.add(article)

    work_after(service, minutes=16)

    assert (stored(service)["revision"], stored(service)["title"]) == (2, article.page.title)


def test_a_flash_is_replaced_by_the_report(service: Service, host: SiteHost, feed: SiteFeed) -> None:
    flash = host.article("The harbour master resigns", text=" ".join(prose("flash").split()[:30]))
    feed.add(flash)
    service.subscribe(feed.url)
    service.work()
    flash.edit(text=prose("the whole report", paragraphs=8))

    work_after(service, minutes=16)

    assert stored(service)["revision"] == 2


def test_a_beginning_behind_a_paywall_is_replaced_by_the_whole_text_at_once_and_never_the_other_way(
    service: Service, host: SiteHost, feed: SiteFeed
) -> None:
    article = host.article("The council buys back the old bridge")
    host.fault(article.url, paywalled_beginning(host, article))
    feed.add(article)
    service.subscribe(feed.url)
    service.work()
    assert len(stored(service)["text"].split()) < 70

    host.heal()
    work_after(service, minutes=16)
    assert stored(service)["text"].split() == article.text.split()

    host.fault(article.url, paywalled_beginning(host, article))
    for _ in range(8):
        work_after(service, hours=20)
    assert stored(service)["text"].split() == article.text.split()
    assert look(service)["look_reason"] == "paywall"


def test_a_wall_on_several_pages_is_recognised_in_a_language_that_nobody_listed(
    service: Service, host: SiteHost, feed: SiteFeed
) -> None:
    words = [f"Vi hjælper {number} gæster med lov og samlæsning af hver side." for number in range(40)]
    articles = [host.article(f"The {name} opens again") for name in ("museum", "garden", "chapel")]
    for article in articles:
        feed.add(article)
    service.subscribe(feed.url)
    service.work()
    for article in articles:
        host.fault(article.url, faults.served(_wall_of(article, words)))

    work_after(service, minutes=16)
    for _ in range(10):
        work_after(service, hours=5)

    assert {row["revision"] for row in service.read("articles", "revision")} == {1}
    assert {row["look_reason"] for row in service.read("entries", "look_reason")} == {"shared"}


def _wall_of(article: SiteArticle, words: list[str]) -> str:
    """A wall whose head states the article."""
    paragraphs = [" ".join(words[:20]), " ".join(words[20:])]
    return page(article.page.title, paragraphs, head=head_of(article), language="da")


def test_a_doubtful_page_is_requested_again_soon_on_a_new_connection_and_from_no_cache(
    service: Service, site: Site, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, consent_with_head("en")(host, article))
    work_after(service, minutes=16)
    before = len(site.hits(article.url))

    work_after(service, minutes=11)

    last = site.hits(article.url)[before:]
    assert len(last) == 1
    assert last[0].headers["Cache-Control"] == "no-cache"
    assert not {"If-None-Match", "If-Modified-Since"} & set(last[0].headers)


def test_extra_looks_do_not_use_up_the_planned_ones(
    service: Service, site: Site, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, consent_with_head("en")(host, article))
    work_after(service, minutes=16)
    work_after(service, minutes=11)
    host.heal()
    work_after(service, hours=1, minutes=1)
    assert look(service) == GOOD
    seen = len(site.hits(article.url))

    for span in ({"hours": 6}, {"hours": 19}, {"days": 2, "hours": 1}):
        work_after(service, **span)

    assert len(site.hits(article.url)) - seen == 3


def test_a_doubtful_page_is_kept_and_is_not_the_article_when_kept_pages_are_read_again(
    service: Service, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, consent_with_head("en")(host, article))
    work_after(service, minutes=16)
    assert service.count("pages", state="refused", reason="doubtful") == 1
    before = stored(service)

    service.reextract()

    assert stored(service) == before
    assert look(service)["look"] == "doubtful"


def test_reading_a_kept_page_again_with_another_result_is_no_doubt(
    service: Service, article: SiteArticle
) -> None:
    service.change("articles", {"text": "What an older extractor made of it.", "content_hash": b"\0" * 32})

    service.reextract()

    assert service.change_kinds() == ["created", "refreshed"]
    assert stored(service)["revision"] == 1
    assert stored(service)["text"].split() == article.text.split()
    assert look(service) == GOOD


def test_an_article_that_was_removed_is_not_restored_by_a_wall_but_by_its_own_page(
    service: Service, host: SiteHost, article: SiteArticle
) -> None:
    host.fault(article.url, faults.gone())
    work_after(service, minutes=16)
    work_after(service, hours=2)
    assert stored(service)["state"] == "removed"

    host.fault(article.url, consent_with_head("en")(host, article))
    work_after(service, hours=6)
    assert stored(service)["state"] == "removed"

    host.heal()
    work_after(service, hours=1)
    assert (stored(service)["state"], stored(service)["revision"]) == ("live", 1)
