"""Design: hosts that do not answer wait in separate lanes, and never delay hosts that answer."""

from collections.abc import Callable, Iterator

import pytest

from tests.services.service import Service
from tests.silent import silent_hosts
from tests.site import Site, SiteHost, faults
from tests.site.host import SiteFeed
from worker.services.queue import Claim

Make = Callable[..., Service]
Message = tuple[str, list[Claim]]

PLACES = 8
"""Hosts that one process visits side by side in these tests; a stage has two processes."""


@pytest.fixture
def service(make_service: Make) -> Service:
    """A service with few places, so that a few dozen silent hosts are far too many."""
    return make_service(
        fetch_hosts_at_once=PLACES,
        batch_hosts=4,
        poll_concurrency=2,
        fetch_concurrency=2,
        fetch_connect_seconds=0.3,
        fetch_read_seconds=0.3,
        fetch_total_seconds=0.6,
        fetch_tries=2,
    )


@pytest.fixture
def silent() -> Iterator[list[str]]:
    """The addresses of silent hosts."""
    with silent_hosts(300) as hosts:
        yield hosts


def lists(host: SiteHost, links: list[str], path: str = "/links.xml") -> SiteFeed:
    """Add a feed to `host` whose items lead to other hosts."""
    feed = host.feed(path, window=1000)
    for number, link in enumerate(links):
        article = host.article(f"Link {number} of {path}", path=f"{path}/{number}.html")
        feed.add(article, link=f"{link}/page.html", guid=link)
    return feed


def sent(service: Service, *stages: str) -> list[set[str]]:
    """Tick; return the hosts of each message to these stages, and leave the messages in the queue."""
    before = len(service.queue.messages)
    service.tick()
    keys = {row["id"]: str(row["key"]) for row in service.read("hosts", "id", "key")}
    return [
        {keys[claim[0]] for claim in claims}
        for name, claims in service.queue.messages[before:]
        if name in stages
    ]


def do(service: Service, stage: str) -> None:
    """Do the oldest message to `stage`."""
    message = next(one for one in service.queue.messages if one[0] == stage)
    service.queue.messages.remove(message)
    service.do(*message)


def polled(service: Service, host: SiteHost, feed: SiteFeed) -> None:
    """Subscribe to a feed and poll it; its host is known to answer then."""
    service.subscribe(feed.url)
    assert sent(service, "poll") == [{host.home}]
    do(service, "poll")


def lane(service: Service, key: str) -> object:
    (row,) = service.read("hosts", "lane", key=key)
    return row["lane"]


def test_pages_of_hosts_that_answer_are_claimed_at_once_and_never_behind_80_silent_hosts(
    service: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    polled(service, host, lists(host, silent[:80]))
    (slow,) = sent(service, "fetch")
    assert slow <= set(silent)

    for number in range(4):
        good = site.host()
        polled(service, good, good.feed(f"/good{number}.xml", articles=2))
        assert sent(service, "fetch") == [{good.home}]
    assert service.queue.depth("fetch") == 5


def test_one_of_two_processes_is_left_to_hosts_that_answer_until_all_silent_ones_were_tried(
    service: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    polled(service, host, lists(host, silent[:40]))
    tried: list[str] = []
    while batch := sent(service, "fetch"):
        assert [len(message) for message in batch] == [PLACES]
        assert sent(service, "fetch") == []
        tried += batch[0]
        do(service, "fetch")
    assert sorted(tried) == sorted(silent[:40])
    assert {lane(service, key) for key in silent[:40]} == {"silent"}


def test_a_backlog_of_hosts_that_answer_leaves_the_silent_ones_their_share(
    make_service: Make, site: Site, silent: list[str]
) -> None:
    service = make_service(queue_limit=2, batch_hosts=1, fetch_hosts_at_once=PLACES)
    host = site.host()
    polled(service, host, lists(host, silent[:20]))
    for each in [site.host() for _ in range(4)]:
        polled(service, each, each.feed("/feed.xml", articles=1))
        service.queue.messages.clear()
    service.later(minutes=4)
    claimed = sent(service, "fetch")
    assert [len(message) for message in claimed] == [1, PLACES]


def test_feeds_on_silent_hosts_hold_one_of_two_processes_and_delay_no_other_feed(
    service: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    polled(service, host, host.feed("/good.xml"))
    service.subscribe(*(f"{home}/feed.xml" for home in silent[:80]))
    (slow,) = sent(service, "poll")
    assert len(slow) == PLACES
    assert slow <= set(silent)

    service.subscribe(host.feed("/other.xml").url)
    assert sent(service, "poll") == [{host.home}]


def test_a_fresh_installation_in_which_no_host_is_known_polls_all_at_once(
    service: Service, site: Site
) -> None:
    hosts = [site.host() for _ in range(40)]
    service.subscribe(*(host.feed("/feed.xml").url for host in hosts))
    claimed = sent(service, "poll")
    assert [len(message) for message in claimed] == [4] * 10
    assert set().union(*claimed) == {host.home for host in hosts}


def test_a_silent_host_that_answers_again_leaves_its_lane_with_its_first_answer(
    service: Service, site: Site
) -> None:
    known, back = site.host(), site.host()
    polled(service, known, known.feed("/known.xml"))
    feed = back.feed("/back.xml", articles=1)
    back.fault_all(faults.slow(5.0))
    service.subscribe(feed.url)
    for _ in range(2):
        service.later(hours=1)
        service.work()
    assert lane(service, back.home) == "silent"

    back.heal()
    service.later(hours=1)
    service.work()
    assert lane(service, back.home) == "answering"
    assert service.identity().stored == 1


def test_a_good_host_that_fails_once_comes_before_hosts_that_were_never_asked(
    service: Service, site: Site, silent: list[str]
) -> None:
    host, other = site.host(), site.host()
    polled(service, other, other.feed("/other.xml"))
    feed = host.feed("/feed.xml", articles=1)
    polled(service, host, feed)
    host.fault_all(faults.disconnected())
    sent(service, "fetch")
    do(service, "fetch")
    assert lane(service, host.home) == "faltering"

    service.subscribe(*(f"{home}/feed.xml" for home in silent[:80]))
    service.later(hours=1)
    host.heal()
    asked = sent(service, "poll", "fetch")
    assert any(host.home in message for message in asked)


def test_a_host_that_accepts_and_trickles_counts_as_silent(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=5)
    host.fault_all(faults.dripping(0.2, chunk=1))
    service.subscribe(feed.url)
    service.work()
    assert lane(service, host.home) == "silent"


def test_a_host_that_is_busy_or_broken_still_counts_as_one_that_answers(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed("/feed.xml")
    host.fault_all(faults.status(503, retry_after=60))
    service.subscribe(feed.url)
    service.work()
    assert lane(service, host.home) == "answering"


def test_one_page_that_hangs_among_others_that_come_puts_no_host_into_a_slow_lane(
    service: Service, site: Site
) -> None:
    host = site.host()
    feed = host.feed("/feed.xml", articles=5)
    host.fault("/news/1.html", faults.slow(5.0))
    service.subscribe(feed.url)
    service.work()
    assert service.identity().stored == 4
    assert lane(service, host.home) == "answering"


@pytest.fixture
def patient(make_service: Make) -> Service:
    """A service that waits for two seconds, longer than a turn keeps its place."""
    return make_service(
        fetch_hosts_at_once=PLACES,
        batch_hosts=4,
        fetch_connect_seconds=2.0,
        fetch_read_seconds=2.0,
        fetch_total_seconds=2.0,
        fetch_robots=False,
    )


def known_until_now(service: Service) -> None:
    """Let all hosts be known as hosts that answer."""
    service.change("hosts", {"lane": "answering"})


def test_known_hosts_that_fall_silent_together_hold_up_no_page_of_a_host_that_answers(
    patient: Service, site: Site, silent: list[str]
) -> None:
    host, good = site.host(), site.host()
    polled(patient, host, lists(host, silent[:20]))
    known_until_now(patient)
    polled(patient, good, good.feed("/good.xml", articles=1))
    assert sent(patient, "fetch") == [{good.home}]
    assert patient.queue.depth("fetch") == 6

    do(patient, "fetch")
    assert patient.queue.depth("extract") == 1
    assert {lane(patient, key) for key in silent[:20]} == {"faltering"}
    while patient.queue.depth("fetch"):
        do(patient, "fetch")
    assert len([hit for hit in site.hits() if hit.url.startswith(f"{good.home}/news")]) == 1


def test_known_hosts_that_fall_silent_together_hold_up_no_feed_of_a_host_that_answers(
    patient: Service, site: Site, silent: list[str]
) -> None:
    good = site.host()
    patient.subscribe(*(f"{home}/feed.xml" for home in silent[:20]))
    patient.subscribe(good.feed("/good.xml").url)
    known_until_now(patient)
    assert [good.home in message for message in sent(patient, "poll")] == [False] * 5 + [True]

    do(patient, "poll")
    assert len(site.hits(f"{good.home}/good.xml")) == 1


def test_hosts_of_the_slow_lanes_are_never_taken_into_free_places(
    patient: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    polled(patient, host, lists(host, silent[:20]))
    (slow,) = sent(patient, "fetch")
    do(patient, "fetch")
    assert {key for key in silent[:20] if lane(patient, key) == "silent"} == slow


def test_a_document_that_leads_to_250_new_hosts_makes_100_of_them_due_and_the_others_later(
    service: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    feed = lists(host, silent[:250])
    own = host.article("Of this host")
    feed.add(own)
    polled(service, host, feed)

    def due() -> int:
        return len([row for row in service.read("entries", "due_at") if row["due_at"] <= service.now()])

    assert (service.identity().discovered, due()) == (251, 101)
    service.later(minutes=1)
    assert due() == 201
    service.later(minutes=1)
    assert due() == 251


def test_every_entry_on_a_silent_host_is_tried_again_and_ends_refused(
    service: Service, site: Site, silent: list[str]
) -> None:
    host = site.host()
    polled(service, host, lists(host, silent[:20]))
    for _ in range(4):
        service.later(hours=7)
        service.work()
    assert service.identity().refused == 20
    assert service.identity().holds
