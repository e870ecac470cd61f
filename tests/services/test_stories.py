"""Articles that carry the same text are one story, whatever order they arrive in; each change has a line."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.services.service import Service
from tests.store.rows import NOW, article_record, revised_article, stored_article
from tests.texts import FURNITURE, edited, made_up
from worker.extract.fingerprints import bands_of, minhash
from worker.model import ChangeKind
from worker.services import stories as relating
from worker.services.stories import relate, relate_waiting
from worker.store import Store, changes, reading, stories
from worker.store.db import rows

URL = "https://outlet{}.example/a"


def store_text(store: Store, outlet: object, paragraphs: Sequence[str], **values: Any) -> int:
    whole = "\n\n".join(paragraphs)
    sketch = minhash(whole)
    with store.begin() as db:
        article_id = stored_article(
            db, url=URL.format(outlet), text=whole, signature=sketch, bands=bands_of(sketch), **values
        )
        stories.enqueue(db, [article_id])
    return article_id


def publish(store: Store, outlet: object, paragraphs: Sequence[str], **values: Any) -> int:
    article_id = store_text(store, outlet, paragraphs, **values)
    relate(store, [article_id], now=NOW)
    return article_id


def revise(store: Store, article_id: int, outlet: object, paragraphs: Sequence[str], **values: Any) -> None:
    whole = "\n\n".join(paragraphs)
    sketch = minhash(whole)
    with store.begin() as db:
        revised_article(
            db,
            article_id,
            url=URL.format(outlet),
            title="A title",
            text=whole,
            signature=sketch,
            bands=bands_of(sketch),
            **values,
        )
    relate(store, [article_id], now=NOW)


def partition(store: Store) -> set[frozenset[str]]:
    """The addresses of each story's members."""
    with store.begin() as db:
        found = rows(db, "SELECT story_id, array_agg(url) AS urls FROM articles GROUP BY story_id")
        sizes = {row["id"]: row["size"] for row in rows(db, "SELECT id, size FROM stories")}
    together = {row["story_id"]: frozenset(row["urls"]) for row in found if row["story_id"] is not None}
    assert {story: size for story, size in sizes.items() if size} == {
        story: len(urls) for story, urls in together.items()
    }
    return set(together.values())


def story_of(store: Store, article_id: int) -> int | None:
    with store.begin() as db:
        return rows(db, "SELECT story_id FROM articles WHERE id = :id", id=article_id)[0]["story_id"]


def wire_of(store: Store, *article_ids: int) -> list[bool | None]:
    with store.begin() as db:
        found = rows(db, "SELECT id, wire FROM articles WHERE id = ANY(:ids)", ids=list(article_ids))
    by_id = {row["id"]: row["wire"] for row in found}
    return [by_id[id] for id in article_ids]


def lines(store: Store, kind: ChangeKind = ChangeKind.STORY) -> list[tuple[int, list[str]]]:
    with store.begin() as db:
        found = changes.after(db, 0, limit=1000)
        changed = {row["id"]: row["changed"] for row in rows(db, "SELECT id, changed FROM changes")}
    return [(line["article_id"], changed[line["id"]]) for line in found if line["kind"] == kind]


@pytest.fixture
def store(service: Service) -> Store:
    return service.store


# Members


@pytest.mark.parametrize("seed", range(6))
def test_the_stories_are_the_same_for_every_order_of_arrival(store: Store, seed: int) -> None:
    """Given copies of some texts, when they arrive in another order and in other batches, nothing differs."""
    rng = Random(seed)
    texts = [made_up(f"{seed} {number}") for number in range(4)]
    copies = [
        (f"{at}-{n}", edited(text, rng)) for at, text in enumerate(texts) for n in range(rng.randint(1, 5))
    ]
    # A text that two others were put together from joins their stories.
    copies += [("joint", texts[0] + texts[1]), ("alone", made_up(f"{seed} alone"))]
    found = []
    for _ in range(3):
        with store.begin() as db:
            db.execute(sql("TRUNCATE articles, entries, stories, story_bands, story_queue, changes CASCADE"))
        rng.shuffle(copies)
        ids = [store_text(store, outlet, text) for outlet, text in copies]
        while ids:
            some = [ids.pop() for _ in range(min(len(ids), rng.randint(1, 4)))]
            relate(store, some, now=NOW)
        found.append(partition(store))
    assert found[0]
    assert found[1:] == [found[0]] * 2


def test_joining_a_story_has_a_line_for_each_member(store: Store) -> None:
    one = publish(store, 1, made_up("a"))
    two = publish(store, 2, made_up("a"))
    assert story_of(store, one) == story_of(store, two) is not None
    assert [id for id, _ in lines(store)] == [one, two]
    three = publish(store, 3, made_up("a"))
    assert [id for id, _ in lines(store)] == [one, two, three]


def test_two_stories_that_an_article_links_become_the_older_one(store: Store) -> None:
    older = [publish(store, n, made_up("a")) for n in (1, 2)]
    later = [publish(store, n, made_up("b")) for n in (3, 4)]
    first, second = story_of(store, older[0]), story_of(store, later[0])
    assert first != second
    joint = publish(store, 5, made_up("a") + made_up("b"))
    assert {story_of(store, id) for id in (*older, *later, joint)} == {first}
    assert [id for id, changed in lines(store)[4:] if "story_id" in changed] == [*later, joint]
    with store.begin() as db:
        assert second is not None
        merged = reading.story(db, second)
    assert merged is not None
    assert (merged["merged_into"], merged["size"], merged["articles"]) == (first, 0, [])


def test_an_article_that_gets_another_text_leaves_its_story_and_may_join_another(store: Store) -> None:
    ids = [publish(store, n, made_up("a")) for n in (1, 2, 3)]
    story = story_of(store, ids[0])
    revise(store, ids[0], 1, made_up("elsewhere"))
    assert [story_of(store, id) for id in ids] == [None, story, story]
    revise(store, ids[0], 1, made_up("a"))
    assert [story_of(store, id) for id in ids] == [story] * 3


def test_a_story_of_which_one_member_is_left_ends(store: Store) -> None:
    one, two = (publish(store, n, made_up("a")) for n in (1, 2))
    revise(store, two, 2, made_up("elsewhere"))
    assert partition(store) == set()
    assert [id for id, _ in lines(store)][2:] == [one, two]


def test_an_edit_that_keeps_the_text_keeps_the_story_and_writes_no_line(store: Store) -> None:
    one = publish(store, 1, made_up("a"))
    publish(store, 2, made_up("a"))
    before = lines(store)
    revise(store, one, 1, [*made_up("a"), "One more sentence at the end."])
    assert lines(store) == before


def test_a_worker_that_dies_before_it_relates_an_article_loses_nothing(store: Store) -> None:
    """Given articles that were stored and not related, when housekeeping runs, they are in their stories."""
    ids = [store_text(store, n, made_up("a")) for n in (1, 2)]
    assert partition(store) == set()
    assert relate_waiting(store, now=NOW) == 2
    assert story_of(store, ids[0]) == story_of(store, ids[1]) is not None
    assert relate_waiting(store, now=NOW) == 0


def test_a_template_that_thousands_share_joins_nothing_and_costs_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "CANDIDATES_A_BAND", 5)
    ids = [
        publish(store, n, [*FURNITURE, *made_up(f"template {n}", paragraphs=2, words=30)], publisher_id=None)
        for n in range(30)
    ]
    with store.begin() as db:
        due = stories.take(db, ids[-1:])
        assert all(len(bucket) <= 6 for bucket in stories.candidates(db, due))


def test_a_large_story_grows_without_reading_its_members(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relating, "LARGE_STORY", 2)
    ids = [publish(store, n, made_up("a"), now=NOW + timedelta(minutes=n)) for n in range(6)]
    assert len({story_of(store, id) for id in ids}) == 1
    (members,) = partition(store)
    assert len(members) == 6
    early = publish(store, "early", made_up("a"), now=NOW - timedelta(hours=1), agencies=["AFP"])
    assert wire_of(store, early, *ids) == [True] * 7


# Whose text it is


def test_an_article_that_names_an_agency_is_wire_and_so_are_its_later_copies(store: Store) -> None:
    earlier = publish(store, 0, made_up("a"), now=NOW - timedelta(hours=2))
    agency = publish(store, 1, made_up("a"), agencies=["dpa"])
    copy = publish(store, 2, made_up("a"), now=NOW + timedelta(hours=1))
    own = publish(store, 3, made_up("b"))
    assert wire_of(store, earlier, agency, copy, own) == [False, True, True, False]


def test_a_copy_of_a_text_that_names_no_agency_may_be_anybodys(store: Store) -> None:
    first = publish(store, 1, made_up("a"))
    copy = publish(store, 2, made_up("a"), now=NOW + timedelta(hours=1))
    assert wire_of(store, first, copy) == [False, None]


def test_without_authors_or_with_too_little_text_it_is_unknown(store: Store) -> None:
    unsigned = publish(store, 1, made_up("a"), authors=[])
    short = publish(store, 2, ["A few words."])
    assert wire_of(store, unsigned, short) == [None, None]


def test_a_copy_is_wire_as_soon_as_the_agencys_text_is_found(store: Store) -> None:
    copy = publish(store, 1, made_up("a"), now=NOW + timedelta(hours=1))
    assert wire_of(store, copy) == [False]
    agency = publish(store, 2, made_up("a"), agencies=["AFP"])
    assert wire_of(store, copy) == [True]
    assert lines(store) == [(copy, ["story_id", "wire"]), (agency, ["story_id"])]


def test_a_story_shows_its_members_in_the_order_of_publication_and_its_agencies(store: Store) -> None:
    copy = publish(store, 1, made_up("a"), now=NOW + timedelta(hours=1))
    agency = publish(store, 2, made_up("a"), agencies=["AFP"])
    with store.begin() as db:
        story = reading.story(db, story_of(store, copy) or 0)
        assert reading.story(db, 999) is None
    assert story is not None
    assert [member["id"] for member in story["articles"]] == [agency, copy]
    assert (story["first_publisher"], story["first_at"]) == ("outlet2.example", NOW)
    assert (story["size"], story["agencies"], story["merged_into"]) == (2, ["AFP"], None)


def test_an_article_without_a_signature_is_in_no_story(store: Store) -> None:
    publish(store, 1, ["Too short."])
    publish(store, 2, ["Too short."])
    assert partition(store) == set()
    record = article_record(URL.format(3), title=None, text="x")
    assert record.signature == b""
