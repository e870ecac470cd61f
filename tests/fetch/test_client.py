"""One GET against real servers: the reply, and what is refused and why."""

import asyncio
import gzip
import socket
import ssl
import time
from pathlib import Path

import brotli
import pytest
import zstandard
from aiohttp import web

from tests.fetch.conftest import Get, limits
from tests.servers import answer, redirect, saying, serve, serve_raw
from worker.demo.serving import Handler
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

PAGE = b"<html><p>" + b"All the news. " * 300 + b"</p></html>"


def reply(got: Reply | Failure) -> Reply:
    assert isinstance(got, Reply), got
    return got


def failed(got: Reply | Failure, reason: Reason) -> Failure:
    assert isinstance(got, Failure), got
    assert got.refusal.reason is reason, got
    return got


def test_a_reply_has_the_body_and_the_kept_headers(get: Get) -> None:
    with serve({"/": answer(PAGE, ETag='"1"', Content_Type="text/html; charset=utf-8", Server="x")}) as base:
        got = reply(get(f"{base}/#part"))
    assert (got.status, got.body, got.encoding, got.size) == (200, PAGE, "", len(PAGE))
    assert got.headers.keys() == {"etag", "content-type", "date"}
    assert got.url == f"{base}/"
    assert got.moved_permanently_to is None
    assert 0 < got.elapsed < 3


@pytest.mark.parametrize(
    "encoding,wire",
    [
        ("gzip", gzip.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.ZstdCompressor().compress(PAGE)),
    ],
    ids=["gzip", "br", "zstd"],
)
def test_a_compressed_body_is_returned_as_sent(get: Get, encoding: str, wire: bytes) -> None:
    with serve({"/": answer(wire, Content_Encoding=encoding)}) as base:
        got = reply(get(f"{base}/"))
    assert (got.body, got.encoding, got.size) == (wire, encoding, len(PAGE))
    assert got.content() == PAGE


def test_an_empty_body_that_claims_an_encoding_is_plain(get: Get) -> None:
    with serve({"/": answer(b"", Content_Encoding="gzip")}) as base:
        got = reply(get(f"{base}/"))
    assert (got.body, got.encoding, got.content()) == (b"", "", b"")


def test_the_request_names_us_and_carries_no_cookie_of_another_request(get: Get) -> None:
    seen = []

    async def note(request: web.BaseRequest) -> web.Response:
        seen.append(dict(request.headers))
        return web.Response(headers={"Set-Cookie": "a=b"})

    with serve({"/": note}) as base:
        get(f"{base}/", headers={"Accept": "application/rss+xml"})
        get(f"{base}/")
    assert [request["User-Agent"] for request in seen] == ["wiredesk-test"] * 2
    assert seen[0]["Accept"] == "application/rss+xml"
    assert seen[0]["Accept-Encoding"] == "gzip, deflate"
    assert "Cookie" not in seen[1]


def test_validators_are_sent_and_a_304_is_a_reply(get: Get) -> None:
    async def unchanged(request: web.BaseRequest) -> web.Response:
        asked = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        return web.Response(status=304 if asked == ('"7"', "Sat, 01 Jan 2000 00:00:00 GMT") else 200)

    with serve({"/": unchanged}) as base:
        got = reply(get(f"{base}/", etag='"7"', last_modified="Sat, 01 Jan 2000 00:00:00 GMT"))
    assert got.unchanged
    assert got.body == b""


@pytest.mark.parametrize(
    "status,reason,retryable",
    [
        (204, Reason.HTTP_UNEXPECTED, True),
        (202, Reason.HTTP_UNEXPECTED, True),
        (400, Reason.HTTP_CLIENT_ERROR, False),
        (403, Reason.HTTP_FORBIDDEN, False),
        (404, Reason.HTTP_GONE, False),
        (408, Reason.HTTP_CLIENT_ERROR, True),
        (410, Reason.HTTP_GONE, False),
        (429, Reason.RATE_LIMITED, True),
        (451, Reason.HTTP_FORBIDDEN, False),
        (500, Reason.HTTP_SERVER_ERROR, True),
        (503, Reason.HTTP_SERVER_ERROR, True),
    ],
)
def test_other_statuses_are_failures(get: Get, status: int, reason: Reason, retryable: bool) -> None:
    with serve({"/": answer(b"sorry" if status != 204 else b"", status)}) as base:
        got = failed(get(f"{base}/"), reason)
    assert (got.status, got.retryable, got.url) == (status, retryable, f"{base}/")


def test_a_bot_challenge_is_distinguished_from_a_403(get: Get) -> None:
    with serve({"/": answer(b"", 403, Cf_Mitigated="challenge")}) as base:
        failed(get(f"{base}/"), Reason.BOT_CHALLENGE)


def test_retry_after_is_returned_with_the_failure(get: Get) -> None:
    date = {"Date": "Sat, 01 Jan 2000 00:00:00 GMT", "Retry_After": "Sat, 01 Jan 2000 00:05:00 GMT"}
    with serve({"/s": answer(b"", 429, Retry_After="120"), "/d": answer(b"", 503, **date)}) as base:
        assert failed(get(f"{base}/s"), Reason.RATE_LIMITED).retry_after.total_seconds() == 120
        assert failed(get(f"{base}/d"), Reason.HTTP_SERVER_ERROR).retry_after.total_seconds() == 300


def test_a_body_over_the_limit_is_refused_before_and_after_decompression(get: Get) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with serve({"/plain": answer(PAGE), "/bomb": answer(bomb, Content_Encoding="gzip")}) as base:
        failed(get(f"{base}/plain", limit=len(PAGE) - 1), Reason.TOO_LARGE)
        reply(get(f"{base}/plain", limit=len(PAGE)))
        failed(get(f"{base}/bomb"), Reason.TOO_LARGE)


def test_a_body_without_a_length_is_counted_while_it_arrives(get: Get) -> None:
    endless = saying(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 10_000] * 100)
    with serve_raw(endless) as base:
        failed(get(f"{base}/", limit=50_000), Reason.TOO_LARGE)


def test_a_broken_body_does_not_change_the_failure_of_its_status(get: Get) -> None:
    with serve_raw(saying(b"HTTP/1.1 503 No\r\nRetry-After: 5\r\nContent-Length: 99\r\n\r\nsor")) as base:
        assert failed(get(f"{base}/"), Reason.HTTP_SERVER_ERROR).retry_after.total_seconds() == 5


def test_a_dripping_body_does_not_change_the_failure_of_its_status(get: Get) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(50):
            connection.sendall(b"x")
            time.sleep(0.1)

    with serve_raw(drip) as base:
        assert failed(get(f"{base}/"), Reason.HTTP_GONE).elapsed < 2


def test_broken_compression_is_refused(get: Get) -> None:
    with serve({"/": answer(PAGE, Content_Encoding="br")}) as base:
        failed(get(f"{base}/"), Reason.BAD_ENCODING)


PACKED = gzip.compress(PAGE)
MISLABELLED = {
    "plain bytes called gzip": (answer(PAGE, Content_Encoding="gzip"), ""),
    "gzip that is not named": (answer(PACKED), "gzip"),
    "gzip called utf-8": (answer(PACKED, Content_Encoding="utf-8"), "gzip"),
    "gzip without its trailer": (answer(PACKED[:-8], Content_Encoding="gzip"), "gzip"),
    "plain bytes called none": (answer(PAGE, Content_Encoding="none"), ""),
    "plain bytes called gzip twice": (answer(PAGE, Content_Encoding="gzip, gzip"), "gzip,gzip"),
    "x-gzip": (answer(PACKED, Content_Encoding="x-gzip"), "gzip"),
}


@pytest.mark.parametrize("handler,encoding", MISLABELLED.values(), ids=MISLABELLED)
def test_a_mislabelled_body_is_read_as_browsers_read_it(get: Get, handler: Handler, encoding: str) -> None:
    with serve({"/": handler}) as base:
        got = reply(get(f"{base}/"))
    assert (got.content(), got.encoding, got.size) == (PAGE, encoding, len(PAGE))


def test_gzip_cut_in_the_middle_of_its_data_is_refused(get: Get) -> None:
    cut = PACKED[: len(PACKED) // 2]
    with serve({"/named": answer(cut, Content_Encoding="gzip"), "/bare": answer(cut)}) as base:
        failed(get(f"{base}/named"), Reason.BAD_ENCODING)
        failed(get(f"{base}/bare"), Reason.BAD_ENCODING)


def test_the_length_before_compression_is_accepted_if_it_is_exact(get: Get) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with serve_raw(saying(head % len(PAGE) + PACKED)) as base:
        assert reply(get(f"{base}/")).content() == PAGE
    with serve_raw(saying(head % (len(PAGE) + 1) + PACKED)) as base:
        failed(get(f"{base}/"), Reason.DISCONNECTED)


OK = b"HTTP/1.1 200 OK\r\n"


BROKEN = {
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Reason.BAD_HTTP),
    "a status that is no number": (b"HTTP/1.1 abc OK\r\n\r\n", Reason.BAD_HTTP),
    "a header too long": (OK + b"X: " + b"x" * 40_000 + b"\r\n\r\n", Reason.BAD_HTTP),
    "too many headers": (
        OK + b"".join(b"X-%d: y\r\n" % n for n in range(400)) + b"\r\n",
        Reason.BAD_HTTP,
    ),
    "two lengths": (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", Reason.BAD_HTTP),
    "nothing": (b"", Reason.DISCONNECTED),
    "half a header": (OK + b"Content-Le", Reason.DISCONNECTED),
    "half a body": (OK + b"Content-Length: 10\r\n\r\nhalf", Reason.DISCONNECTED),
    "half a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", Reason.DISCONNECTED),
    "a chunk that is none": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", Reason.BAD_HTTP),
}


@pytest.mark.parametrize(
    "said,reason",
    BROKEN.values(),
    ids=BROKEN,
)
def test_broken_answers_fail_with_their_reason(get: Get, said: bytes, reason: Reason) -> None:
    with serve_raw(saying(said)) as base:
        assert failed(get(f"{base}/"), reason).retryable


def test_silent_and_dripping_answers_time_out(get: Get) -> None:
    def drip(connection: socket.socket) -> None:
        for letter in b"HTTP/1.1 200 Quite all right, do but wait":
            connection.sendall(bytes([letter]))
            time.sleep(0.05)

    def hang(connection: socket.socket) -> None:
        connection.recv(1)

    with serve_raw(drip) as dripping, serve_raw(hang) as silent:
        failed(get(f"{dripping}/", limits=limits(total=0.4)), Reason.TIMEOUT)
        failed(get(f"{silent}/", limits=limits(read=0.2)), Reason.TIMEOUT)


def test_an_endlessly_dripping_body_is_cut_off(get: Get) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    with serve_raw(drip) as base:
        failed(get(f"{base}/", limits=limits(total=0.4)), Reason.TIMEOUT)


def test_a_host_that_takes_no_more_connections_has_failed_to_connect(get: Get) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        # The queue of a listening socket holds one more than its backlog; who comes then is left waiting.
        with socket.create_connection(address):
            got = get("http://{}:{}/".format(*address), limits=limits(connect=0.2))
    assert failed(got, Reason.CONNECT_FAILED).elapsed > 0.1


def test_a_refused_connection_is_a_failure_to_connect(get: Get) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    failed(get(f"http://127.0.0.1:{port}/"), Reason.CONNECT_FAILED)
    failed(get("http://nosuchname.invalid/"), Reason.DNS_FAILED)


def test_an_untrusted_certificate_is_refused(get: Get) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    with serve_raw(saying(OK + b"\r\n"), tls=tls) as base:
        failed(get(f"{base}/"), Reason.TLS_FAILED)


def test_plain_http_on_a_tls_port_is_a_tls_failure(get: Get) -> None:
    with serve({"/": answer(PAGE)}) as base:
        failed(get(base.replace("http:", "https:")), Reason.TLS_FAILED)


@pytest.mark.parametrize(
    "url,reason",
    [
        ("ftp://example.org/", Reason.FORBIDDEN_SCHEME),
        ("file:///etc/passwd", Reason.FORBIDDEN_SCHEME),
        ("javascript:alert(1)", Reason.FORBIDDEN_SCHEME),
        ("", Reason.FORBIDDEN_SCHEME),
        ("http://", Reason.BAD_URL),
        ("http://exa mple.org/", Reason.BAD_URL),
        ("http://[::1/", Reason.BAD_URL),
        ("http://example.org:99999/", Reason.BAD_URL),
        ("http://example.org:25/", Reason.FORBIDDEN_PORT),
        ("http://" + "a" * 300 + ".org/", Reason.BAD_URL),
    ],
)
def test_urls_that_must_not_be_fetched_are_not_requested(get: Get, url: str, reason: Reason) -> None:
    assert not failed(get(url), reason).retryable


@pytest.mark.parametrize("name", ["If-None-Match\r\nX", "X"])
def test_a_header_cannot_smuggle_another(get: Get, name: str) -> None:
    with serve({"/": answer(PAGE)}) as base:
        failed(get(f"{base}/", headers={name: "a\r\nEvil: 1"}), Reason.BAD_URL)


def test_a_hundred_requests_use_one_connection() -> None:
    ports = set()

    async def note(request: web.BaseRequest) -> web.Response:
        ports.add(request.transport.get_extra_info("peername")[1])
        return web.Response(body=PAGE, status=404 if "7" in request.path else 200)

    async def ask(base: str) -> None:
        async with Client("t", limits()) as client:
            for number in range(100):
                await client.get(f"{base}/{number}")

    with serve(note) as base:
        asyncio.run(ask(base))
    assert len(ports) == 1


def test_a_connection_that_the_host_has_closed_is_opened_again(get: Get) -> None:
    async def ask(base: str) -> list[Reply | Failure]:
        async with Client("t", limits()) as client:
            return [await client.get(f"{base}/") for _ in range(3)]

    with serve_raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) as base:
        assert [reply(got).body for got in asyncio.run(ask(base))] == [b"hi"] * 3


def test_an_internal_error_is_a_failure_and_its_traceback_is_logged(
    get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    def slip(url: str) -> None:
        raise KeyError(url)

    with serve({"/": redirect("/next")}) as base:
        failed(get(f"{base}/", admit=slip), Reason.INTERNAL)
    assert caplog.records[-1].exc_info is not None


def test_a_client_must_be_entered() -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(Client("t").get("http://a.example/"))


def test_a_redirect_is_followed_and_the_final_url_returned(get: Get) -> None:
    with serve({"/": redirect("/moved"), "/moved": answer(PAGE)}) as base:
        assert reply(get(f"{base}/")).url == f"{base}/moved"
