"""The ports a request may go to: few of public hosts, any web server's of the operator's networks."""

import pytest
from yarl import URL

from tests.fetch.conftest import Get, limits
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import answer, redirect, serve
from worker.fetch.connect import judge_connection, url_failure
from worker.fetch.errors import ForbiddenPort
from worker.fetch.guard import port_refusal
from worker.outcome import Reason

WEB = frozenset({80, 443})


@pytest.mark.parametrize("port", [0, 22, 25, 53, 110, 143, 465, 587, 993, 2049, 6000, 6667, 10080])
def test_ports_of_other_protocols_are_always_refused(port: int) -> None:
    assert "another protocol" in (port_refusal(port, None) or "")
    assert port_refusal(port, {port})


def test_only_the_allowed_ports_are_used() -> None:
    assert port_refusal(80, WEB) is None
    assert "fetch_allow_ports" in (port_refusal(6379, WEB) or "")
    assert port_refusal(6379, None) is None


@pytest.mark.parametrize("host", ["example.org", "8.8.8.8", "[2606:4700::1111]", "134744072"])
def test_a_public_host_is_requested_only_at_the_allowed_ports(host: str) -> None:
    strict = limits(networks=(), ports=WEB)
    assert url_failure(URL(f"http://{host}/"), strict) is None
    found = url_failure(URL(f"http://{host}:9200/"), strict)
    assert found is not None
    assert found.refusal.reason is Reason.FORBIDDEN_PORT


def test_an_allowed_network_is_requested_at_any_port_by_address_and_by_name(get: Get) -> None:
    with serve({"/": answer(PAGE)}) as base:
        reply(get(f"{base}/", limits=limits(ports=WEB)))
        reply(get(base.replace("127.0.0.1", "localhost") + "/", limits=limits(ports=WEB)))


def test_an_allowed_network_is_refused_at_ports_of_other_protocols(get: Get) -> None:
    with serve({"/": redirect("http://localhost:25/")}) as base:
        failed(get(f"{base}/", limits=limits(ports=WEB)), Reason.FORBIDDEN_PORT)


def test_a_name_with_a_public_address_is_limited_to_the_allowed_ports() -> None:
    # With a network allowed, what a name may be asked at is known only once it is resolved.
    some = limits(ports=WEB)
    assert url_failure(URL("http://example.org:9200/"), some) is None
    with pytest.raises(ForbiddenPort):
        judge_connection("8.8.8.8", 9200, some)
    judge_connection("8.8.8.8", 443, some)
    judge_connection("127.0.0.1", 9200, some)
