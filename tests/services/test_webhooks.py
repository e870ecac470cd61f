"""Webhooks: whatever a receiver does, nothing is lost, and an article's lines come in their order."""

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import WebhookVerificationError
from structlog.testing import capture_logs

from tests.servers import serve, serve_raw
from tests.services.receivers import Received, receiver
from tests.services.service import Service
from tests.store.rows import NOW, stored_article
from worker.model import ChangeKind, SinkContent
from worker.rows.sinks import SinkOptions
from worker.services.sinks import decide, operator, turn
from worker.services.sinks.new import BadSink, new_sink
from worker.services.sinks.trouble import trouble_with
from worker.store import changes, sinks
from worker.store.changes import Change


def articles(service: Service, count: int) -> list[int]:
    """Store `count` articles, each with its line."""
    made = []
    for number in range(count):
        with service.store.begin() as db:
            made.append(stored_article(db, url=f"https://n.example/{number}", title=f"Number {number}"))
    return made


def revised(service: Service, *ids: int) -> None:
    """Append a line for each of these articles."""
    with service.store.begin() as db:
        changes.append(db, [Change(one, ChangeKind.REVISED, 2) for one in ids], now=NOW)


def add(service: Service, url: str, *, name: str = "hook", filter: str = "", **options: Any) -> str:
    """Add a webhook that begins with the first line; its secret."""
    given = SinkOptions(**{"allow_private": True, **options})
    made = new_sink(name, url, given, filter=filter, secret=None, cursor=0)
    with service.store.begin() as db:
        assert sinks.add(db, made)
    return made.secret or ""


def work(service: Service, rounds: int = 1) -> None:
    """Let the tick claim what is due, and deliver it, `rounds` times."""
    for _ in range(rounds):
        service.tick()
        while service.queue.messages:
            service.do(*service.queue.messages.pop(0))


def work_for(service: Service, until: timedelta, step: timedelta) -> None:
    """Let time pass in steps, and deliver what is due after each."""
    end = service.ahead + until
    while service.ahead < end:
        work(service)
        service.ahead += step


def state(service: Service, name: str = "hook") -> dict[str, Any]:
    with service.store.begin() as db:
        found = sinks.show(db, name)
    assert found is not None
    return found


def in_order(ids: Sequence[int]) -> bool:
    return list(ids) == sorted(ids)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_each_line_is_posted_once_signed_and_the_cursor_follows(service: Service) -> None:
    ids = articles(service, 20)
    with receiver() as got:
        secret = add(service, got.url)
        work(service, 3)
    assert sorted(got.ids) == list(range(1, 21))
    for one in got.taken:
        one.verify(secret)
    assert {one.data["article_id"] for one in got.taken} == set(ids)
    assert (state(service)["cursor"], state(service)["lag_lines"]) == (20, 0)


def test_the_id_of_a_message_is_the_same_in_every_try(service: Service) -> None:
    articles(service, 1)
    with receiver(lambda one: 200 if len(got.seen) > 1 else 500) as got:
        add(service, got.url)
        work_for(service, timedelta(minutes=1), timedelta(seconds=7))
    assert len(got.seen) == 3
    assert len({one.id for one in got.seen}) == 1


def test_during_a_rotation_the_receiver_may_check_with_either_secret(service: Service) -> None:
    articles(service, 2)
    with receiver() as got:
        old = add(service, got.url)
        new = "whsec_" + "A" * 32
        with service.store.begin() as db:
            sinks.rotate(db, "hook", secret=new, until=service.now() + timedelta(hours=1))
        work(service)
        for one in got.taken:
            one.verify(old)
            one.verify(new)
        service.change("sinks", {"old_secret_until": NOW}, name="hook")
        revised(service, 1)
        work(service)
    got.taken[-1].verify(new)
    with pytest.raises(WebhookVerificationError):
        got.taken[-1].verify(old)


def test_a_receiver_that_is_down_gets_everything_when_it_is_back(service: Service) -> None:
    articles(service, 30)
    with closed_port() as port:
        add(service, f"http://127.0.0.1:{port}/hook")
        work_for(service, timedelta(minutes=5), timedelta(seconds=10))
    found = state(service)
    assert (found["cursor"], found["reason"], found["pending"]) == (0, "connect-failed", 0)
    assert found["errors"] < 15, "the waits grow"
    with receiver() as got:
        service.change("sinks", {"url": got.url}, name="hook")
        work_for(service, timedelta(hours=2), timedelta(minutes=20))
    assert sorted(got.ids) == list(range(1, 31))
    assert state(service)["errors"] == 0


def test_a_sink_that_fails_holds_up_no_other(service: Service) -> None:
    articles(service, 5)
    with closed_port() as port, receiver() as got, receiver(lambda one: 500) as broken:
        add(service, f"http://127.0.0.1:{port}/hook", name="away")
        add(service, broken.url, name="broken")
        add(service, got.url, name="fine")
        work(service)
    assert sorted(got.ids) == [1, 2, 3, 4, 5]


def test_a_message_that_is_refused_holds_up_only_its_own_article(service: Service) -> None:
    first, second, *_ = articles(service, 5)
    revised(service, first, second)
    refusing = True

    def decide_(one: Received) -> int:
        return 400 if refusing and one.data["article_id"] == first else 200

    with receiver(decide_) as got:
        add(service, got.url)
        work(service)
        assert sorted(got.ids) == [2, 3, 4, 5, 7]
        assert (state(service)["cursor"], state(service)["pending"]) == (7, 2)
        refusing = False
        work_for(service, timedelta(minutes=1), timedelta(seconds=7))
    assert got.ids[-2:] == [1, 6], "the article's lines come in their order"
    assert state(service)["pending"] == 0


def test_a_message_that_is_refused_for_three_days_becomes_a_dead_letter_and_can_be_replayed(
    service: Service,
) -> None:
    first, _ = articles(service, 2)
    refusing = True

    def decide_(one: Received) -> int:
        return 422 if refusing and one.data["article_id"] == first else 200

    with receiver(decide_) as got, capture_logs() as logs:
        add(service, got.url)
        for _ in range(60):
            work(service)
            # Other news keep coming, so the receiver is known to work.
            with service.store.begin() as db:
                stored_article(db, now=service.now())
            service.later(hours=1, minutes=40)
        assert [line["cursor"] for line in logs if line["event"] == "message refused for good"] == [1]
        with service.store.begin() as db:
            (letter,) = sinks.letters(db, state(service)["id"], limit=9)
        assert (letter["line_id"], letter["attempts"]) == (1, len(decide.MESSAGE_WAITS) + 1)
        waited = letter["dead_at"] - letter["failed_at"]
        assert timedelta(days=2, hours=12) < waited < timedelta(days=4)
        refusing = False
        with service.store.begin() as db:
            assert sinks.revive(db, "hook", now=service.now()) == 1
        work(service)
    assert 1 in got.ids
    assert state(service)["dead_letters"] == 0


def test_the_waits_of_a_message_add_up_to_three_days_and_never_shrink() -> None:
    waits = list(decide.MESSAGE_WAITS)
    assert waits == sorted(waits)
    assert timedelta(days=2, hours=23) < sum(waits, timedelta()) < timedelta(days=3, hours=1)


def test_if_all_messages_are_refused_the_whole_sink_waits_with_its_cursor(service: Service) -> None:
    articles(service, 100)
    with receiver(lambda one: 500) as got:
        add(service, got.url)
        work_for(service, timedelta(hours=1), timedelta(seconds=10))
        assert len(got.seen) < 60
        assert state(service)["cursor"] < 50
        got.decide = lambda one: 200
        work_for(service, timedelta(hours=3), timedelta(minutes=10))
    assert sorted(set(got.ids)) == list(range(1, 101))


def test_a_webhook_that_takes_nothing_for_three_days_is_dead_and_goes_on_when_resumed(
    service: Service,
) -> None:
    articles(service, 3)
    with receiver(lambda one: 503) as got:
        add(service, got.url)
        work_for(service, timedelta(days=4), timedelta(minutes=50))
        assert state(service)["mode"] == "dead"
        seen = len(got.seen)
        work_for(service, timedelta(days=1), timedelta(hours=2))
        assert len(got.seen) == seen, "a dead sink is left alone"
        got.decide = lambda one: 200
        with service.store.begin() as db:
            sinks.resume(db, "hook", now=service.now())
        work(service, 3)
    assert sorted(got.ids) == [1, 2, 3]


def test_a_receiver_that_answers_410_is_paused_and_loses_nothing(service: Service) -> None:
    articles(service, 3)
    with receiver(lambda one: 410) as got:
        add(service, got.url)
        work(service, 3)
        assert (state(service)["mode"], state(service)["reason"]) == ("paused", "http-410")
        got.decide = lambda one: 200
        with service.store.begin() as db:
            sinks.resume(db, "hook", now=service.now())
        work(service, 3)
    assert sorted(got.ids) == [1, 2, 3]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(service: Service, status: int) -> None:
    articles(service, 3)
    busy = web.Response(status=status, headers={"Retry-After": "120"})
    with receiver(lambda one: web.Response(status=status, headers=busy.headers)) as got:
        add(service, got.url)
        work(service)
        seen = len(got.seen)
        got.decide = lambda one: 200
        service.later(seconds=110)
        work(service)
        assert len(got.seen) == seen
        service.later(seconds=11)
        work(service, 3)
    assert sorted(got.ids) == [1, 2, 3]


def test_redirects_are_not_followed_wherever_they_lead(service: Service) -> None:
    articles(service, 1)
    with (
        receiver() as inside,
        receiver(lambda one: web.Response(status=307, headers={"Location": inside.url})) as got,
    ):
        add(service, got.url)
        work(service)
    assert (len(got.seen), inside.seen) == (1, [])
    with service.store.begin() as db:
        (tried,) = sinks.tries(db, state(service)["id"], limit=9)
    assert (tried["outcome"], tried["status"]) == ("refused", 307)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "localtest.me"])
def test_private_addresses_are_refused_when_connecting_unless_allowed(
    service: Service, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles(service, 1)
    found = socket.getaddrinfo

    def resolve(name: str, *rest: Any, **more: Any) -> Any:
        return found("127.0.0.1" if name == "localtest.me" else name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with receiver() as got:
        add(service, got.url)
        port = got.url.split(":")[2]
        service.change(
            "sinks", {"url": f"http://{host}:{port}", "options": {"allow_private": False}}, name="hook"
        )
        work(service)
    assert got.seen == []
    assert (state(service)["reason"], state(service)["cursor"]) == ("forbidden-address", 0)


def test_a_connection_that_is_reset_or_cut_off_loses_nothing(service: Service) -> None:
    articles(service, 4)

    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with serve_raw(reset) as base:
        add(service, f"{base}/hook")
        work_for(service, timedelta(minutes=1), timedelta(seconds=10))
    assert state(service)["delivered"] == 0
    with receiver() as got:
        service.change("sinks", {"url": got.url}, name="hook")
        work_for(service, timedelta(hours=3), timedelta(minutes=5))
    assert sorted(got.ids) == [1, 2, 3, 4]


def test_a_receiver_that_never_answers_ends_its_turn_in_bounded_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker.deliver import webhook

    monkeypatch.setattr(webhook, "TOTAL_SECONDS", 0.3)
    articles(service, 40)

    async def silent(request: web.BaseRequest) -> web.StreamResponse:
        import asyncio

        await asyncio.sleep(5)
        return web.Response()

    with serve(silent) as base:
        add(service, f"{base}/hook")
        work(service)
    found = state(service)
    assert (found["reason"], found["errors"]) == ("timeout", 3)
    with receiver() as got:
        service.change("sinks", {"url": got.url}, name="hook")
        work_for(service, timedelta(hours=1), timedelta(minutes=2))
    assert sorted(got.ids) == list(range(1, 41))


def test_batches_keep_the_order_and_a_refused_one_is_sent_line_by_line(service: Service) -> None:
    ids = articles(service, 25)
    revised(service, *ids)

    def decide_(one: Received) -> int:
        return 500 if any(line["id"] == 13 for line in one.lines) and poisoned else 200

    poisoned = True
    with receiver(decide_) as got:
        add(service, got.url, batch=10)
        work(service, 3)
        assert 13 not in got.ids
        assert state(service)["pending"] == 2
        poisoned = False
        work_for(service, timedelta(minutes=1), timedelta(seconds=7))
    assert sorted(got.ids) == list(range(1, 51))
    assert len(got.taken[0].lines) == 10
    assert got.ids.index(13) < got.ids.index(38)


def test_a_worker_that_dies_between_sending_and_saving_sends_the_lines_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles(service, 12)
    with receiver() as got:
        add(service, got.url)
        saved = turn._save
        died = []

        def die(*given: Any, **named: Any) -> bool:
            if len(died) < 2:
                died.append(1)
                raise KeyboardInterrupt
            return saved(*given, **named)

        monkeypatch.setattr(turn, "_save", die)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                work(service)
            service.queue.messages.clear()
            service.later(seconds=turn.LEASE.total_seconds() + 1)
        work(service, 3)
    assert sorted(set(got.ids)) == list(range(1, 13))
    assert len(got.ids) > 12, "at least once"


def test_a_message_that_comes_twice_from_the_queue_is_delivered_once(service: Service) -> None:
    articles(service, 3)
    with receiver() as got:
        add(service, got.url)
        service.tick()
        messages = list(service.queue.messages)
        service.queue.messages += messages
        work(service)
    assert sorted(got.ids) == [1, 2, 3]


def test_a_paused_sink_is_not_delivered_to_and_goes_on_from_its_cursor(service: Service) -> None:
    ids = articles(service, 2)
    with receiver() as got:
        add(service, got.url)
        work(service)
        with service.store.begin() as db:
            assert sinks.pause(db, "hook")
        revised(service, *ids)
        work(service)
        assert sorted(got.ids) == [1, 2]
        with service.store.begin() as db:
            sinks.resume(db, "hook", now=service.now())
        work(service)
    assert sorted(got.ids) == [1, 2, 3, 4]


def test_a_replay_sends_everything_from_a_line_on_again(service: Service) -> None:
    articles(service, 6)
    with receiver() as got:
        add(service, got.url)
        work(service)
        with service.store.begin() as db:
            assert sinks.rewind(db, "hook", to=4)
        work(service)
    assert sorted(got.ids) == [1, 2, 3, 4, 4, 5, 5, 6, 6]


def test_after_a_restore_every_sink_gets_the_reset_and_then_the_new_ids(service: Service) -> None:
    articles(service, 5)
    with receiver() as got:
        add(service, got.url)
        work(service)
        with service.store.begin() as db:
            changes.begin_epoch(db, void_after=3, past=9)
        work(service, 3)
    reset, *again = [one.lines[0] for one in got.taken[5:]]
    assert (reset["kind"], reset["void_after"], reset["article_id"]) == ("reset", 3, None)
    assert got.taken[5].body.startswith(b'{"type":"log.reset"')
    assert [line["kind"] for line in again] == ["created", "created"]
    assert {line["article_id"] for line in again} == {4, 5}
    assert in_order(got.ids[5:])


@pytest.mark.parametrize("skipped", [False, True], ids=["then-taken", "then-skipped"])
def test_a_refused_reset_holds_later_lines_and_is_a_problem_until_it_is_taken_or_skipped(
    service: Service, skipped: bool
) -> None:
    articles(service, 5)
    statuses = [500, 422]
    with receiver(lambda one: statuses[0] if one.data["kind"] == "reset" else 200) as got:
        add(service, got.url)
        work(service)
        with service.store.begin() as db:
            changes.begin_epoch(db, void_after=3, past=9)
        while statuses:
            work_for(service, timedelta(minutes=3), timedelta(seconds=10))
            trouble = trouble_with(state(service), now=NOW)
            assert trouble is not None
            assert trouble.urgent
            assert f"the reset in line {got.seen[5].data['id']} is refused" in trouble.words
            assert f"status {statuses.pop(0)}" in trouble.words
        assert len(got.taken) == 5
        with service.store.begin() as db:
            if skipped:
                assert operator.skip_reset(db, "hook", now=NOW) == got.seen[5].data["id"]
        statuses = [500 if skipped else 200]
        work_for(service, timedelta(minutes=20), timedelta(minutes=1))
    assert [one.lines[0]["kind"] for one in got.taken[5:]] == ["reset"][skipped:] + ["created"] * 2
    assert trouble_with(state(service), now=NOW) is None
    with service.store.begin() as db, pytest.raises(BadSink, match="does not wait at a reset"):
        operator.skip_reset(db, "hook", now=NOW)


def test_a_line_that_a_restore_made_void_is_not_retried(service: Service) -> None:
    articles(service, 5)
    with receiver(lambda one: 400 if one.data["id"] == 5 else 200) as got:
        add(service, got.url)
        work(service)
        assert state(service)["pending"] == 1
        with service.store.begin() as db:
            changes.begin_epoch(db, void_after=3, past=9)
        got.seen.clear()
        work_for(service, timedelta(minutes=1), timedelta(seconds=7))
    assert 5 not in [one.data["id"] for one in got.seen]
    assert state(service)["pending"] == 0


@pytest.mark.parametrize(
    ("content", "fields"), [("none", None), ("summary", {"title", "url"}), ("whole", {"text", "blocks"})]
)
def test_the_article_comes_with_the_line_as_far_as_the_sink_has_content(
    service: Service, content: str, fields: set[str] | None
) -> None:
    articles(service, 1)
    with receiver() as got:
        add(service, got.url, content=SinkContent(content))
        work(service)
    article = got.taken[0].data.get("article")
    assert (article is None) if fields is None else fields <= set(article)


def test_presets_have_the_body_formats_of_slack_and_ntfy(service: Service) -> None:
    articles(service, 1)
    with receiver() as slack, receiver() as ntfy:
        add(service, slack.url, name="slack", preset="slack")
        add(service, ntfy.url.replace("/hook", "/news-topic"), name="ntfy", preset="ntfy")
        work(service)
    assert slack.seen[0].body == (b'{"text":"created at n.example: <https://n.example/0|Number 0>"}')
    assert ntfy.seen[0].body == (
        b'{"topic":"news-topic","title":"Number 0","message":"created at n.example",'
        b'"click":"https://n.example/0"}'
    )


def test_every_try_is_readable_and_their_number_is_bounded(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks, "TRIES_KEPT", 10)
    articles(service, 15)
    said = "no such tenant " * 100

    def decide_(one: Received) -> "web.StreamResponse | int":
        return web.Response(status=400, text=said) if one.data["id"] == 15 else 200

    with receiver(decide_) as got:
        add(service, got.url)
        work(service)
    with service.store.begin() as db:
        tries = sinks.tries(db, state(service)["id"], limit=99)
    assert len(tries) == 10
    (bad,) = (one for one in tries if one["first_id"] == 15)
    assert (bad["outcome"], bad["status"], bad["said"]) == ("refused", 400, said[:500])
    assert bad["seconds"] > 0


def test_neither_the_secret_nor_the_address_is_in_any_log_or_table_of_tries(
    service: Service,
) -> None:
    articles(service, 3)
    token = "T0PSECRET-B0T-token"

    def decide_(one: Received) -> "web.StreamResponse | int":
        return web.Response(status=403, text=f"no access to /{token} with {secret}")

    with receiver(decide_) as got, capture_logs() as logs, closed_port() as port:
        secret = add(service, got.url.replace("/hook", f"/{token}?key={token}"))
        add(service, f"http://user:{token}@127.0.0.1:{port}/{token}", name="away", preset="slack")
        work(service, 3)
    with service.store.begin() as db:
        kept = [sinks.tries(db, one["id"], limit=99) for one in sinks.listing(db)]
        details = [(one["detail"], one["reason"]) for one in sinks.listing(db)]
    for text in (str(logs), str(kept), str(details)):
        assert token not in text
        assert secret not in text
    assert any("***" in one["said"] for tries in kept for one in tries)


def test_slow_sinks_leave_threads_to_ticks_and_to_the_built_in_stream(service: Service) -> None:
    articles(service, 1)
    for number in range(12):
        add(service, f"http://127.0.0.1:8/{number}", name=f"hook-{number}")
    lease = timedelta(minutes=1)
    with service.store.begin() as db:
        assert len(sinks.claim(db, now=service.now(), lease=lease, room=50, most=6)) == 6
        assert sinks.claim(db, now=service.now(), lease=lease, room=50, most=6) == []
        sinks.resume(db, "redis-stream", now=service.now())
        (claim,) = sinks.claim(db, now=service.now(), lease=lease, room=50, most=6)
        assert sinks.take(db, claim, now=service.now(), lease=lease).name == "redis-stream"  # type: ignore[union-attr]
        service.later(minutes=2)
        assert len(sinks.claim(db, now=service.now(), lease=lease, room=50, most=6)) == 7


def test_a_sink_with_a_filter_gets_what_matches_and_learns_what_has_left_it(service: Service) -> None:
    with service.store.begin() as db:
        german = stored_article(db, language="de")
    articles(service, 3)
    with receiver() as got:
        add(service, got.url, filter="language=de", content=SinkContent.SUMMARY)
        work(service)
        assert [one.data["article_id"] for one in got.taken] == [german]
        assert (state(service)["cursor"], state(service)["lag_lines"]) == (4, 0)
        service.change("articles", {"language": "en"}, id=german)
        with service.store.begin() as db:
            changes.append(
                db, [Change(german, ChangeKind.REFRESHED, 1, changed=("language",))], now=service.now()
            )
        work(service)
    left = got.taken[1].data
    assert (left["article_id"], left["matches"], left["article"], left["title"]) == (
        german,
        False,
        None,
        None,
    )


def test_a_filter_that_matches_little_moves_the_cursor_over_the_rest(service: Service) -> None:
    articles(service, 2)
    with service.store.begin() as db:
        changes.append(db, [Change(1, ChangeKind.REVISED, n) for n in range(5000)], now=NOW)
    with receiver() as got:
        add(service, got.url, filter="language=fr")
        work(service)
    assert got.seen == []
    assert (state(service)["cursor"], state(service)["lag_lines"]) == (5002, 0)


def test_a_refused_line_that_no_longer_matches_is_forgotten(service: Service) -> None:
    articles(service, 3)
    with receiver(lambda one: 400 if one.data["id"] == 2 else 200) as got:
        add(service, got.url, filter="publisher=n.example")
        work(service)
        assert state(service)["pending"] == 1
        service.change("sinks", {"filter": "publisher=other.example"}, name="hook")
        got.seen.clear()
        work_for(service, timedelta(minutes=1), timedelta(seconds=7))
    assert got.seen == []
    assert state(service)["pending"] == 0
