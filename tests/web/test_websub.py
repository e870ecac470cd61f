"""The callback of WebSub hubs: what it reveals, accepts and refuses."""

import hashlib
import hmac
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.services.hubs import callback
from tests.store import tables
from tests.store.rows import added_feed
from worker.services.websub.ask import new_subscription
from worker.store import Store, hosts, hubs, pushes
from worker.web.parts import utc_now

TOPIC = "https://news.example/feed.xml"
HTML = {"Accept": "text/html"}


@dataclass
class Callback:
    """The callback of a subscription that was requested from a hub."""

    store: Store
    server: str
    token: str
    secret: str

    @property
    def url(self) -> str:
        return f"{self.server}/websub/{self.token}"

    def verify(self, mode: str = "subscribe", topic: str = TOPIC, **more: str) -> requests.Response:
        """Send a hub's verification."""
        query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c-1", "hub.lease_seconds": "600"}
        query |= {f"hub.{key}": said for key, said in more.items()}
        return requests.get(self.url, params=query, headers=HTML, timeout=10)

    def push(self, body: bytes = b"<rss/>", **headers: str) -> requests.Response:
        """Send a correctly signed push."""
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        signed = {"X-Hub-Signature": f"sha256={digest}", "Content-Type": "application/rss+xml"}
        return requests.post(self.url, data=body, headers=signed | headers, timeout=10)

    def row(self) -> dict[str, Any]:
        with self.store.begin() as db:
            (found,) = hubs.listing(db)
        return found

    def set(self, **values: object) -> None:
        with self.store.begin() as db:
            tables.change(db, "hub_subscriptions", values)

    def waiting(self) -> int:
        with self.store.begin() as db:
            return pushes.count(db)


@pytest.fixture
def subscribed(database_url: str) -> Iterator[Callback]:
    """A server that accepts up to 1,000 bytes, and a subscription that waits to be verified."""
    store, now = Store(database_url), utc_now()
    with store.begin() as db:
        feed_id = added_feed(db, TOPIC)
        host_id = hosts.ensure(db, ["https://hub.example:443"])["https://hub.example:443"]
        new = new_subscription("https://hub.example/", host_id, TOPIC)
        hubs.name(db, feed_id, [new], now=now)
        (found,) = hubs.of_feed(db, feed_id)
        hubs.asking(db, found, "subscribe", now=now)
    with callback(database_url, fetch_max_bytes=1000) as server:
        yield Callback(store, server, new.token, new.secret)
    store.close()


# What is answered to a GET


def test_a_challenge_is_echoed_as_plain_text_that_no_browser_reads(subscribed: Callback) -> None:
    got = subscribed.verify()
    assert (got.status_code, got.text) == (200, "c-1")
    assert got.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "no-store"
    assert subscribed.row()["state"] == "active"


def test_a_challenge_that_a_browser_could_read_is_not_echoed(subscribed: Callback) -> None:
    for challenge in ("<script>alert(1)</script>", "a b", "a\r\nb", "ä", "", "x" * 1001, "a\x00b", "<"):
        got = subscribed.verify(challenge=challenge)
        assert (got.status_code, got.text) == (404, "not asked for\n"), challenge
        assert got.headers["Content-Type"].startswith("text/plain")
        assert subscribed.row()["state"] == "pending"


NOT_OURS = (
    {"mode": "unsubscribe"},
    {"mode": "publish"},
    {"topic": f"{TOPIC}?"},
    {"topic": "https://other.example/"},
    {"mode": "denied", "topic": "https://other.example/"},
)


def test_a_verification_that_we_did_not_request_is_answered_404(subscribed: Callback) -> None:
    for query in NOT_OURS:
        assert subscribed.verify(**query).status_code == 404, query
        assert subscribed.row()["state"] == "pending"


def test_repeated_parameters_are_refused(subscribed: Callback) -> None:
    query = f"hub.mode=subscribe&hub.topic={TOPIC}&hub.challenge=a&hub.challenge=b"
    assert requests.get(f"{subscribed.url}?{query}", timeout=10).status_code == 404


def test_an_unknown_callback_is_404_and_never_a_page(subscribed: Callback) -> None:
    for token in ("x", "A" * 43, "%00" * 43, "..%2f" * 20, "A" * 201, "' OR true --"):
        got = requests.get(f"{subscribed.server}/websub/{token}", headers=HTML, timeout=10)
        assert got.status_code in (404, 422), token
        assert "html" not in got.headers["Content-Type"]


def test_a_repeated_verification_is_answered_again(subscribed: Callback) -> None:
    assert [subscribed.verify().status_code for _ in range(2)] == [200, 200]


def test_a_verification_a_day_after_our_request_is_refused(subscribed: Callback) -> None:
    subscribed.set(asked_at=utc_now() - timedelta(hours=25))
    assert subscribed.verify().status_code == 404


LEASES = {"600": 600, "0": 1, "999999999999": 31536000, "-5": 864000, "soon": 864000, "٣": 864000}


def test_the_lease_is_the_hubs_within_our_bounds(subscribed: Callback) -> None:
    for said, seconds in LEASES.items():
        assert subscribed.verify(lease_seconds=said).status_code == 200
        row = subscribed.row()
        assert (row["lease_until"] - row["confirmed_at"]).total_seconds() == seconds, said
        assert row["due_at"] >= row["confirmed_at"] + timedelta(minutes=1)


def test_a_hubs_reason_is_stored_without_control_characters(subscribed: Callback) -> None:
    got = subscribed.verify("denied", reason="\x1b[31mno\r\n\x00" + "!" * 1000)
    assert (got.status_code, got.text) == (200, "")
    row = subscribed.row()
    assert (row["state"], row["reason"]) == ("denied", "hub-denied")
    assert row["detail"].startswith("[31mno !")
    assert len(row["detail"]) <= 300


def test_an_unsubscription_that_we_requested_is_confirmed_and_final(subscribed: Callback) -> None:
    subscribed.verify()
    assert subscribed.verify("unsubscribe").status_code == 404
    subscribed.set(state="leaving", asked="unsubscribe", asked_at=utc_now())
    assert subscribed.verify("unsubscribe").text == "c-1"
    assert subscribed.push().status_code == 410


# What is taken in by a POST


def test_a_push_is_stored_and_answered_with_an_empty_body(subscribed: Callback) -> None:
    got = subscribed.push()
    assert (got.status_code, got.text, subscribed.waiting()) == (202, "", 1)


def test_a_push_with_a_wrong_signature_gets_the_same_answer_and_is_not_stored(subscribed: Callback) -> None:
    for count, signature in enumerate(("sha256=00", "md5=00", "", "é"), 1):
        signed = {"X-Hub-Signature": signature.encode().decode("latin-1")}
        assert subscribed.push(**signed).status_code == 202
        assert (subscribed.waiting(), subscribed.row()["ignored"]) == (0, count)


def test_a_push_to_an_unknown_callback_is_answered_410(subscribed: Callback) -> None:
    for token in ("A" * 43, "short", "%3Cscript%3E"):
        url = f"{subscribed.server}/websub/{token}"
        got = requests.post(url, data=b"<rss/>", allow_redirects=False, timeout=10)
        assert (got.status_code, got.headers["Content-Type"].partition(";")[0]) == (410, "text/plain")


def test_a_push_that_announces_too_many_bytes_is_refused_unread(subscribed: Callback) -> None:
    assert subscribed.push(b"x" * 1001).status_code == 413
    assert subscribed.waiting() == 0


def test_a_push_over_the_limit_is_refused_while_it_is_read(subscribed: Callback) -> None:
    parts = urlsplit(subscribed.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as hub:
        head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nTransfer-Encoding: chunked\r\n\r\n"
        hub.sendall(head.encode())
        # The body has no end: the answer must come before it.
        for _ in range(3):
            hub.sendall(b"200\r\n" + b"x" * 0x200 + b"\r\n")
        assert hub.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_push_whose_body_takes_longer_than_a_head_may_is_stored(
    subscribed: Callback, database_url: str
) -> None:
    with callback(database_url, head_seconds=0.2) as server:
        parts = urlsplit(f"{server}/websub/{subscribed.token}")
        digest = hmac.new(subscribed.secret.encode(), b"<rss/>", hashlib.sha256).hexdigest()
        with socket.create_connection((parts.hostname, parts.port), timeout=1) as hub:
            head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 6\r\n"
            hub.sendall(f"{head}X-Hub-Signature: sha256={digest}\r\n\r\n<rss".encode())
            with pytest.raises(TimeoutError):
                hub.recv(1)
            hub.sendall(b"/>")
            hub.settimeout(10)
            assert hub.recv(1000).startswith(b"HTTP/1.1 2")
    assert subscribed.waiting() == 1


def test_a_push_beyond_the_backlog_is_answered_503_with_retry_after(subscribed: Callback) -> None:
    with subscribed.store.begin() as db:
        number = tables.read(db, "hub_subscriptions", "id")[0]["id"]
        for n in range(100):
            pushes.keep(db, number, body=b"%d" % n, content_type=None, encoding="", now=utc_now())
    got = subscribed.push()
    assert (got.status_code, got.headers["Retry-After"], subscribed.waiting()) == (503, "60", 100)


def test_a_push_with_overlong_or_unknown_headers_is_stored(subscribed: Callback) -> None:
    assert subscribed.push(**{"Content-Type": "a" * 5000, "Content-Encoding": "identity"}).status_code == 202
    assert subscribed.waiting() == 1


def test_the_callback_accepts_no_other_method(subscribed: Callback) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        got = requests.request(method, subscribed.url, headers=HTML, timeout=10)
        assert (got.status_code, "html" in got.headers["Content-Type"]) == (405, False)


@pytest.mark.parametrize("name, status", [("news.example.org", 404), ("evil.example.org", 421)])
def test_a_hub_reaches_us_by_the_name_of_the_callback_url(database_url: str, name: str, status: int) -> None:
    with callback(database_url, websub_callback_url="https://news.example.org/under/a/path") as server:
        got = requests.get(f"{server}/websub/x", headers={"Host": name}, timeout=10)
    assert got.status_code == status


def test_without_a_callback_url_every_callback_is_refused(subscribed: Callback, database_url: str) -> None:
    with callback(database_url, websub_callback_url=None) as server:
        path = urlsplit(subscribed.url).path
        assert requests.get(server + path, params={"hub.mode": "denied"}, timeout=10).status_code == 404
        assert requests.post(server + path, data=b"<rss/>", timeout=10).status_code == 410
    assert subscribed.row()["state"] == "pending"
