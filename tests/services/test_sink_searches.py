"""A sink that names a saved search follows what the search means now."""

from tests.services.receivers import receiver
from tests.services.service import Service
from tests.services.test_webhooks import state, work
from tests.store.rows import NOW, stored_article
from worker.filters import parse_text
from worker.rows.sinks import SinkOptions
from worker.services.sinks.operator import add_sink
from worker.store import searches


def save(service: Service, text: str) -> None:
    with service.store.begin() as db:
        searches.add(db, "mine", parse_text(text), now=NOW)


def store(service: Service, language: str) -> int:
    with service.store.begin() as db:
        return stored_article(db, language=language)


def add(service: Service, url: str) -> None:
    with service.store.begin() as db:
        options = SinkOptions(allow_private=True)
        add_sink(db, "hook", url, options, where="search=mine kind=article", secret=None, begin=0, now=NOW)


def test_a_search_that_is_replaced_decides_about_the_next_lines(service: Service) -> None:
    save(service, "language=de")
    first, _ = store(service, "de"), store(service, "fr")
    with receiver() as got:
        add(service, got.url)
        work(service)
        save(service, "language=fr")
        second, _ = store(service, "fr"), store(service, "de")
        work(service)
    assert [line["article_id"] for one in got.seen for line in one.lines] == [first, second]


def test_a_sink_whose_search_a_restore_has_lost_waits_with_its_cursor_and_says_why(service: Service) -> None:
    save(service, "language=de")
    with receiver() as got:
        add(service, got.url)
        store(service, "de")
        with service.store.begin() as db:
            searches.remove(db, "mine")
        work(service)
        assert (got.seen, state(service)["cursor"]) == ([], 0)
        assert "no search is saved as 'mine'" in state(service)["detail"]
        save(service, "language=de")
        service.later(minutes=2)
        work(service)
        assert len(got.seen) == 1
