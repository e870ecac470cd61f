"""Redirects are followed by our code: five at most, each checked like the first URL."""

import base64

import pytest
from aiohttp import web
from yarl import URL

from tests.fetch.conftest import Get
from tests.fetch.test_client import PAGE, failed, reply
from tests.servers import answer, redirect, serve
from worker.fetch.redirects import Hops, refreshed, without_secrets
from worker.fetch.reply import Failure
from worker.outcome import Reason, Refusal

HERE = URL("http://a.example/dir/page?x=1")


def target(location: str | None) -> URL | Failure:
    return Hops(HERE, 5).follow(302, location)


@pytest.mark.parametrize(
    "location,leads_to",
    [
        ("/other", "http://a.example/other"),
        ("next", "http://a.example/dir/next"),
        ("?y=2", "http://a.example/dir/page?y=2"),
        ("//b.example/", "http://b.example/"),
        (" https://b.example/ \r\n", "https://b.example/"),
        ("https://b.example/#top", "https://b.example/"),
        ("/a b/é", "http://a.example/a%20b/%C3%A9"),
        ("/caf\udce9?a=%41", "http://a.example/caf%E9?a=A"),
        ("//münchen.example/ü", "http://xn--mnchen-3ya.example/%C3%BC"),
        ("https://me:secret@b.example/", "https://b.example/"),
    ],
)
def test_a_location_is_resolved_against_the_requested_url(location: str, leads_to: str) -> None:
    assert str(target(location)) == leads_to


@pytest.mark.parametrize(
    "location,reason",
    [
        (None, Reason.HTTP_UNEXPECTED),
        ("  ", Reason.HTTP_UNEXPECTED),
        ("http://[::1", Reason.BAD_URL),
        ("http://a.example:port/", Reason.BAD_URL),
        (str(HERE), Reason.TOO_MANY_REDIRECTS),
    ],
)
def test_an_invalid_location_is_refused(location: str | None, reason: Reason) -> None:
    found = target(location)
    assert isinstance(found, Failure)
    assert found.refusal.reason is reason


def test_at_most_five_redirects_are_followed(get: Get) -> None:
    with serve({f"/{n}": redirect(f"/{n + 1}") for n in range(6)} | {"/6": answer(PAGE)}) as base:
        assert reply(get(f"{base}/1")).url == f"{base}/6"
        failed(get(f"{base}/0"), Reason.TOO_MANY_REDIRECTS)


def test_a_redirect_loop_is_detected_at_once(get: Get) -> None:
    with serve({"/a": redirect("/b"), "/b": redirect("/a")}) as base:
        assert "circle" in failed(get(f"{base}/a"), Reason.TOO_MANY_REDIRECTS).refusal.detail


@pytest.mark.parametrize(
    "statuses,moved_to",
    [((301, 308), "/2"), ((301, 302), "/1"), ((302, 301), None), ((307, 303), None)],
)
def test_moved_permanently_is_the_target_of_the_leading_permanent_redirects(
    get: Get, statuses: tuple[int, int], moved_to: str
) -> None:
    first, second = statuses
    routes = {"/": redirect("/1", first), "/1": redirect("/2", second), "/2": answer(PAGE)}
    with serve(routes) as base:
        assert reply(get(f"{base}/")).moved_permanently_to == (base + moved_to if moved_to else None)


def test_the_connection_survives_a_redirect_to_another_host(get: Get) -> None:
    with serve({"/": answer(PAGE)}) as other, serve({"/": redirect(f"{other}/")}) as base:
        assert reply(get(f"{base}/")).url == f"{other}/"


@pytest.mark.parametrize(
    "location,reason",
    [
        ("http://10.0.0.1/", Reason.FORBIDDEN_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Reason.FORBIDDEN_ADDRESS),
        ("http://[::ffff:10.0.0.1]/", Reason.FORBIDDEN_ADDRESS),
        ("http://0x0a000001/", Reason.FORBIDDEN_ADDRESS),
        ("file:///etc/passwd", Reason.FORBIDDEN_SCHEME),
        ("ftp://example.org/", Reason.FORBIDDEN_SCHEME),
        ("mailto:me@example.org", Reason.FORBIDDEN_SCHEME),
        ("http://example.org:22/", Reason.FORBIDDEN_PORT),
    ],
)
def test_each_redirect_is_checked_like_the_first_url(get: Get, location: str, reason: Reason) -> None:
    with serve({"/": redirect(location)}) as base:
        failed(get(f"{base}/"), reason)


def test_a_redirect_without_an_address_is_its_body(get: Get) -> None:
    with serve({"/body": answer(PAGE, 302), "/empty": answer(b"", 302)}) as base:
        assert reply(get(f"{base}/body")).body == PAGE
        failed(get(f"{base}/empty"), Reason.HTTP_UNEXPECTED)


@pytest.mark.parametrize(
    "header,leads_to",
    [
        ("0; url=/feed", "/feed"),
        ("0;URL='/feed'", "/feed"),
        ("1, url=feed", "feed"),
        ("0", None),
        ("300", None),
        ("300; url=/feed", None),
        ("0; url=/dir/page?x=1", None),
        ("0; url=http://[::1", None),
        ("soon; url=/feed", None),
        (None, None),
    ],
)
def test_a_refresh_header_is_a_redirect_only_if_it_leads_elsewhere_at_once(
    header: str | None, leads_to: str | None
) -> None:
    assert refreshed(header, HERE) == leads_to


def test_a_refresh_header_is_followed_and_judged_like_a_redirect(get: Get) -> None:
    moved, inside = answer(b"moved", Refresh="0; url=/new"), answer(b"", Refresh="0; url=http://10.0.0.1/")
    with serve({"/": moved, "/new": answer(PAGE), "/inside": inside}) as base:
        assert reply(get(f"{base}/")).url == f"{base}/new"
        failed(get(f"{base}/inside"), Reason.FORBIDDEN_ADDRESS)


def test_the_caller_can_refuse_each_redirect(get: Get) -> None:
    def admit(url: str) -> Refusal | None:
        return Refusal(Reason.ROBOTS) if url.endswith("/private") else None

    with serve({"/": redirect("/private"), "/private": answer(PAGE)}) as base:
        assert failed(get(f"{base}/", admit=admit), Reason.ROBOTS).url == f"{base}/private"


def test_credentials_in_the_url_are_sent_only_to_their_origin(get: Get) -> None:
    seen = []

    async def note(request: web.BaseRequest) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(status=302, headers={"Location": "/1" if request.path == "/" else f"{other}/"})

    with serve({"/": note}) as other, serve({"/": note, "/1": note}) as base:
        get(base.replace("//", "//me:secret@") + "/")
    assert seen[:2] == ["Basic " + base64.b64encode(b"me:secret").decode()] * 2
    assert seen[2] is None


def test_logins_and_cookies_are_sent_only_to_the_same_origin() -> None:
    headers = {"Authorization": "x", "COOKIE": "y", "Accept": "z"}
    assert without_secrets(headers, HERE, HERE / "more") == headers
    assert without_secrets(headers, HERE, HERE.with_scheme("https")) == {"Accept": "z"}
