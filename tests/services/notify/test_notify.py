"""The operator gets one message when a problem has lasted, and one when it is over."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import web
from redis import Redis

from tests.servers import serve
from worker.config.notify_addresses import parse_notify_address
from worker.config.settings import Settings
from worker.monitor import queues, workers
from worker.monitor.problems import Problem
from worker.services.notify.decide import OVER, Decision, compare
from worker.services.notify.message import OperatorMessage
from worker.services.notify.send import send_to
from worker.services.notify.turn import StoreWatch, tell
from worker.store import Store, notices, signs
from worker.store.notices import Notice

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
AFTER = timedelta(minutes=2)
SINK = Problem("sink-stopped:hook", "ticket", "hook takes nothing", "wiredesk sinks resume hook", "/sinks")
WORKER = Problem(
    "no-worker:fetch", "page", "no worker serves fetch", "wiredesk worker --queues fetch", "/queues"
)


def days_of_looks(*, minutes: int, wrong: Any, severity: Any = "ticket") -> list[tuple[int, str, int]]:
    """Look each minute at what `wrong` returns; the messages as minute, begun or ended, and count."""
    known: dict[str, Notice] = {}
    said = []
    for minute in range(minutes):
        at = NOW + timedelta(minutes=minute)
        found: Decision = compare(wrong(minute), list(known.values()), after=AFTER, severity=severity, now=at)
        known |= {one.key: one for one in found.saved}
        for key in found.forgotten:
            del known[key]
        said += [
            (minute, name, len(of)) for name, of in (("begun", found.begun), ("ended", found.ended)) if of
        ]
    return said


def test_a_problem_is_reported_once_after_it_has_lasted_and_once_when_it_is_over() -> None:
    said = days_of_looks(minutes=600, wrong=lambda minute: [SINK] if 10 <= minute < 400 else [])
    assert said == [(12, "begun", 1), (400 + 2 * OVER, "ended", 1)]


def test_problems_that_begin_together_are_one_message() -> None:
    assert days_of_looks(minutes=60, wrong=lambda minute: [SINK, WORKER]) == [(2, "begun", 2)]


def test_what_lasts_for_a_moment_is_not_reported() -> None:
    assert days_of_looks(minutes=60, wrong=lambda minute: [SINK] if minute % 10 == 0 else []) == []


def test_a_problem_that_comes_and_goes_is_one_problem() -> None:
    said = days_of_looks(minutes=600, wrong=lambda minute: [SINK] if minute % 6 < 4 else [])
    assert said == [(2, "begun", 1)]


def test_tickets_are_left_out_where_only_pages_are_wanted() -> None:
    said = days_of_looks(minutes=60, wrong=lambda minute: [SINK, WORKER], severity="page")
    assert said == [(2, "begun", 1)]


@pytest.fixture
def posted() -> list[tuple[str, dict[str, str], Any]]:
    """Path, headers and JSON of what the receiver was sent."""
    return []


@pytest.fixture
def receiver(posted: list[tuple[str, dict[str, str], Any]]) -> Iterator[str]:
    """The address of a receiver of JSON, without its scheme."""

    async def take(request: web.BaseRequest) -> web.Response:
        if request.path == "/moved":
            return web.Response(status=307, headers={"Location": "/elsewhere"})
        posted.append((request.path, dict(request.headers), await request.json()))
        return web.Response()

    with serve(take) as base:
        yield base.removeprefix("http://")


def noticed(problem: Problem) -> Notice:
    return Notice(problem.key, problem.severity, problem.summary, problem.command, problem.link, NOW, NOW)


MESSAGE = OperatorMessage(begun=[noticed(WORKER)])


def test_each_receiver_gets_the_form_that_it_takes(receiver: str, posted: list[Any]) -> None:
    for url in (
        f"http://user:pw@{receiver}/hook",
        f"ntfy+http://:tk_1@{receiver}/desk",
        f"slack+http://{receiver}/s",
    ):
        assert send_to(parse_notify_address(url), MESSAGE, agent="Wiredesk/1.0") is None

    (hook, ntfy, slack) = posted
    assert hook[0] == "/hook"
    assert hook[1]["Authorization"].startswith("Basic ")
    assert hook[2]["begun"][0]["key"] == "no-worker:fetch"
    assert ntfy[:1] == ("/",)
    assert ntfy[1]["Authorization"] == "Bearer tk_1"
    assert (ntfy[2]["topic"], ntfy[2]["priority"]) == ("desk", 5)
    assert "wiredesk worker --queues fetch" in slack[2]["text"]


def test_a_failure_is_one_line_without_secrets(receiver: str) -> None:
    moved = send_to(parse_notify_address(f"http://user:hunter22@{receiver}/moved"), MESSAGE, agent="")
    away = send_to(parse_notify_address("http://127.0.0.1:1/T000/s3cretpath"), MESSAGE, agent="")
    assert moved == "webhook to 127.0.0.1: status 307"
    assert away is not None
    assert "s3cretpath" not in away
    assert "refused" in away


class Mailbox:
    """An SMTP server for one mail at a time, as RFC 5321 has it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(body[:-5], policy=policy.default))  # type: ignore[arg-type]
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")
            await writer.drain()
        writer.close()


@contextlib.contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mailbox and its port."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(box.talk, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield box, server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    server.close()


def test_a_mail_names_the_problem_and_the_command_that_helps() -> None:
    with mailbox() as (box, port):
        url = f"smtp://127.0.0.1:{port}?from=w@example.org&to=desk@example.org&to=night@example.org"
        assert send_to(parse_notify_address(url), MESSAGE, agent="") is None
    (mail,) = box.mails
    assert mail["Subject"] == "Wiredesk: no worker serves fetch"
    assert mail["To"] == "desk@example.org, night@example.org"
    assert "URGENT: no worker serves fetch" in mail.get_content()
    assert "wiredesk worker --queues fetch" in mail.get_content()


@pytest.mark.parametrize(
    "url, words",
    [
        ("ftp://example.org", "must begin with smtp://"),
        ("ntfy+https://ntfy.sh", "lacks its topic"),
        ("smtp://mail.example.org", "lacks its receiver"),
        ("https:///s3cret", "lacks its host"),
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        parse_notify_address(url)
    assert "s3cret" not in str(caught.value)


def test_a_worker_that_is_gone_is_reported_once_and_its_return_too(
    database_url: str, broker: "Redis", receiver: str, posted: list[Any]
) -> None:
    settings = Settings(database_url=database_url, notify_urls=(f"http://{receiver}/hook",))
    store = Store(database_url, pool_size=1)
    real = datetime.now(UTC)
    with store.begin() as db:
        signs.leave(db, [signs.TICK])

    def look(minute: int) -> None:
        tell(store, broker, settings, now=real + timedelta(minutes=minute))

    for minute in range(5):
        look(minute)
    assert [body["title"] for _, _, body in posted] == [
        "Wiredesk: no worker serves schedule, poll, fetch, extract, deliver"
    ]
    for minute in range(5, 20):
        at = real + timedelta(minutes=minute)
        workers.report(broker, "all@here", queues=queues.QUEUES, last_done=at, now=at)
        look(minute)
    assert [body["title"].partition(":")[2][:6] for _, _, body in posted] == [" no wo", " over:"]
    with store.begin() as db:
        assert notices.listing(db) == []
    store.close()


def test_a_message_that_nobody_takes_is_sent_again(database_url: str, broker: "Redis") -> None:
    settings = Settings(database_url=database_url, notify_urls=("http://127.0.0.1:1/hook",))
    store, real = Store(database_url, pool_size=1), datetime.now(UTC)
    assert tell(store, broker, settings, now=real) is None
    assert tell(store, broker, settings, now=real + timedelta(minutes=3)) is None
    with store.begin() as db:
        assert {one.told_at for one in notices.listing(db)} == {None}
    store.close()


def test_a_store_that_is_away_is_reported_from_memory(receiver: str, posted: list[Any]) -> None:
    watch = StoreWatch((parse_notify_address(f"http://{receiver}/hook"),), AFTER, "")
    for minute in range(10):
        watch.failed("PostgreSQL is away", NOW + timedelta(minutes=minute))
    watch.answered(NOW + timedelta(minutes=10))
    watch.answered(NOW + timedelta(minutes=11))
    assert [(len(body["begun"]), len(body["ended"])) for _, _, body in posted] == [(1, 0), (0, 1)]
