"""Refused entries are fetched again, stored pages are extracted again."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import added_feed, fetched_page, refused_entry, stored_article
from tests.store.tables import count as count_rows
from worker.extract import VERSION
from worker.model import PageState
from worker.outcome import Reason
from worker.rows.pages import PageEnd
from worker.store import Store
from worker.store.db import rows
from worker.store.pages import finish


@pytest.fixture
def refused(store: Store) -> list[int]:
    """Three refused entries: two walls and a robots.txt."""
    with store.begin() as db:
        feed = added_feed(db)
        reasons = (Reason.CONSENT_WALL, Reason.CONSENT_WALL, Reason.ROBOTS)
        return [refused_entry(db, feed, f"https://news.example/{n}", r) for n, r in enumerate(reasons)]


@pytest.mark.parametrize(
    "which, count", [(("--reason", "consent-wall"), 2), (("--all",), 3), (("--reason", "paywall"), 0)]
)
def test_retry_requeues_refused_entries(refused: list[int], which: tuple[str, ...], count: int) -> None:
    assert wiredesk("retry", *which).out == f"{count} entries wait again\n"
    assert wiredesk("status", "--json").json["identity"]["waiting"] == count


def test_retry_of_one_entry_requeues_it_once(refused: list[int]) -> None:
    assert wiredesk("retry", "--id", str(refused[0])).out == "1 entry waits again\n"
    assert wiredesk("retry", "--id", str(refused[0])).out == "0 entries wait again\n"


@pytest.mark.usefixtures("store")
def test_an_id_that_does_not_exist_is_a_user_error() -> None:
    for command, words in (("retry", "there is no entry 99999"), ("reextract", "page 99999 is not kept")):
        said = wiredesk(command, "--id", "99999")
        assert (said.code, said.out) == (2, "")
        assert words in said.err


def test_a_stored_entry_is_not_retried(store: Store) -> None:
    with store.begin() as db:
        stored_article(db, title="Storm", feed_id=added_feed(db))
        [entry] = rows(db, "SELECT id FROM entries WHERE state = 'stored'")
    said = wiredesk("retry", "--id", str(entry["id"]))
    assert said.code == 2
    assert f"entry {entry['id']} is stored" in said.err


@pytest.mark.usefixtures("store")
def test_an_unknown_reason_is_a_user_error() -> None:
    said = wiredesk("retry", "--reason", "bad-mood")
    assert said.code == 2
    assert "bad-mood" in said.err


@pytest.fixture
def pages(store: Store, refused: list[int]) -> Store:
    """Two kept pages: one read by this version of the extractor, one by an older."""
    with store.begin() as db:
        for entry, extractor in zip(refused, (VERSION, "0"), strict=False):
            page_id = fetched_page(db, entry)
            end = PageEnd(page_id, 1, PageState.REFUSED, Reason.CONSENT_WALL, None, extractor)
            finish(db, [end])
    return store


@pytest.mark.parametrize("which, count", [("--older-than-extractor", 1), ("--all", 2)])
def test_reextract_requeues_stored_pages(pages: Store, which: str, count: int) -> None:
    assert (
        wiredesk("reextract", which).out
        == f"{count} {'page waits' if count == 1 else 'pages wait'} to be read again\n"
    )
    with pages.begin() as db:
        assert count_rows(db, "pages", state="fetched") == count
