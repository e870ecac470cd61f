"""The file of settings for single hosts: an error is one line, and secrets come from the environment."""

import base64
import re
from pathlib import Path

import pytest

from worker.config.hosts_file import load_hosts, read_hosts
from worker.config.settings import Settings, SettingsError
from worker.fetch.host_book import NOTHING_SET, HostBook

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
        ("delay_seconds = 1", "is outside of a table"),
        ("[example.org]\nrobots = true", "did you leave out the quotes?"),
        ('["org"]', "whole top-level domain"),
        ('["ftp://example.org"]', "has a scheme that is not fetched"),
        ('["example.org/news"]', "more than a host"),
        ('["*.example.org"]', "more than a host"),
        ('["exa mple.org"]', "is not a host"),
        ('["example.org:99999"]', "is not a host"),
        ('["example.org"]\n["EXAMPLE.org."]', "occurs twice"),
        ('["a.org"]\ndelay_second = 1', "unknown key delay_second; did you mean delay_seconds"),
        ('["a.org"]\nqqqq = 1', "unknown key qqqq; the keys are"),
        ('["a.org"]\ndelay_seconds = "5"', "delay_seconds: Input should be a valid number"),
        ('["a.org"]\ndelay_seconds = -1', "delay_seconds: Input should be greater"),
        ('["a.org"]\ndelay_seconds = nan', "delay_seconds"),
        ('["a.org"]\nfull_text = 0', "full_text: Input should be a valid boolean"),
        ('["a.org"]\nuser_agent = "a\\r\\nHost: b"', "one line of printable"),
        ('["a.org"]\ntoken = "secret"', "secrets belong in the environment"),
        ('["a.org"]\ntoken = { env = "NOWHERE" }', "environment variable NOWHERE is not set"),
        ('["a.org"]\ntoken = { env = "BAD" }', "BAD must be one line"),
        ('["a.org"]\ntoken = { env = "OK" }\nuser = "u"\npassword = { env = "OK" }', "keep one of them"),
        ('["a.org"]\nuser = "u"', "belong together"),
        ('["a.org"]\nheaders = { "A b" = "c" }', "is not the name of a header"),
        ('["a.org"]\nheaders = { Authorization = "c" }', "use user and password, or token"),
        ('["a.org"]\nheaders = { cookie = "c" }', "use cookies"),
        ('["a.org"]\nheaders = { Host = "c" }', "set by the service itself"),
        ('["a.org"]\nheaders = { Host = { env = "OK" } }', "set by the service itself"),
        ('["a.org"]\ncookies = { a = "b; c" }', "characters that a cookie must not have"),
        ('["a.org"]\nproxy = "socks5://p:1"', "http://proxy.example.org:3128"),
        ('["a.org"]\nproxy = "http://p"', "with the port"),
        ('["a.org"]\nproxy = "http://u:secret@p:1"', "with a password belongs in the environment"),
        ('["*"]\ntoken = { env = "OK" }', "are for named hosts"),
    ],
)
def test_a_mistake_in_the_hosts_file_is_reported_in_one_line_without_secrets(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        read(text, OK="fine", BAD="two\nlines")
    said = str(raised.value)
    assert "\n" not in said
    assert "secret" not in said.replace("secrets belong", "")


def test_the_configured_hosts_file_is_read_else_config_hosts_toml_else_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_hosts(Settings()) is NOTHING_SET
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "hosts.toml").write_text('["a.org"]\nrobots = false')
    assert not load_hosts(Settings()).of("http://a.org").robots
    other = tmp_path / "other.toml"
    with pytest.raises(SettingsError, match=r"hosts_file: .*other\.toml does not exist"):
        load_hosts(Settings(hosts_file=other))
    other.write_text('["a.org"]\nrobot = false')
    with pytest.raises(SettingsError, match=r"other.toml: \[a.org\] unknown key robot; did you mean robots"):
        load_hosts(Settings(hosts_file=other))


def test_the_login_of_a_proxy_is_not_part_of_its_address() -> None:
    book = read('["*"]\nproxy = { env = "P" }', P="http://me:p%40ss@proxy.example:3128/")
    found = book.of("https://any.example/")
    login = base64.b64encode(b"me:p@ss").decode()
    assert (found.proxy, found.proxy_login) == (
        "http://proxy.example:3128",
        {"Proxy-Authorization": f"Basic {login}"},
    )
