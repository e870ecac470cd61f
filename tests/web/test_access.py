"""Who may change something: roles of keys, everybody where access is open, and no page of another site."""

from typing import Any

import pytest
import requests
from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.responses import Response

from tests.store import rows
from tests.web.conftest import PAGE, Web
from worker.rows.api_keys import Scope
from worker.services.operator.api_keys import issue
from worker.store import Store
from worker.web.access import Admin, Editor, Viewer
from worker.web.cross_origin import is_foreign
from worker.web.doors import is_direct
from worker.web.flash import COOKIE, local_path, see_other

ROUTES = APIRouter(include_in_schema=False)


@ROUTES.get("/tried/viewer")
def view(actor: Viewer) -> str:
    """Return the actor."""
    return actor.name


@ROUTES.post("/tried/editor")
def edit(actor: Editor) -> str:
    """Return the actor."""
    return actor.name


@ROUTES.post("/tried/admin")
def administer(actor: Admin) -> str:
    """Return the actor."""
    return actor.name


@ROUTES.post("/tried/message")
def message(actor: Editor, bad: bool = False) -> Response:
    """Redirect to a page with a message."""
    return see_other("/docs", "3 feeds <b>paused</b> · Überblick", bad=bad)


@pytest.fixture
def opened(serve: Any, database_url: str, redis_url: str) -> Web:
    """A server on loopback without accounts."""
    web: Web = serve(database_url, redis_url, routes=ROUTES)
    return web


def tried(web: Web, role: str, **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    method = "GET" if role == "viewer" else "POST"
    answer = requests.request(method, f"{web.url}/tried/{role}", headers=named, timeout=10)
    return answer.status_code, answer.json()


def secret(store: Store, scope: Scope) -> str:
    with store.begin() as db:
        made = issue(db, scope, scope, now=rows.NOW)
    assert made
    return made


def test_on_loopback_without_an_account_everybody_may_do_everything_and_the_pages_say_so(opened: Web) -> None:
    assert tried(opened, "admin") == (200, "local")
    assert "everybody on this machine may read and change everything" in opened.page("/docs").text


def test_behind_a_proxy_or_by_another_name_open_access_only_reads(opened: Web) -> None:
    for headers in ({"X_Forwarded_For": "192.0.2.1"}, {"Via": "1.1 proxy"}, {"Host": "wiredesk:8600"}):
        assert tried(opened, "viewer", **headers) == (200, "anyone")
        assert tried(opened, "editor", **headers)[0] == 403


def test_with_keys_switched_off_everybody_may_read_and_nobody_change(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url, routes=ROUTES, web_host="0.0.0.0", web_keys="off")
    assert tried(web, "viewer") == (200, "anyone")
    assert tried(web, "editor")[0] == 403


def test_a_key_has_the_role_of_its_scope(serve: Any, database_url: str, redis_url: str) -> None:
    web = serve(database_url, redis_url, routes=ROUTES, web_keys="required")
    allowed = {}
    for scope in Scope:
        key = secret(web.store, scope)
        allowed[scope] = [tried(web, role, X_API_Key=key)[0] for role in ("viewer", "editor", "admin")]
    assert allowed == {"read": [200, 403, 403], "write": [200, 200, 403], "admin": [200, 200, 200]}
    assert tried(web, "admin", X_API_Key=key) == (200, "key:admin")


def test_where_access_is_open_a_key_still_has_no_more_than_its_role(opened: Web) -> None:
    key = secret(opened.store, Scope.READ)
    status, answer = tried(opened, "editor", X_API_Key=key)
    assert status == 403
    assert answer["detail"] == "this needs the role editor, and key:read has the role viewer"


@pytest.mark.parametrize(
    "headers, foreign",
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8600"}, True),
        ({"Origin": "http://127.0.0.1:8600"}, False),
        ({"Origin": "http://127.0.0.1:8601"}, True),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://[evil"}, True),
    ],
)
def test_a_change_is_foreign_if_the_browser_says_that_another_origin_sent_it(
    headers: dict[str, str], foreign: bool
) -> None:
    assert is_foreign(Headers({"Host": "127.0.0.1:8600", **headers})) is foreign


def test_a_page_of_another_site_can_read_nothing_and_change_nothing(opened: Web) -> None:
    assert tried(opened, "admin", Sec_Fetch_Site="cross-site")[0] == 403
    assert tried(opened, "admin", Sec_Fetch_Site="same-origin")[0] == 200
    assert tried(opened, "viewer", Sec_Fetch_Site="cross-site")[0] == 200


def test_a_message_is_shown_once_and_as_text(opened: Web) -> None:
    with requests.Session() as browser:
        browser.headers.update(PAGE)
        shown = browser.post(f"{opened.url}/tried/message", timeout=10).text
        assert "3 feeds &lt;b&gt;paused&lt;/b&gt; · Überblick" in shown
        assert COOKIE not in browser.cookies
        assert "3 feeds" not in browser.get(f"{opened.url}/docs", timeout=10).text
        failed = browser.post(f"{opened.url}/tried/message?bad=1", timeout=10).text
        assert 'role="alert">3 feeds' in failed


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/feeds\r\nX-Evil: 1",
        "feeds",
        "",
        None,
    ],
)
def test_a_redirect_leads_to_a_page_of_this_server_only(path: str | None) -> None:
    assert local_path(path) == "/"
    assert see_other(path or "").headers["Location"] == "/"


def test_a_redirect_keeps_the_query() -> None:
    assert local_path("/articles?q=a//b&before=1") == "/articles?q=a//b&before=1"


@pytest.mark.parametrize(
    "headers, direct",
    [
        ({"Host": "localhost:8600"}, True),
        ({"Host": "[::1]:8600"}, True),
        ({"Host": "127.0.0.1"}, True),
        ({"Host": "10.0.0.1"}, False),
        ({"Host": "news.example.org"}, False),
        ({"Host": "localhost", "Forwarded": "for=192.0.2.1"}, False),
    ],
)
def test_a_request_is_direct_if_it_names_this_machine_and_no_proxy_passed_it_on(
    headers: dict[str, str], direct: bool
) -> None:
    assert is_direct(Headers(headers)) is direct
