"""Each fault spoils an answer in the way its name says, until it is healed."""

import gzip
import io
import socket
import time
from urllib.parse import urlsplit

import feedparser
import pytest
import requests

from tests.site import Site, SiteHost, faults


@pytest.fixture
def host(site: Site) -> SiteHost:
    """A host with one article in an 8-bit language."""
    host = site.host("Die Probe", language="de")
    host.article("Größe zählt", path="/a.html")
    return host


def test_slow_answers_come_late_but_complete(host: SiteHost) -> None:
    host.fault("/a.html", faults.slow(0.15))
    began = time.monotonic()

    assert _get(host).status_code == 200
    assert time.monotonic() - began >= 0.15


def test_a_status_comes_with_retry_after(host: SiteHost) -> None:
    host.fault("/a.html", faults.status(429, retry_after=120))

    answer = _get(host)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "120"


@pytest.mark.parametrize("permanently, code", [(True, 301), (False, 302)])
def test_moved_pages_redirect_to_their_new_url(host: SiteHost, permanently: bool, code: int) -> None:
    host.fault("/old.html", faults.moved(f"{host.home}/a.html", permanently=permanently))

    answer = _get(host, "/old.html")

    assert answer.history[0].status_code == code
    assert answer.url == f"{host.home}/a.html"


def test_a_redirect_loop_never_ends(host: SiteHost) -> None:
    host.fault("/a.html", faults.redirect_loop())

    with pytest.raises(requests.TooManyRedirects):
        _get(host)


def test_gone_pages_are_answered_with_410(host: SiteHost) -> None:
    host.fault("/a.html", faults.gone())

    assert _get(host).status_code == 410


def test_broken_html_lacks_closing_tags(host: SiteHost) -> None:
    host.fault("/a.html", faults.broken_html())

    assert "</p>" not in _get(host).text


def test_malformed_xml_is_refused_by_a_strict_parser(host: SiteHost) -> None:
    feed = host.feed(articles=3)
    host.fault(feed.url, faults.malformed_xml())

    parsed = feedparser.parse(io.BytesIO(_get(host, "/feed.xml").content))

    assert parsed.bozo
    assert len(parsed.entries) == 3


def test_a_wrong_charset_cannot_be_decoded_as_declared(host: SiteHost) -> None:
    host.fault("/a.html", faults.wrong_charset("windows-1252"))

    answer = _get(host)

    assert answer.encoding == "utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


@pytest.mark.parametrize("encoded", [faults.gzipped(), faults.deflated()])
def test_encoded_answers_are_sent_even_to_clients_that_do_not_accept_them(
    host: SiteHost, encoded: faults.Fault
) -> None:
    host.fault("/a.html", encoded)

    answer = requests.get(f"{host.home}/a.html", headers={"Accept-Encoding": "identity"}, timeout=5)

    assert "Content-Encoding" in answer.headers
    assert "Größe" in answer.content.decode()


def test_bad_gzip_cannot_be_decompressed(host: SiteHost) -> None:
    host.fault("/a.html", faults.bad_gzip())

    with pytest.raises(requests.exceptions.ContentDecodingError):
        _get(host)


def test_a_bomb_is_small_on_the_wire_only(host: SiteHost) -> None:
    host.fault("/a.html", faults.bomb(5_000_000))

    answer = requests.get(f"{host.home}/a.html", stream=True, timeout=5)

    wire = answer.raw.read(decode_content=False)
    assert len(wire) < 20_000
    assert len(gzip.decompress(wire)) > 5_000_000


def test_a_huge_answer_has_the_requested_size(host: SiteHost) -> None:
    host.fault("/a.html", faults.huge(1_000_000))

    assert len(_get(host).content) >= 1_000_000


def test_a_truncated_answer_ends_in_the_middle(host: SiteHost) -> None:
    host.fault("/a.html", faults.truncated())

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _get(host)


def test_a_dripping_answer_arrives_in_small_pieces(host: SiteHost) -> None:
    host.put("/drip", b"x" * 40)
    host.fault("/drip", faults.dripping(0.02, chunk=10))
    began = time.monotonic()

    assert _get(host, "/drip").content == b"x" * 40
    assert time.monotonic() - began >= 0.06


def test_a_disconnected_request_gets_no_answer_and_is_logged(site: Site, host: SiteHost) -> None:
    host.fault("/a.html", faults.disconnected())
    address = urlsplit(host.home)

    with socket.create_connection((address.hostname, address.port), timeout=5) as raw:
        raw.sendall(b"GET /a.html HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(100) == b""

    assert len(site.hits(f"{host.home}/a.html")) == 1


def test_first_breaks_only_that_number_of_answers(host: SiteHost) -> None:
    host.fault("/a.html", faults.first(2, faults.status(503)))

    assert [_get(host).status_code for _ in range(4)] == [503, 503, 200, 200]


def test_a_whole_host_can_fail_and_be_healed(host: SiteHost) -> None:
    host.fault_all(faults.status(500))
    failing = _get(host).status_code

    host.heal()

    assert (failing, _get(host).status_code) == (500, 200)


def _get(host: SiteHost, path: str = "/a.html") -> requests.Response:
    return requests.get(host.home + path, timeout=5)
