"""The file of settings for single hosts: what is wrong is one line, what is secret stays in the environment,
and what is set is done."""

import base64
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.services.service import Service
from tests.services.test_fetch import TEXT, page_hits, published, states
from tests.site import Site
from worker.config.hosts_file import load_hosts, read_hosts
from worker.config.settings import Settings, SettingsError
from worker.fetch.host_book import NOTHING_SET, HostBook

Make = Callable[..., Service]
EXAMPLE = Path(__file__).parents[2] / "config" / "hosts.toml"
SECRETS = {
    "EXAMPLE_PASSWORD": "hunter2",
    "EXAMPLE_TOKEN": "t0ken",
    "EXAMPLE_KEY": "k3y",
    "EXAMPLE_SESSION": "s3ssion",
}


def read(text: str, **environ: str) -> HostBook:
    return read_hosts(text.encode(), environ)


def test_the_example_hosts_file_is_commented_out_and_valid_without_the_comments() -> None:
    text = EXAMPLE.read_text()
    assert read(text) == HostBook({})
    in_effect = re.sub(r"^# (\[|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
    book = read(in_effect, **SECRETS)
    site = book.of("https://www.example.com/")
    assert (site.delay_seconds, site.full_text) == (None, True)
    assert book.of("https://example.org/").delay_seconds == 5.0
    assert book.of("https://www.example.org/").proxy == "http://proxy.internal:3128"
    login = base64.b64encode(b"desk:hunter2").decode()
    assert book.of("https://feeds.example.com/").secrets == {"Authorization": f"Basic {login}"}
    api = book.of("https://api.example.net/")
    assert api.headers == {"Accept-Language": "de"}
    assert api.secrets == {
        "Authorization": "Bearer t0ken",
        "X-Api-Key": "k3y",
        "Cookie": "consent=all; session=s3ssion",
    }
    assert not any(secret in repr(book) for secret in SECRETS.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = ", "is not valid TOML"),
        ("delay_seconds = 1", "stands outside of a table"),
        ("[example.org]\nrobots = true", "did you leave out the quotes?"),
        ('["org"]', "names? no host|whole top-level domain"),
        ('["ftp://example.org"]', "no scheme that is fetched"),
        ('["example.org/news"]', "more than a host"),
        ('["*.example.org"]', "more than a host"),
        ('["exa mple.org"]', "names no host"),
        ('["example.org:99999"]', "names no host"),
        ('["example.org"]\n["EXAMPLE.org."]', "there twice"),
        ('["a.org"]\ndelay_second = 1', "unknown key delay_second; did you mean delay_seconds"),
        ('["a.org"]\nqqqq = 1', "unknown key qqqq; known are"),
        ('["a.org"]\ndelay_seconds = "5"', "delay_seconds: Input should be a valid number"),
        ('["a.org"]\ndelay_seconds = -1', "delay_seconds: Input should be greater"),
        ('["a.org"]\ndelay_seconds = nan', "delay_seconds"),
        ('["a.org"]\nfull_text = 0', "full_text: Input should be a valid boolean"),
        ('["a.org"]\nuser_agent = "a\\r\\nHost: b"', "one line of printable"),
        ('["a.org"]\ntoken = "secret"', "secrets stand in the environment"),
        ('["a.org"]\ntoken = { env = "NOWHERE" }', "environment variable NOWHERE is not set"),
        ('["a.org"]\ntoken = { env = "BAD" }', "BAD must be one line"),
        ('["a.org"]\ntoken = { env = "OK" }\nuser = "u"\npassword = { env = "OK" }', "keep one of them"),
        ('["a.org"]\nuser = "u"', "belong together"),
        ('["a.org"]\nheaders = { "A b" = "c" }', "no name of a header"),
        ('["a.org"]\nheaders = { Authorization = "c" }', "use user and password, or token"),
        ('["a.org"]\nheaders = { cookie = "c" }', "use cookies"),
        ('["a.org"]\nheaders = { Host = "c" }', "set by the service itself"),
        ('["a.org"]\nheaders = { Host = { env = "OK" } }', "set by the service itself"),
        ('["a.org"]\ncookies = { a = "b; c" }', "characters that no cookie may have"),
        ('["a.org"]\nproxy = "socks5://p:1"', "http://proxy.example.org:3128"),
        ('["a.org"]\nproxy = "http://p"', "with the port"),
        ('["a.org"]\nproxy = "http://u:secret@p:1"', "with a password stands in the environment"),
        ('["*"]\ntoken = { env = "OK" }', "for hosts that are named"),
    ],
)
def test_a_mistake_in_the_hosts_file_is_reported_in_one_line_without_secrets(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        read(text, OK="fine", BAD="two\nlines")
    said = str(raised.value)
    assert "\n" not in said
    assert "secret" not in said.replace("secrets stand", "")


def test_the_hosts_file_is_the_configured_one_else_the_one_here_else_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_hosts(Settings()) is NOTHING_SET
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "hosts.toml").write_text('["a.org"]\nrobots = false')
    assert not load_hosts(Settings()).of("http://a.org").robots
    other = tmp_path / "other.toml"
    with pytest.raises(SettingsError, match=r"hosts_file: .* is no file"):
        load_hosts(Settings(hosts_file=other))
    other.write_text('["a.org"]\nrobot = false')
    with pytest.raises(SettingsError, match=r"other.toml: \[a.org\] unknown key robot; did you mean robots"):
        load_hosts(Settings(hosts_file=other))


def test_the_login_of_a_proxy_is_kept_apart_from_its_address() -> None:
    book = read('["*"]\nproxy = { env = "P" }', P="http://me:p%40ss@proxy.example:3128/")
    found = book.of("https://any.example/")
    login = base64.b64encode(b"me:p@ss").decode()
    assert (found.proxy, found.proxy_login) == (
        "http://proxy.example:3128",
        {"Proxy-Authorization": f"Basic {login}"},
    )


# What is set is done


def set_up(make_service: Make, tmp_path: Path, text: str, **settings: Any) -> Service:
    (tmp_path / "hosts.toml").write_text(text)
    return make_service(hosts_file=tmp_path / "hosts.toml", **settings)


def test_feeds_and_pages_are_requested_with_the_settings_of_their_host(
    make_service: Make, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXAMPLE_PASSWORD", "hunter2")
    host, other = site.host(), site.host()
    service = set_up(
        make_service,
        tmp_path,
        f'["{host.home}"]\nuser = "me"\npassword = {{ env = "EXAMPLE_PASSWORD" }}\n'
        'headers = { X-A = "b" }\ncookies = { c = "d" }\nuser_agent = "Guest/1"',
    )
    published(service, host, "One")
    published(service, other, "Two")
    service.work()
    assert states(service) == ["stored"] * 2
    login = "Basic " + base64.b64encode(b"me:hunter2").decode()
    for hit in site.hits(host.home):
        sent = (
            hit.headers["Authorization"],
            hit.headers["X-A"],
            hit.headers["Cookie"],
            hit.headers["User-Agent"],
        )
        assert sent == (login, "b", "c=d", "Guest/1")
    for hit in site.hits(other.home):
        assert {"Authorization", "X-A", "Cookie"}.isdisjoint(hit.headers)


def test_robots_txt_is_read_for_the_user_agent_of_the_host(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    host.robots("User-agent: Guest\nDisallow: /news/\n\nUser-agent: *\nAllow: /\n")
    service = set_up(make_service, tmp_path, f'["{host.home}"]\nuser_agent = "Guest/1"')
    published(service, host, "One")
    service.work()
    assert service.refusals() == {"robots": 1}


def test_the_delay_set_for_a_host_is_kept(make_service: Make, site: Site, tmp_path: Path) -> None:
    host = site.host()
    service = set_up(make_service, tmp_path, f'["{host.home}"]\ndelay_seconds = 0.1')
    published(service, host, "One", "Two")
    service.work()
    service.later(seconds=1)
    service.work()
    starts = [hit.began for hit in site.hits(host.home)][1:]
    assert len(starts) == 3
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.09


def test_robots_txt_is_not_requested_from_a_host_where_it_is_switched_off(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    host.robots("User-agent: *\nDisallow: /")
    service = set_up(make_service, tmp_path, f'["{host.home}"]\nrobots = false')
    published(service, host, "One")
    service.work()
    assert states(service) == ["stored"]
    assert not site.hits(f"{host.home}/robots.txt")


def test_without_full_text_articles_come_from_the_feed_and_no_page_is_requested(
    make_service: Make, site: Site, tmp_path: Path
) -> None:
    host = site.host()
    service = set_up(
        make_service, tmp_path, f'["{host.home}"]\nfull_text = false', look_again_seconds=(900.0,)
    )
    feed = host.feed("/feed.xml")
    feed.add(host.article("With content"), content=TEXT)
    feed.add(host.article("With a long summary"), summary=TEXT)
    feed.add(host.article("With a teaser"), summary="Read more on our site.")
    service.subscribe(feed.url)
    service.work()
    service.later(hours=1)
    service.work()
    assert sorted(map(str, states(service))) == ["refused", "stored", "stored"]
    assert service.refusals() == {"feed-only": 1}
    found = service.ask("SELECT DISTINCT provenance->>'blocks' AS source FROM articles")
    assert found == [{"source": "feed"}]
    assert page_hits(site, host) == []
    assert not site.hits(f"{host.home}/robots.txt")
