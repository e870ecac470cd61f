"""What hostile requests and hostile texts try on the web server, and what it answers."""

import re
import socket
from itertools import product
from typing import Any

import requests

from tests.store import rows
from tests.web.conftest import PAGE, Web
from tests.web.test_pages import assert_harmless


def raw(web: Web, request: bytes) -> bytes:
    """Return the answer to bytes that no client library would send."""
    host, port = web.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def asked(web: Web, target: str, *headers: str) -> bytes:
    lines = (f"GET {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers, "", "")
    return raw(web, "\r\n".join(lines).encode())


OUTSIDE = (
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static/..%2f..%2fsettings.py",
    "/static/..%5c..%5capp.py",
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/live.js%00.css",
    "/static/",
    "/static/....//app.py",
)


def test_static_files_are_served_only_from_their_directory(web: Web) -> None:
    for target in OUTSIDE:
        answer = asked(web, target)
        assert answer.split(b" ", 2)[1] in (b"404", b"400"), target
        assert b"root:" not in answer, target
        assert b"FastAPI" not in answer, target


def test_no_answer_redirects_to_another_site(web: Web) -> None:
    for target in ["//evil.example/feeds/", "/feeds/", "/\\evil.example/", "/%2f%2fevil.example/"]:
        head = asked(web, target).partition(b"\r\n\r\n")[0].decode()
        for place in re.findall(r"(?im)^location: (\S+)", head):
            assert re.match(r"(http://127\.0\.0\.1)?/(?![/\\])", place), place


def test_a_redirect_ignores_a_forged_host(web: Web) -> None:
    head = asked(web, "/feeds/", "X-Forwarded-Host: evil.example", "X-Forwarded-Server: evil.example")
    assert b"evil.example" not in head


def test_read_only_routes_refuse_other_methods(web: Web) -> None:
    methods = ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"]
    for method, path in product(methods, ("/api/v1/articles", "/articles", "/metrics")):
        assert requests.request(method, web.url + path, timeout=10).status_code == 405, (method, path)


def test_a_method_in_a_header_is_ignored_and_one_in_a_parameter_refused(web: Web) -> None:
    with web.store.begin() as db:
        feed_id = rows.added_feed(db)
    overrides = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}
    for _ in range(2):
        address = f"{web.url}/api/v1/feeds/{feed_id}"
        assert requests.get(address, headers=overrides, timeout=10).status_code == 200
        assert requests.get(f"{address}?_method=DELETE", timeout=10).status_code == 422


def test_parameters_out_of_bounds_are_answered_with_a_clear_4xx(web: Web) -> None:
    for query in [
        "q=" + "a" * 501,
        "q=" + "%F0%9F%98%80" * 501,
        "before=" + "9" * 5000,
        "before=-1",
        "before=1e9",
    ]:
        answer = requests.get(f"{web.url}/articles?{query}", timeout=10)
        assert answer.status_code == 422, query[:20]
        assert len(answer.text) < 500


def test_an_endless_request_line_or_header_is_cut_off(web: Web) -> None:
    starts = ("GET /?q=", "GET / HTTP/1.1\r\nHost: x\r\nCookie: ")
    for request in (start + "a" * size for start in starts for size in (70_000, 5_000_000)):
        try:
            answer = raw(web, request.encode())
        except OSError:  # cut off while it still sends
            continue
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert web.get("/healthz").status_code == 200


def test_line_breaks_in_a_request_cannot_add_a_header_to_the_answer(web: Web) -> None:
    for target in ("/articles?q=%0d%0aX-Evil:%201", "/%0d%0aX-Evil:%201", "/feeds/%0d%0aX-Evil:%201/"):
        assert not re.search(rb"(?im)^x-evil:", asked(web, target).partition(b"\r\n\r\n")[0])


def test_every_answer_has_a_content_type_and_forbids_sniffing(web: Web) -> None:
    for path, kind in (
        ("/api/v1/status", "application/json"),
        ("/metrics", "text/plain"),
        ("/", "text/html"),
    ):
        headers = web.get(path).headers
        assert headers["Content-Type"].startswith(kind)
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_can_be_framed_or_read_by_another_site(web: Web) -> None:
    for path in ("/", "/api/v1/articles", "/nothing"):
        headers = requests.get(web.url + path, headers={"Origin": "https://evil.example"}, timeout=10).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in headers if name.lower().startswith("access-control")]


def test_markup_in_an_articles_json_is_never_html(web: Web) -> None:
    with web.store.begin() as db:
        rows.stored_article(
            db, title="<script>alert(1)</script>", text="</script><img src=x onerror=alert(1)>"
        )
    answer = web.page("/api/v1/articles")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["articles"][0]["title"] == "<script>alert(1)</script>"


def test_an_internal_error_reveals_nothing_and_has_the_security_headers(web: Web) -> None:
    with web.store.begin() as db:
        db.exec_driver_sql("DROP TABLE changes CASCADE")
    for answer in (web.get("/api/v1/changes"), web.page("/articles/1")):
        assert answer.status_code in (404, 500)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for told in ("Traceback", "SELECT", "psycopg", "/worker/"):
            assert told not in answer.text
    assert web.get("/api/v1/changes").status_code == 500


def test_a_title_with_direction_overrides_is_shown_without_them(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(db, title="invoice\u202efdp.exe\x1b]52;c;eA==\x07\x9b31m")
    for path in ("/", "/articles", f"/articles/{article_id}"):
        page = web.page(path).text
        assert "invoicefdp.exe" in page
        assert not re.search("[\x1b\x07\x9b\u202e]", page)


def test_images_of_articles_are_not_loaded(web: Web) -> None:
    with web.store.begin() as db:
        article_id = rows.stored_article(
            db, images=[{"url": "https://tracker.example/pixel.gif", "caption": "<img src=x>", "lead": True}]
        )
    page = web.page(f"/articles/{article_id}").text
    assert_harmless(page)
    assert "img-src 'self'" in web.page("/").headers["Content-Security-Policy"]


def test_a_url_that_contains_markup_is_shown_as_text(web: Web) -> None:
    hostile = 'http://a.example/"><script>alert(1)</script>'
    with web.store.begin() as db:
        feed_id = rows.added_feed(db, hostile)
    for path in ("/feeds", f"/feeds/{feed_id}"):
        assert_harmless(web.page(path).text)
    answer: Any = requests.get(web.url + '/"><script>alert(1)</script>', headers=PAGE, timeout=10)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
