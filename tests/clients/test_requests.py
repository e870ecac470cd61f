"""Single requests: which are tried again, after how long, and the errors of those that fail."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from wiredesk_client import ApiError, AsyncClient, Client, ConnectionLost, Retry, WiredeskError
from wiredesk_client.flows import LONGEST_RETRY_AFTER, Reply, retry_after

from tests.clients.conftest import Newsroom
from tests.servers import answer, saying, serve, serve_raw
from worker.store.db import run, value

QUICK = Retry(tries=3, first=0.001, longest=0.002)
STATUS = '{"articles": 7}'
CUT_SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"


def in_turn(*answers: Any) -> Any:
    """A handler that gives the answers one after the other, and counts its requests in `seen`."""
    left = iter(answers)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        handle.seen.append(request)  # type: ignore[attr-defined]
        found: web.StreamResponse = await next(left)(request)
        return found

    handle.seen = []  # type: ignore[attr-defined]
    return handle


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_request_is_sent_again_when_the_service_is_busy(status: int) -> None:
    handler = in_turn(answer(status=status), answer(status=status), answer(STATUS))
    with serve(handler) as url, Client(url, retry=QUICK) as client:
        assert client.status() == {"articles": 7}
    assert len(handler.seen) == 3


def test_a_request_is_not_sent_before_the_time_that_the_service_states() -> None:
    times = []

    async def note(request: web.BaseRequest) -> web.StreamResponse:
        times.append(time.monotonic())
        busy = answer("", 503, Retry_After="1")
        return await (busy if len(times) == 1 else answer(STATUS))(request)

    with serve(note) as url, Client(url, retry=QUICK) as client:
        client.status()
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 422])
def test_a_refused_request_is_not_sent_again(status: int) -> None:
    handler = in_turn(answer('{"error": {"status": 1, "message": "it is wrong"}}', status))
    with serve(handler) as url, Client(url, retry=QUICK) as client, pytest.raises(ApiError) as caught:
        client.status()
    assert (caught.value.status, caught.value.message) == (status, "it is wrong")
    assert str(caught.value) == f"{status}: it is wrong"


def test_the_detail_of_a_problem_is_the_message() -> None:
    body = '{"type": "about:blank", "title": "Forbidden", "detail": "the key lacks read"}'
    with serve(answer(body, 403)) as url, Client(url) as client, pytest.raises(ApiError, match="lacks read"):
        client.status()


def test_a_service_that_stays_away_is_named_after_the_last_try() -> None:
    with serve(answer()) as url:
        pass
    with Client(url, retry=QUICK) as client, pytest.raises(ConnectionLost, match=url):
        client.status()


def test_half_an_answer_counts_as_no_answer() -> None:
    with (
        serve_raw(saying(CUT_SHORT)) as url,
        Client(url, retry=QUICK) as client,
        pytest.raises(ConnectionLost),
    ):
        client.status()


def test_something_that_is_not_wiredesk_is_recognised() -> None:
    with serve(answer("<html>")) as url, Client(url) as client, pytest.raises(ApiError, match="is this Wire"):
        client.status()


def test_a_key_is_sent_but_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = in_turn(answer(STATUS), answer(STATUS))
    with serve(handler) as url:
        with Client(url, key="wd_one") as client:
            client.status()
        monkeypatch.setenv("WIREDESK_KEY", "wd_two")
        monkeypatch.setenv("WIREDESK_URL", url)
        with Client() as client:
            client.status()
    keys = [request.headers["Authorization"] for request in handler.seen]
    assert keys == ["Bearer wd_one", "Bearer wd_two"]
    assert "wd_two" not in repr(client._connection)


@pytest.mark.parametrize("url", ["news.example", "ftp://news.example", "http://", "/api"])
def test_an_address_without_scheme_or_host_is_refused_at_once(url: str) -> None:
    with pytest.raises(WiredeskError, match="is not the address of a service"):
        Client(url)


def reply(stated: str) -> Reply:
    return Reply(503, {"retry-after": stated}, b"", 0)


def test_retry_after_may_be_a_date() -> None:
    soon = retry_after(reply(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)))
    assert soon is not None
    assert 55 < soon <= 60
    assert retry_after(reply("Wed, 21 Oct 2015 07:28:00 GMT")) == 0


@given(st.text(max_size=30))
def test_no_retry_after_makes_the_client_fail_or_wait_for_longer_than_an_hour(stated: str) -> None:
    seconds = retry_after(reply(stated))
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_wait_grows_up_to_its_limit(failures: int, chance: float) -> None:
    retry = Retry(first=0.5, longest=60, chance=lambda: chance)
    assert 0.25 <= retry.delay(failures, None) <= min(60, 0.5 * 2 ** min(failures - 1, 20))


def test_an_article_can_be_read_with_its_revisions(newsroom: Newsroom, client: Client) -> None:
    (article_id,) = newsroom.publish(url="https://news.example/a", title="Before")
    newsroom.revise(article_id, "https://news.example/a", title="After", text="Other.", changed=["title"])
    article = client.article(article_id)
    assert article is not None
    assert article.title == "After"
    assert article.authors == ("Ada Writer",)
    assert [revision.changed for revision in article.revisions] == [(), ("title",)]
    assert (article.text, article.blocks) == ("Other.", ())
    in_blocks = client.article(article_id, text="blocks")
    assert in_blocks is not None
    assert in_blocks.blocks[0].text
    assert client.revision(article_id, 1).title == "Before"
    assert client.article(10**6) is None


@pytest.fixture
def named(newsroom: Newsroom) -> Newsroom:
    """A service with seven articles about ferries and one about trains."""
    newsroom.publish(7, title="The ferry is late")
    newsroom.publish(1, title="The train is late")
    return newsroom


def test_a_search_yields_all_matches_over_several_pages(named: Newsroom, client: Client) -> None:
    assert len(list(client.search("ferry"))) == 7
    assert len(list(client.search("ferry", page=3))) == 7
    assert len(list(client.search("ferry", page=3, limit=5))) == 5
    assert [article.title for article in client.search("train")] == ["The train is late"]
    assert list(client.search("plane")) == []


def test_an_article_is_found_by_any_address_that_it_is_known_under(
    newsroom: Newsroom, client: Client
) -> None:
    (article_id,) = newsroom.publish(url="https://news.example/a")
    found = client.lookup("https://news.example/a?utm_source=mail", text="none")
    assert found is not None
    assert (found.id, found.text) == (article_id, None)
    assert client.lookup("https://news.example/unknown") is None
    with pytest.raises(ApiError):
        client.lookup("nonsense")


def test_what_an_edit_changed_is_shown_word_by_word(newsroom: Newsroom, client: Client) -> None:
    url = "https://news.example/a"
    (article_id,) = newsroom.publish(url=url, title="Ten hurt", text="The ferry sank.")
    newsroom.revise(article_id, url, title="Twelve hurt", text="The ferry sank.", changed=["title"])
    for diff in (client.diff(article_id), client.diff(article_id, 1, 2)):
        assert (diff.earlier, diff.later, diff.changed) == (1, 2, ("title",))
        assert (diff.words_added, diff.words_removed) == (1, 1)
        assert [(piece.op, piece.text.strip()) for piece in diff.title] == [
            ("delete", "Ten"), ("insert", "Twelve"), ("equal", "hurt"),
        ]  # fmt: skip
    with pytest.raises(ApiError, match="no revision 3"):
        client.diff(article_id, 1, 3)


def test_articles_are_counted_with_their_total(named: Newsroom, client: Client) -> None:
    counts = client.counts("language", "day", filter={"q": "ferry"})
    assert counts.by == ("language", "day")
    (group,) = counts.groups
    assert (group.language, group.day, group.matches, group.total) == ("en", "2026-05-04", 7, 8)
    assert group.incomplete.gaps == 0


def test_a_story_has_its_articles(newsroom: Newsroom, client: Client) -> None:
    ids = newsroom.publish(2)
    with newsroom.store.begin() as db:
        story_id = value(db, "INSERT INTO stories (size) VALUES (2) RETURNING id")
        run(db, "UPDATE articles SET story_id = :id", id=story_id)
    story = client.story(story_id)
    assert story is not None
    assert (story.size, [article.id for article in story.articles]) == (2, ids)
    assert client.story(story_id + 1) is None


def test_the_asynchronous_client_has_the_same_methods(named: Newsroom) -> None:
    async def use() -> None:
        async with AsyncClient(named.url) as client:
            found = [article async for article in client.search("ferry", limit=4)]
            assert len(found) == 4
            assert await client.article(10**6) is None
            assert (await client.status())["articles"] == 8
            with pytest.raises(ApiError):
                await client.revision(10**6, 1)

    asyncio.run(use())
    methods = {name for name in dir(Client) if not name.startswith("_")} - {"close"}
    assert methods == {name for name in dir(AsyncClient) if not name.startswith("_")} - {"aclose"}
