"""The operator's filters keep entries out, say which filter it was, and touch nothing that is stored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.service import Service
from tests.site import Site
from worker.config.settings import SettingsError
from worker.services.operator.try_filter import try_filter
from worker.store import filtered

Make = Callable[..., Service]


@pytest.fixture
def make_filtered(make_service: Make, tmp_path: Path) -> Callable[[str], Service]:
    def make(text: str) -> Service:
        file = tmp_path / "filters.toml"
        file.write_text(text, "utf-8")
        return make_service(filters_file=file)

    return make


def block(name: str, condition: str) -> str:
    return f'[[filter]]\nname = "{name}"\naction = "block"\n{condition}\n'


def test_an_entry_that_is_blocked_is_refused_with_the_filters_name_and_never_fetched(
    make_filtered: Callable[[str], Service], site: Site
) -> None:
    service = make_filtered(block("horoscopes", 'title = "*horoscope*"'))
    host = site.host()
    feed = host.feed()
    feed.add(host.article("Your horoscope", path="/stars"))
    feed.add(host.article("Ferry"))
    service.subscribe(feed.url)
    service.work()
    (refused,) = service.read("entries", "reason", "detail", state="refused")
    assert refused == {"reason": "blocked", "detail": "horoscopes"}
    assert [row["title"] for row in service.read("articles", "title")] == ["Ferry"]
    assert service.count("pages") == 1
    assert service.identity().holds


def test_a_language_is_blocked_once_the_text_is_read(
    make_filtered: Callable[[str], Service], site: Site
) -> None:
    service = make_filtered(block("english", 'language = "en"'))
    host = site.host()
    service.subscribe(host.feed(articles=1).url)
    service.work()
    (refused,) = service.read("entries", "reason", "detail", state="refused")
    assert refused == {"reason": "blocked", "detail": "english"}
    assert service.count("articles") == 0


def test_a_label_is_that_of_the_feed(make_filtered: Callable[[str], Service], site: Site) -> None:
    service = make_filtered(block("sport", 'label = "sport"'))
    host = site.host()
    (feed_id,) = service.subscribe(host.feed(articles=2).url)
    service.change("feeds", {"labels": ["Sport"]}, id=feed_id)
    service.work()
    assert service.refusals() == {"blocked": 2}


def test_a_stored_article_stays_and_may_be_edited(
    make_service: Make, make_filtered: Callable[[str], Service], site: Site
) -> None:
    service = make_service()
    host = site.host()
    feed = host.feed()
    article = host.article("Ferry")
    feed.add(article)
    service.subscribe(feed.url)
    service.work()
    later = make_filtered(block("everything", ""))
    later.later(days=1)
    article.edit(text=f"{article.text}\n\nOne more paragraph, which the publisher has added.")
    feed.items[0] = replace(feed.items[0], title="Ferry, updated")
    later.work()
    assert [row["revision"] for row in later.read("articles", "revision")] == [2]


def test_a_trial_shows_what_a_filter_would_have_kept_out(
    make_filtered: Callable[[str], Service], site: Site
) -> None:
    service = make_filtered(block("ferries", 'title = "*ferry*"') + block("german", 'language = "de"'))
    host = site.host()
    feed = host.feed()
    for title in ("Bread", "Bridge"):
        feed.add(host.article(title))
    feed.add(host.article("The ferry sails"))
    service.subscribe(feed.url)
    service.work()
    filters = service.settings.entry_filters
    since = service.now() - timedelta(days=7)
    ferries, german = (try_filter(service.store, one, since=since, show=5) for one in filters)
    assert (ferries.tried, ferries.matched, ferries.stored) == (3, 1, 0)
    assert [entry.title for entry in ferries.newest] == ["The ferry sails"]
    assert ferries.by_feed == {feed.url: 1}
    assert german.matched == 0
    assert try_filter(service.store, filters[0], since=service.now(), show=5).tried == 0
    with service.store.begin() as db:
        assert filtered.blocked_since(db, since) == {"ferries": 1}


def test_a_mistake_in_the_file_names_the_file(make_filtered: Callable[[str], Service]) -> None:
    service = make_filtered("[[filter")
    with pytest.raises(SettingsError, match=r"filters\.toml: is not valid TOML"):
        service.settings.polling  # noqa: B018
