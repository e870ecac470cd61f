"""What has passed its retention is deleted, nothing else is, and a dry run says so before."""

from datetime import timedelta

import pytest

from tests.services.service import Service
from tests.site import Site
from tests.store.rows import NOW, added_feed, revised_article, stored_article
from worker.config.groups import RetentionPolicy
from worker.model import ChangeKind
from worker.rows.access import Role
from worker.rows.accounts import Lifetimes
from worker.services import retention
from worker.store import Store, accounts, audit, feeds, reading, sessions
from worker.store.db import rows
from worker.store.retention import ARTICLE_BYTES

NOTHING = RetentionPolicy(
    entries=None, revisions=None, articles=None, audit=None, pages_bytes=None, articles_bytes=None
)


def policy(**bounds: object) -> RetentionPolicy:
    unset = dict.fromkeys(RetentionPolicy.__slots__)
    return RetentionPolicy(**(unset | bounds))  # type: ignore[arg-type]


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def store(service: Service) -> Store:
    return service.store


def stored(store: Store, *ages: float, feed: str = "https://news.example/feed.xml") -> list[int]:
    """Articles of these ages in days, that a feed brought."""
    ids = []
    for age in ages:
        with store.begin() as db:
            feed_id = added_feed(db, feed)
            ids.append(stored_article(db, now=NOW - days(age), feed_id=feed_id, text="Text. " * 200))
    return ids


def planned(store: Store, rules: RetentionPolicy) -> dict[str, int]:
    return {one.rule: one.rows for one in retention.plan(store, rules, now=NOW) if one.rows}


def done(store: Store, rules: RetentionPolicy) -> dict[str, int]:
    return {rule: count for rule, count in retention.apply(store, rules, now=NOW).items() if count}


def ids_of(store: Store) -> list[int]:
    with store.begin() as db:
        return [int(row["id"]) for row in rows(db, "SELECT id FROM articles ORDER BY id")]


def test_without_settings_nothing_is_deleted(store: Store) -> None:
    stored(store, 1000)
    assert planned(store, NOTHING) == done(store, NOTHING) == {}


def test_articles_past_their_retention_are_purged_with_a_line(service: Service, store: Store) -> None:
    old, young = stored(store, 31, 29)
    rules = policy(articles=days(30))
    assert planned(store, rules) == {"articles_age": 1}
    assert done(store, rules) == {"articles_age": 1}
    assert ids_of(store) == [young]
    (line,) = service.read("changes", "article_id", "cause", kind=ChangeKind.PURGED)
    assert line == {"article_id": old, "cause": "operator"}
    assert service.identity().holds


def test_the_retention_of_a_feed_counts_instead_of_the_general_one(store: Store) -> None:
    short, long, other = (f"https://{name}.example/feed.xml" for name in ("short", "long", "other"))
    of_short, of_long, of_other = (stored(store, 40, 8, feed=feed) for feed in (short, long, other))
    with store.begin() as db:
        feeds.override(db, added_feed(db, short), {"retention": 7 * 86400.0}, now=NOW)
        feeds.override(db, added_feed(db, long), {"retention": 90 * 86400.0}, now=NOW)
    assert done(store, policy(articles=days(30))) == {"articles_feed": 2, "articles_age": 1}
    assert ids_of(store) == [*of_long, of_other[1]]
    assert not set(of_short) & set(ids_of(store))


def test_by_size_the_newest_articles_that_fit_stay(store: Store) -> None:
    ids = stored(store, 3, 2, 1)
    with store.begin() as db:
        total = rows(db, f"SELECT sum({ARTICLE_BYTES}) AS size FROM articles a")[0]["size"]
    rules = policy(articles_bytes=total - 1)
    assert done(store, rules) == {"articles_size": 1}
    assert ids_of(store) == ids[1:]


def test_the_text_of_feeds_goes_and_the_entry_stays(service: Service, store: Store) -> None:
    stored(store, 31, 29)
    service.change("entries", {"content": "<p>Text</p>", "summary": "Short"})
    assert done(store, policy(entries=days(30))) == {"entries_age": 1}
    assert [row["content"] for row in service.read("entries", "content")] == [None, "<p>Text</p>"]
    assert service.identity().holds


def test_old_lines_of_the_audit_log_and_sessions_that_are_over_go(store: Store) -> None:
    with store.begin() as db:
        for age in (400, 300):
            audit.record(db, "anna", "feed.paused", f"feed:{age}", now=NOW - days(age))
        account = accounts.add(db, "anna", Role.VIEWER, now=NOW)
        assert account
        for begun in (NOW - days(30), NOW):
            lifetimes = Lifetimes(idle=days(1), whole=days(30))
            sessions.begin(db, account.id, str(begun).encode(), agent="", now=begun, lifetimes=lifetimes)
    rules = policy(audit=days(365))
    assert planned(store, rules) == {"audit_age": 1}
    retention.apply_a_part(store, rules, now=NOW, stopping=lambda: False)
    with store.begin() as db:
        assert [line.subject for line in audit.listing(db, limit=9)] == ["feed:300"]
        assert len(rows(db, "SELECT id FROM sessions")) == 1


def test_earlier_versions_go_and_their_numbers_stay(service: Service, store: Store) -> None:
    (article_id,) = stored(store, 40)
    (article,) = service.read("articles", "url")
    with store.begin() as db:
        revised_article(db, article_id, url=article["url"], title="New", text="New.")
    assert done(store, policy(revisions=days(30))) == {"revisions_age": 1}
    with store.begin() as db:
        whole = reading.whole(db, article_id)
        assert reading.version(db, article_id, 1) is None
    assert whole is not None
    assert [revision["number"] for revision in whole["revisions"]] == [1, 2]


def test_bodies_of_pages_go_by_age_and_by_size_the_oldest_first(service: Service, site: Site) -> None:
    host = site.host()
    service.subscribe(host.feed(articles=3).url)
    service.work()
    sizes = [row["size"] for row in service.ask("SELECT octet_length(body) AS size FROM pages ORDER BY id")]
    rules = policy(pages_bytes=sum(sizes[1:]))
    assert retention.apply(service.store, rules, now=service.now())["pages_size"] == 1
    kept = service.ask("SELECT body IS NOT NULL AS kept FROM pages ORDER BY fetched_at, id")
    assert [row["kept"] for row in kept] == [False, True, True]
    service.later(days=31)
    assert retention.apply(service.store, NOTHING, now=service.now())["pages_age"] == 2


def test_a_task_deletes_a_bounded_part_and_the_next_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    stored(store, 34, 33, 32)
    rules = policy(articles=days(30))
    assert retention.apply(store, rules, now=NOW, most=2)["articles_age"] == 2
    assert retention.apply(store, rules, now=NOW, most=2)["articles_age"] == 1


def test_what_passed_its_retention_stays_away_from_the_next_poll(service: Service, site: Site) -> None:
    host = site.host()
    feed = host.feed(articles=2)
    service.subscribe(feed.url)
    service.work()
    service.later(days=31)
    retention.apply(service.store, policy(articles=days(30)), now=service.now())
    feed.add(host.article("Something new"))
    service.work()
    assert [row["title"] for row in service.read("articles", "title")] == ["Something new"]
    assert service.refusals() == {"purged": 2}
