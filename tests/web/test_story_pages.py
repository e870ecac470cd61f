"""Stories on pages: lists in two orders, their members, how alike they are and what differs."""

import re
from typing import Any

import pytest

from tests.store import rows
from tests.store.tables import change
from tests.texts import made_up
from tests.web.browser.article_world import ARTICLE, fill_articles
from tests.web.conftest import Web
from tests.web.test_pages import text_of
from worker.extract.fingerprints import minhash
from worker.extract.story_links import StoryText
from worker.services.story_shape import likeness, timeline
from worker.store import story_lists
from worker.web.parts import utc_now


def listed(web: Web, **query: Any) -> list[int]:
    return [
        int(n) for n in re.findall(r'class="head" href="/stories/(\d+)"', web.page("/stories", **query).text)
    ]


@pytest.fixture
def stored(web: Web) -> list[int]:
    """Three stories of two, four and three articles, in this order; the ids of their articles."""
    ids = []
    for number, size in enumerate((2, 4, 3)):
        members = []
        for member in range(size):
            with web.store.begin() as db:
                url = f"https://outlet{number}{member}.example/a"
                language = "de" if number == 0 else "en"
                members.append(rows.stored_article(db, url=url, language=language, title=f"Story {number}"))
        with web.store.begin() as db:
            story_id = rows.begun_story(db, members)
            change(db, "stories", {"begun_at": utc_now()}, id=story_id)
        ids += members
    return ids


def test_stories_are_listed_newest_or_biggest_first_and_by_their_members(web: Web, stored: list[int]) -> None:
    assert listed(web) == [3, 2, 1]
    assert listed(web, order="biggest") == [2, 3, 1]
    assert listed(web, language="de") == [1]
    assert listed(web, language="-de", order="biggest") == [2, 3]
    assert listed(web, publisher="outlet21.example") == [3]
    assert listed(web, after=3) == [2, 1]
    assert listed(web, after=2, order="biggest") == [3, 1]
    assert listed(web, after=99) == []
    assert listed(web, wire="1") == []
    with web.store.begin() as db:
        change(db, "stories", {"agency_at": rows.NOW}, id=2)
        change(db, "stories", {"begun_at": rows.NOW}, id=3)
    assert listed(web, wire="1") == [2]
    assert listed(web, period="week") == [2, 1]


def test_a_rare_member_is_found_beyond_the_stories_that_are_looked_at_one_by_one(
    web: Web, stored: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_lists, "WINDOW", 1)
    assert listed(web, publisher="outlet01.example") == [1]
    assert listed(web, publisher="outlet01.example", order="biggest") == [1]


def test_a_list_of_stories_says_why_it_is_empty(web: Web) -> None:
    assert "There is no story yet." in web.page("/stories").text
    assert "No story matches." in web.page("/stories", wire="1").text
    answer = web.page("/stories", language="german")
    assert answer.status_code == 422
    assert "language: &#39;german&#39; is not possible" in answer.text


def test_a_story_shows_who_was_first_how_alike_its_articles_are_and_what_differs(web: Web) -> None:
    for _ in range(2):
        with web.store.begin() as db:
            rows.stored_article(db)
    fill_articles(web, now=utc_now())
    page = web.page("/stories/1").text
    assert re.search(r"First published by harbour\.example ,", text_of(page))
    assert page.count("<circle") == 3
    assert re.search(rf'<a href="/stories/1/diff\?from={ARTICLE}&amp;to={ARTICLE + 1}">100 %</a>', page)
    diff = web.page(f"/stories/1/diff?from={ARTICLE}&to={ARTICLE + 1}")
    assert "[added: " in diff.text
    assert "after the storm" in diff.text
    other = web.page(f"/stories/1/diff?from={ARTICLE}&to=1")
    assert (other.status_code, "article 1 is not in the story 1" in other.text) == (404, True)
    assert web.page("/stories/99").status_code == 404


def test_texts_too_short_to_compare_have_no_likeness() -> None:
    words = "\n".join(made_up("one"))
    texts = [StoryText(n, 1, n, 9, minhash(text)) for n, text in enumerate((words, words, "Too short."))]
    assert likeness(texts) == [[None, 1.0, None], [1.0, None, None], [None, None, None]]


def test_a_time_line_goes_from_the_first_to_the_last_article() -> None:
    assert timeline([]) == []
    points = timeline([(1, rows.NOW), (2, rows.NOW.replace(hour=18)), (3, rows.NOW.replace(hour=15))])
    assert [point.share for point in points] == [0, 1, 0.5]
    assert [point.share for point in timeline([(1, rows.NOW)])] == [0]
