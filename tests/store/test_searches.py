"""Saved searches are filters with a name."""

from tests.store.rows import NOW
from worker.filters import parse_text
from worker.store import Store, searches

FLOODS = parse_text('q="storm surge" language=de')


def test_a_saved_search_is_read_back_as_the_same_filter(store: Store) -> None:
    with store.begin() as db:
        assert searches.add(db, "floods", FLOODS, now=NOW)
    with store.begin() as db:
        assert searches.get(db, "floods") == FLOODS
        assert searches.all(db) == {"floods": FLOODS}
        assert searches.get(db, "storms") is None


def test_a_search_saved_again_under_its_name_replaces_the_older(store: Store) -> None:
    with store.begin() as db:
        searches.add(db, "floods", FLOODS, now=NOW)
        assert not searches.add(db, "floods", parse_text("kind=video"), now=NOW)
        assert str(searches.get(db, "floods")) == "kind=video"


def test_a_removed_search_is_gone_and_removing_it_again_says_so(store: Store) -> None:
    with store.begin() as db:
        searches.add(db, "floods", FLOODS, now=NOW)
        assert searches.remove(db, "floods")
        assert not searches.remove(db, "floods")
        assert searches.get(db, "floods") is None
