"""A secret is in no log, page, traceback, command line, metric or support bundle.

A canary is planted in every place that takes a secret, and looked for in everything that a service shows.
"""

import io
import json
import re
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from fastapi.routing import APIRoute

from tests.cli.conftest import home
from tests.cli.running import Running, arguments_of
from tests.cli.terminal import wiredesk
from tests.site import Site
from tests.waiting import wait_until
from worker.cli.support.redaction import Redactor, secrets_of
from worker.config.masking import is_secret_setting
from worker.config.settings import Settings
from worker.web import feed_output, health, pages

__all__ = ["home"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]

SECONDS = 120
"""Time for a run to start on a busy machine."""

CLOSED = "http://127.0.0.1:47999"
"""Nothing listens there: a receiver or proxy at this address fails."""


def canary(place: str) -> str:
    """Return a secret that is recognised wherever it shows up."""
    return f"c4n4ry-{place}-0123456789"


SETTINGS = {name: canary(name.replace("_", "-")) for name in Settings.model_fields if is_secret_setting(name)}
"""Every setting whose whole value is a secret."""

HOSTS = """
["http://127.0.0.1"]
token = { env = "HOSTS_TOKEN" }
headers = { X-Api-Key = { env = "HOSTS_HEADER" } }
cookies = { session = { env = "HOSTS_COOKIE" } }

["http://proxied.example"]
user = "desk"
password = { env = "HOSTS_PASSWORD" }
proxy = { env = "HOSTS_PROXY" }
"""

OF_HOSTS = {
    "HOSTS_TOKEN": canary("token"),
    "HOSTS_HEADER": canary("header"),
    "HOSTS_COOKIE": canary("cookie"),
    "HOSTS_PASSWORD": canary("password"),
    "HOSTS_PROXY": f"http://desk:{canary('proxy')}@127.0.0.1:47999",
}

SIGNING = f"whsec_{b64encode(canary('signing').encode() * 2).decode()}"


class Surfaces:
    """Everything that a running service shows, by name."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}

    def command(self, *arguments: str) -> None:
        said = wiredesk(*arguments)
        self.shown[f"wiredesk {' '.join(arguments)}"] = said.out + said.err

    def pages(self, base: str, key: str) -> None:
        """Read every page that needs no argument, as a browser does."""
        routes = [route for part in (pages, health, feed_output) for route in part.router.routes]
        paths = [one.path for one in routes if isinstance(one, APIRoute) and "GET" in one.methods]
        for path in [
            *(path for path in paths if "{" not in path),
            "/api/v1/status",
            "/api/v1/feeds",
            "/feeds/1",
        ]:
            if "live" not in path and "events" not in path:
                headers = {"Authorization": f"Bearer {key}", "Accept": "text/html"}
                self.shown[path] = requests.get(base + path, headers=headers, timeout=20).text
        assert "wiredesk_store_up 1.0" in self.shown["/metrics"]

    def bundle(self, path: Path) -> None:
        """Read every document of a support bundle."""
        with tarfile.open(path) as archive:
            for member in archive.getmembers():
                found = archive.extractfile(member)
                self.shown[f"bundle: {member.name}"] = (found or io.BytesIO()).read().decode()

    def those_with(self, secret: str) -> list[str]:
        return [name for name, text in self.shown.items() if secret in text]


@pytest.fixture
def running(home: Path, site: Site, database_url: str, redis_url: str) -> Iterator[Running]:
    """A run with a canary in every setting, in the hosts file, and in addresses of feeds."""
    feed = site.host().feed("/feed.xml?token=" + canary("feed"), articles=2)
    (home / "config").mkdir()
    (home / "config" / "hosts.toml").write_text(HOSTS)
    (home / "feeds.txt").write_text(f"{feed.url}\nhttp://proxied.example/feed.xml\n")
    # The server trusts its users, so any password is good.
    url = database_url.replace("wiredesk@/", f"wiredesk:{canary('database')}@/")
    variables = {
        "WIREDESK_DATABASE_URL": url,
        "WIREDESK_REDIS_URL": redis_url,
        "WIREDESK_LOG_LEVEL": "debug",
        **{f"WIREDESK_{name.upper()}": value for name, value in SETTINGS.items()},
        **OF_HOSTS,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        started = Running(home, "run", "--plain", "--feeds", "feeds.txt", variables=variables)
        yield started
        started.close()


def test_no_secret_is_shown_anywhere(running: Running, home: Path, redis_url: str) -> None:
    wait_until((home / "data" / "run" / "servers.json").exists, SECONDS, pause=0.5)
    running.await_stored(2)
    address = f"{CLOSED}/{canary('path')}?token={canary('query')}"
    hook = address.replace("//", f"//desk:{canary('login')}@")
    for name, secret in (("hook", hook), ("signing", SIGNING)):
        (home / name).write_text(secret)
    options = ("--allow-private", "--secret-from", "signing", "--from", "1")
    assert wiredesk("sinks", "add", "hook", "--url-from", "hook", *options).code == 0
    stream = f"redis://:{canary('stream')}@127.0.0.1:47999/0"
    (home / "stream").write_text(stream)
    assert wiredesk("sinks", "add", "stream", "--url-from", "stream", "--from", "1").code == 0
    key = re.findall(r"wdk_\S+", wiredesk("keys", "add", "desk").out)[0]
    wait_until(
        lambda: all(one["tried_at"] for one in wiredesk("sinks", "list", "--json").json[1:]), 60, pause=1.0
    )

    seen = Surfaces()
    refused = wiredesk("feeds", "add", f"http://desk:{canary('userinfo')}@127.0.0.1/feed.xml")
    seen.shown["feeds add"] = refused.out + refused.err
    for command in (
        ("config",),
        ("config", "--json"),
        ("status",),
        ("status", "--json"),
        ("doctor",),
        ("doctor", "--json"),
        ("sinks", "list"),
        ("sinks", "show", "hook"),
        ("keys", "list"),
        ("feeds", "list"),
        ("support-bundle", "bundle.tar.gz"),
    ):
        seen.command(*command)
    page = json.loads((home / "data" / "run" / "servers.json").read_text())["status_page"]
    seen.pages(page.rstrip("/"), key)
    seen.bundle(home / "bundle.tar.gz")
    seen.shown["ps"] = "\n".join(" ".join(arguments_of(one)) for one in running.everything())
    assert running.interrupt() < 30
    seen.shown["output"] = running.output
    seen.shown |= {f"log: {path.name}": path.read_text() for path in (home / "data" / "log").iterdir()}

    secrets = {
        *(SETTINGS | OF_HOSTS).values(),
        *(canary(place) for place in ("database", "proxy", "path", "query", "login", "stream", "userinfo")),
        SIGNING,
        key,
        urlsplit(redis_url).password or "",
    }
    assert {secret: found for secret in secrets if (found := seen.those_with(secret))} == {}
    # A token in a feed's address is shown to those who may see the feed, and to nobody else.
    assert seen.those_with(canary("feed")), "what is looked at shows what it should"
    private = [
        name for name in seen.those_with(canary("feed")) if name.startswith(("bundle", "/metrics", "ps"))
    ]
    assert private == []
    assert "Test" not in "".join(text for name, text in seen.shown.items() if name.startswith("bundle: logs"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"WIREDESK_DATABASE_URL": f"postgresql://desk:{canary('bad')}@127.0.0.1:port/wire"},
        {"WIREDESK_DATABASE_URL": f"mysql://desk:{canary('bad')}@127.0.0.1/wire"},
        {"WIREDESK_DATABASE_URL": f"postgresql://desk:{canary('bad')}@127.0.0.1:9/wire"},
        {"WIREDESK_REDIS_URL": f"redis://:{canary('bad')}@127.0.0.1:9/0"},
        {"WIREDESK_REDIS_URL": f"redis://:{canary('bad')}@127.0.0.1:port/0"},
        {"WIREDESK_REDIS_URL": f"http://:{canary('bad')}@127.0.0.1/0"},
    ],
    ids=[
        "port",
        "kind of database",
        "closed port",
        "closed port of Redis",
        "port of Redis",
        "kind of broker",
    ],
)
def test_an_error_in_an_address_is_one_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    for command in ("status", "doctor"):
        said = wiredesk(command)
        assert canary("bad") not in said.out + said.err
        assert (said.code, said.err.count("\n") <= 1) in ((1, True), (2, True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "at https://me:secret@h.example/feed?a=1&token=x#y,",
            "at https://***@h.example/feed?a=***&token=***,",
        ),
        ('{"url": "https://h.example/p?k"}', '{"url": "https://h.example/p?***"}'),
        ("Authorization: Bearer abcdef.ghijkl", "Authorization: ***"),
        ("signed with whsec_abc+/= by wdk_abc-def", "signed with *** by ***"),
        ("postgresql://desk:p@host/wire is away", "postgresql://***@host/wire is away"),
        ("kept as hunter%2F22 and hunter/22", "kept as *** and ***"),
    ],
)
def test_a_text_is_redacted_by_known_values_and_by_form(text: str, shown: str) -> None:
    assert Redactor({"hunter/22"})(text) == shown


def test_secrets_of_settings_are_known_wherever_they_came_from() -> None:
    given = {"oidc_client_secret": canary("file"), "redis_url": f"redis://:{canary('redis')}@host/0"}
    found = secrets_of(Settings(**given), environ={"DESK_TOKEN": canary("env")})  # type: ignore[arg-type]
    assert {canary("file"), canary("redis"), canary("env")} <= found
