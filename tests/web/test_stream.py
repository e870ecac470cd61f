"""The change log as server-sent events."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import requests

from tests.store.rows import stored_article
from tests.waiting import wait_until
from tests.web.conftest import Web
from worker.store import changes
from worker.web.api import stream

Event = dict[str, str]


def store(web: Web, count: int) -> None:
    for number in range(count):
        with web.store.begin() as db:
            stored_article(db, title=f"Number {number}\nof many")


def opened(web: Web, headers: dict[str, str] | None = None, **query: Any) -> requests.Response:
    answer = requests.get(f"{web.url}/api/v1/stream", params=query, headers=headers, stream=True, timeout=20)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    return answer


def events(answer: requests.Response) -> Iterator[Event]:
    """Yield the events as a browser reads them; comments and empty ones are left out."""
    event: Event = {}
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if not line:
            if "data" in event:
                yield event
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = value


def test_each_change_is_an_event_with_its_id_its_kind_and_the_line_as_json(web: Web) -> None:
    store(web, 2)
    with opened(web, after=0) as answer:
        first, second = islice(events(answer), 2)
    assert (first["id"], first["event"], second["id"]) == ("1", "created", "2")
    line = json.loads(first["data"])
    assert line == web.get("/api/v1/changes", after=0, limit=1).json()["changes"][0] | {
        "at": line["at"],
        "published": line["published"],
    }


def test_a_reader_that_connects_again_with_its_last_id_misses_nothing(web: Web) -> None:
    store(web, 3)
    got = []
    with opened(web, after=0) as answer:
        got.append(next(events(answer))["id"])
    store(web, 2)
    with opened(web, {"Last-Event-ID": got[-1]}, after=0) as answer:
        got += [event["id"] for event in islice(events(answer), 4)]
    assert got == ["1", "2", "3", "4", "5"]


def test_without_a_cursor_a_reader_gets_what_comes_next(web: Web) -> None:
    store(web, 2)
    with opened(web) as answer:
        lines = events(answer)
        store(web, 1)
        assert next(lines)["id"] == "3"


def test_the_article_comes_with_the_line_if_wanted(web: Web) -> None:
    store(web, 1)
    with opened(web, after=0, content="whole") as answer:
        line = json.loads(next(events(answer))["data"])
    assert line["article"]["text"] == "The text of an article."


def test_a_restore_is_an_event(web: Web) -> None:
    store(web, 3)
    with web.store.begin() as db:
        changes.begin_epoch(db, void_after=2, past=3)
    with opened(web, after=2) as answer:
        reset = next(events(answer))
    assert (reset["event"], json.loads(reset["data"])["void_after"]) == ("reset", 2)


def test_a_cursor_beyond_the_newest_change_is_answered_with_410(web: Web) -> None:
    assert web.get("/api/v1/stream", after=7).status_code == 410


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "9" * 30])
def test_a_last_event_id_that_cannot_be_an_id_is_refused_in_one_line(web: Web, given: str) -> None:
    answer = requests.get(f"{web.url}/api/v1/stream", headers={"Last-Event-ID": given}, timeout=20)
    assert answer.status_code == 422
    assert "Last-Event-ID" in answer.text


def test_an_idle_stream_sends_comments(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    with opened(web) as answer:
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        assert ": still here" in islice(lines, 6)


def test_readers_are_bounded_and_a_place_is_free_again_when_one_leaves(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    held = [opened(web) for _ in range(50)]
    reading = [one.iter_lines(chunk_size=1) for one in held]
    for lines in reading:
        next(lines)
    refused = requests.get(f"{web.url}/api/v1/stream", timeout=5)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    for one in held:
        one.close()
    wait_until(lambda: _status(web) == 200)


def _status(web: Web) -> int:
    with requests.get(f"{web.url}/api/v1/stream", stream=True, timeout=20) as answer:
        return answer.status_code


def test_a_filter_leaves_out_what_does_not_match_but_moves_the_last_id_over_it(web: Web) -> None:
    store(web, 2)
    with web.store.begin() as db:
        stored_article(db, language="de")
    store(web, 1)
    with opened(web, after=0, language="de") as answer:
        assert next(events(answer))["id"] == "3"
    with opened(web, after=3, language="de") as answer:
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        assert list(islice(lines, 4)) == ["retry: 3000", "", "id: 4", ""]


def test_a_mistake_in_a_filter_is_422(web: Web) -> None:
    assert web.get("/api/v1/stream", language="deutsch!").status_code == 422
    assert web.get("/api/v1/stream", langauge="de").status_code == 422
