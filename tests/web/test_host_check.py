"""The server answers only to its own names, which protects it from DNS rebinding."""

from typing import Any

import pytest
import requests

from tests.web.conftest import PAGE, Web
from worker.web.host_check import answers_to, refusal_words


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8600",
        "[::1]:8600",
        "192.168.1.20",
        "localhost:8600",
        "LOCALHOST.",
        "web:8600",
        "nas.local",
        "wiredesk.internal",
        "desk.news.example:443",
    ],
)
def test_addresses_local_names_and_the_operators_own_are_answered(host: str) -> None:
    assert answers_to(host, {"desk.news.example"})


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8600",
        "desk.news.example.evil.example",
        "user@evil.example",
        "[::1].evil.example",
        "evil.example]:8600",
        "127.0.0.1:8600@evil.example",
    ],
)
def test_requests_to_other_names_are_refused(host: str) -> None:
    assert not answers_to(host, {"desk.news.example"})


def test_a_refused_request_reveals_nothing(web: Web) -> None:
    for path in ("/", "/api/v1/articles", "/events", "/metrics", "/static/live.js", "/healthz"):
        answer = requests.get(web.url + path, headers={"Host": "evil.example"}, timeout=10)
        assert answer.status_code == 421, path
        assert "web_names" in answer.json()["error"]["message"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_refusal_in_a_browser_says_why_and_how_to_add_the_name(web: Web) -> None:
    hostile = {"Host": "<script>.example:8600", **PAGE}
    answer = requests.get(web.url + "/", headers=hostile, timeout=10)
    assert answer.status_code == 421
    assert "any site could point its own name here" in answer.text
    assert "WIREDESK_WEB_NAMES=&#39;[&#34;&lt;script&gt;.example&#34;]&#39;" in answer.text


def test_the_name_of_a_kubernetes_service_is_accepted_once_it_is_added() -> None:
    assert not answers_to("web.wiredesk:8600", ())
    assert "WIREDESK_WEB_NAMES='[\"web.wiredesk\"]'" in refusal_words("web.wiredesk:8600")
    assert answers_to("web.wiredesk:8600", {"web.wiredesk"})


def test_a_name_in_web_names_is_accepted(serve: Any, database_url: str, redis_url: str) -> None:
    web = serve(database_url, redis_url, web_names=("Desk.News.Example",))
    answer = requests.get(web.url + "/api/v1/feeds", headers={"Host": "desk.news.example"}, timeout=10)
    assert answer.status_code == 200
