"""Accounts in a browser: invitation, login, sessions, and what an attacker tries on them."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from fastapi import Request

from tests.fixtures.databases import Databases
from tests.store.rows import stored_article
from tests.web.conftest import PAGE, Web, serving
from tests.web.test_access import ROUTES
from worker.rows.access import Role
from worker.rows.accounts import Lifetimes
from worker.rows.api_keys import Scope, hash_of
from worker.services.access import accounts as service
from worker.services.access import passwords
from worker.services.operator.api_keys import issue
from worker.store import Store, accounts, api_keys, audit, sessions
from worker.store.db import run
from worker.web import doors, identify, keys
from worker.web.cookies import COOKIE
from worker.web.parts import utc_now

PASSWORD = "nine old herons wade"
CHEAP, OLD = (PasswordHasher(time_cost=1, memory_cost=memory, parallelism=1) for memory in (16, 8))
"""Parameters that make no test wait; `OLD` are those of an earlier version."""

LONG_LIFETIMES = Lifetimes(idle=timedelta(hours=2), whole=timedelta(days=1))


@pytest.fixture(scope="module")
def shared(databases: Databases, shared_redis: Any) -> Iterator[Web]:
    """A server with an admin, an editor and a viewer, who have the same password."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "PasswordHasher", lambda: CHEAP)
        with databases.fresh() as url, serving(url, shared_redis.url, routes=ROUTES) as web:
            for role in Role:
                made(web.store, role, role)
            yield web


@pytest.fixture
def site(shared: Web) -> Web:
    """The same, with no tries counted."""
    shared.redis.flushall()
    return shared


def made(store: Store, name: str, role: Role, hasher: PasswordHasher = CHEAP) -> None:
    with store.begin() as db:
        account, _ = service.add(db, name, role, now=utc_now(), valid=timedelta(days=1))
        accounts.set_password(db, account.id, hasher.hash(PASSWORD))


def invited(store: Store, name: str, *, valid: timedelta = timedelta(days=1)) -> str:
    with store.begin() as db:
        return service.add(db, name, Role.EDITOR, now=utc_now(), valid=valid)[1]


class Browser(requests.Session):
    """A browser on one server; it follows redirects and keeps cookies."""

    def __init__(self, web: Web) -> None:
        super().__init__()
        self.web = web
        self.headers.update({**PAGE, "User-Agent": "Testfox/1.0"})

    def open(self, path: str, **more: Any) -> requests.Response:
        return self.get(self.web.url + path, timeout=20, **more)

    def fill(self, path: str, **fields: str) -> requests.Response:
        return self.post(self.web.url + path, data=fields, timeout=20)

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> requests.Response:
        return self.fill("/login", name=name, password=password, **more)


def signed_in(web: Web, name: str) -> Browser:
    browser = Browser(web)
    assert browser.log_in(name).status_code == 200
    assert COOKIE in browser.cookies
    return browser


@pytest.mark.parametrize("path", ["/events", "/api/v1/stream?after=0"])
@pytest.mark.parametrize("change", ["disabled", "ended", "lowered", "revoked"])
def test_an_open_stream_ends_soon_after_its_reader_may_no_longer_read_it(
    site: Web, path: str, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(keys, "REMEMBERED_SECONDS", 0.1)
    name = f"{change}{len(path)}"
    made(site.store, name, Role.EDITOR)
    with site.store.begin() as db:
        secret = issue(db, name, Scope.READ, now=utc_now())
    browser, other = signed_in(site, name), signed_in(site, "viewer")
    with other.open("/api/v1/stream", stream=True) as kept:
        going_on = kept.iter_lines(chunk_size=1)
        assert next(going_on).startswith(b"retry: ")
        if change == "revoked":
            headers = {"Authorization": f"Bearer {secret}"}
            ending = requests.get(site.url + path, headers=headers, stream=True, timeout=20)
        else:
            ending = browser.open(path, stream=True)
        lines = ending.iter_lines(chunk_size=1)
        assert next(lines).startswith(b"retry: ")
        with site.store.begin() as db:
            account = service.named(db, name)
            match change:
                case "disabled":
                    service.disable(db, name, now=utc_now())
                case "ended":
                    sessions.end_all(db, account.id)
                case "lowered":
                    service.set_role(db, name, Role.VIEWER)
                case "revoked":
                    api_keys.revoke(db, name, now=utc_now())
        # A stream that is cut off within a chunk would raise ChunkedEncodingError.
        for _ in lines:
            continue
        with site.store.begin() as db:
            stored_article(db, title=name)
        assert next(line for line in going_on if line.startswith(b"event: ")) == b"event: created"


def test_an_open_stream_does_not_keep_an_idle_session_alive(
    site: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = threading.Event()
    visitor = doors.Doors.visitor

    async def noted(self: doors.Doors, request: Request, *, is_use: bool = True) -> doors.Visitor:
        try:
            return await visitor(self, request, is_use=is_use)
        finally:
            if not is_use:
                looks.set()

    monkeypatch.setattr(identify, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(doors.Doors, "visitor", noted)
    made(site.store, "idler", Role.VIEWER)
    browser = signed_in(site, "idler")
    with browser.open("/events", stream=True):
        with site.store.begin() as db:
            account = service.named(db, "idler").id
            long_ago = utc_now() - timedelta(minutes=10)
            run(db, "UPDATE sessions SET seen_at = :at WHERE account_id = :id", at=long_ago, id=account)
        looks.clear()
        assert looks.wait(10)
    with site.store.begin() as db:
        (session,) = sessions.listing(db, account, now=utc_now(), lifetimes=LONG_LIFETIMES)
    assert session.seen_at == long_ago


def test_a_browser_is_led_to_the_login_and_back_to_the_page_that_it_wanted(site: Web) -> None:
    browser = Browser(site)
    form = browser.open("/articles?q=a%26b&page=2")
    assert form.url == f"{site.url}/login?next=/articles%3Fq%3Da%2526b%26page%3D2"
    assert 'name="next" value="/articles?q=a%26b&amp;page=2"' in form.text
    back = browser.log_in("viewer", next="/articles?q=a%26b")
    assert back.url == f"{site.url}/articles?q=a%26b"
    assert "Signed in as" in back.text


def test_a_program_without_a_session_gets_401_and_no_login_page(site: Web) -> None:
    assert site.get("/api/v1/articles").status_code == 401
    script = requests.get(site.url + "/", headers={"Sec-Fetch-Mode": "cors"}, timeout=10)
    assert (script.status_code, "Basic" in script.headers["WWW-Authenticate"]) == (401, False)
    assert site.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "role, statuses", [("viewer", [200, 403, 403]), ("editor", [200, 200, 403]), ("admin", [200, 200, 200])]
)
def test_an_account_may_do_what_its_role_says(site: Web, role: str, statuses: list[int]) -> None:
    browser = signed_in(site, role)
    found = [browser.open("/tried/viewer"), browser.fill("/tried/editor"), browser.fill("/tried/admin")]
    assert [answer.status_code for answer in found] == statuses
    assert browser.open("/audit").status_code == (200 if role == "admin" else 403)


def test_unknown_disabled_and_wrong_get_the_same_answer(site: Web) -> None:
    made(site.store, "gone", Role.ADMIN)
    invited(site.store, "invited")
    with site.store.begin() as db:
        service.disable(db, "gone", now=utc_now())
    tried = {"nobody": "x", "gone": PASSWORD, "viewer": "wrong", "invited": "no password"}
    answers = set()
    for name, password in tried.items():
        answer = Browser(site).log_in(name, password)
        answers.add((answer.status_code, answer.text.replace(name, "NAME")))
    assert len(answers) == 1
    ((status, text),) = answers
    assert status == 401
    assert "This name and password do not belong together." in text


def test_an_account_takes_ten_wrong_passwords_and_then_not_even_the_right_one(site: Web) -> None:
    browser = Browser(site)
    for name in ("viewer", "nobody"):
        tries = [browser.log_in(name, "wrong").status_code for _ in range(11)]
        assert tries == [401] * 10 + [429]
        refused = browser.log_in(name)
        assert refused.status_code == 429
        assert "Too many wrong passwords: try again in 15 minutes." in refused.text
    assert browser.log_in("Editor").status_code == 200


def test_an_address_may_guess_for_thirty_accounts_and_not_more(site: Web) -> None:
    browser = Browser(site)
    assert [browser.log_in(f"nobody{n}", "x").status_code for n in range(31)] == [401] * 30 + [429]


def test_tries_are_counted_while_redis_is_away(databases: Databases) -> None:
    with databases.fresh() as url, serving(url, "redis://127.0.0.1:1/0") as web:
        made(web.store, "anna", Role.ADMIN)
        tries = [Browser(web).log_in("anna", "wrong").status_code for _ in range(11)]
        assert tries == [401] * 10 + [429]


def test_a_login_makes_a_new_session_and_ignores_a_planted_one(site: Web) -> None:
    browser = Browser(site)
    browser.cookies.set(COOKIE, "planted")
    browser.log_in("viewer")
    tokens = [cookie.value for cookie in browser.cookies if cookie.name == COOKIE]
    assert "planted" not in tokens or len(tokens) == 2
    stolen = requests.get(site.url + "/account", cookies={COOKIE: "planted"}, headers=PAGE, timeout=10)
    assert stolen.url.startswith(f"{site.url}/login")


def test_the_cookie_is_hidden_from_scripts_and_foreign_sites_and_secure_over_https(
    serve: Any, databases: Databases, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url)
    made(web.store, "anna", Role.ADMIN)
    form = {"name": "anna", "password": PASSWORD}

    def cookie(**headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = requests.post(
            f"{web.url}/login", data=form, headers=named, allow_redirects=False, timeout=10
        )
        return answer.headers["Set-Cookie"]

    plain = cookie()
    assert plain.startswith("wiredesk_session=")
    assert "; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax" in plain
    assert "Secure" not in plain
    secure = cookie(X_Forwarded_Proto="https")
    assert secure.startswith("__Host-wiredesk_session=")
    assert secure.endswith("; Secure")
    token = plain.partition(";")[0]
    over_https = requests.get(
        f"{web.url}/account", headers={"X-Forwarded-Proto": "https", "Cookie": token}, timeout=10
    )
    assert over_https.status_code == 401
    assert 'next="/' not in over_https.text


def test_with_an_https_address_cookies_are_secure_whatever_the_proxy_says(
    serve: Any, database_url: str, redis_url: str
) -> None:
    web = serve(database_url, redis_url, web_url="https://news.example.org")
    made(web.store, "anna", Role.ADMIN)
    answer = requests.post(
        f"{web.url}/login",
        data={"name": "anna", "password": PASSWORD},
        headers={"Host": "news.example.org"},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.headers["Set-Cookie"].startswith("__Host-wiredesk_session=")


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example/", "/\\evil.example", "data:x"])
def test_a_login_leads_to_no_other_site(site: Web, next: str) -> None:
    assert signed_in(site, "viewer").open("/login", params={"next": next}).url == f"{site.url}/"
    assert Browser(site).log_in("viewer", next=next).url == f"{site.url}/"


def test_a_foreign_site_cannot_sign_a_browser_in_or_out(site: Web) -> None:
    foreign = {"Origin": "https://evil.example"}
    form = {"name": "viewer", "password": PASSWORD}
    assert requests.post(f"{site.url}/login", data=form, headers=foreign, timeout=10).status_code == 403
    browser = signed_in(site, "viewer")
    assert browser.post(f"{site.url}/logout", headers=foreign, timeout=10).status_code == 403
    assert browser.open("/account").status_code == 200


def test_after_logout_the_token_is_worth_nothing(site: Web) -> None:
    browser = signed_in(site, "viewer")
    token = {COOKIE: browser.cookies[COOKIE]}
    assert "You are signed out." in browser.fill("/logout").text
    assert COOKIE not in browser.cookies
    again = requests.get(f"{site.url}/account", cookies=token, headers=PAGE, timeout=10)
    assert again.url.startswith(f"{site.url}/login")


def test_another_role_holds_from_the_next_request_and_a_disabled_account_is_out(site: Web) -> None:
    made(site.store, "carl", Role.EDITOR)
    browser = signed_in(site, "carl")
    assert browser.fill("/tried/editor").status_code == 200
    with site.store.begin() as db:
        service.set_role(db, "carl", Role.VIEWER)
    assert browser.fill("/tried/editor").status_code == 403
    with site.store.begin() as db:
        service.disable(db, "carl", now=utc_now())
    assert browser.open("/articles").url.startswith(f"{site.url}/login")
    with site.store.begin() as db:
        service.enable(db, "carl")
    assert browser.open("/articles").url.startswith(f"{site.url}/login")
    lost = browser.fill("/tried/editor")
    assert "Your session has ended: sign in and do it again." in lost.text


def test_a_session_ends_when_it_is_idle_and_after_its_time_anyway(site: Web) -> None:
    now, lifetimes = utc_now(), LONG_LIFETIMES
    with site.store.begin() as db:
        account = accounts.find(db, "viewer")
        assert account
        sessions.begin(db, account.id, hash_of("t"), agent="", now=now, lifetimes=lifetimes)

        def holds(at: datetime) -> bool:
            return sessions.find(db, hash_of("t"), now=at, lifetimes=lifetimes) is not None

        assert holds(now + timedelta(minutes=119))
        assert not holds(now + timedelta(minutes=121))
        for hour in range(1, 24):
            (found,) = [sessions.find(db, hash_of("t"), now=now + timedelta(hours=hour), lifetimes=lifetimes)]
            assert found
            sessions.note_seen(db, found.id, now=now + timedelta(hours=hour))
        assert not holds(now + timedelta(hours=24))
        sessions.forget_over(db, now=now + timedelta(hours=24))
        assert not holds(now)


def test_an_invitation_sets_a_password_once_and_signs_in(site: Web) -> None:
    token = invited(site.store, "dora")
    browser = Browser(site)
    assert "Welcome, dora" in browser.open(f"/invitation/{token}").text
    for password, again, problem in (
        ("short", "short", "at least 12 characters"),
        (PASSWORD, "another one of those", "the two passwords differ"),
        ("a" * 20, "a" * 20, "at least 5 different characters"),
    ):
        refused = browser.fill(f"/invitation/{token}", password=password, again=again)
        assert (refused.status_code, problem in refused.text) == (422, True)
    done = browser.fill(f"/invitation/{token}", password=PASSWORD, again=PASSWORD)
    assert done.url == f"{site.url}/"
    assert "you are signed in" in done.text
    assert Browser(site).log_in("dora").status_code == 200
    used = Browser(site).fill(f"/invitation/{token}", password="x" * 12, again="x" * 12)
    assert (used.status_code, "This link does not work" in used.text) == (404, True)


def test_an_invitation_expires_and_a_newer_one_replaces_it(site: Web) -> None:
    expired = invited(site.store, "emil", valid=timedelta(seconds=-1))
    assert Browser(site).open(f"/invitation/{expired}").status_code == 404
    with site.store.begin() as db:
        first = service.reset(db, "emil", now=utc_now(), valid=timedelta(days=1))
        second = service.reset(db, "emil", now=utc_now(), valid=timedelta(days=1))
    assert Browser(site).open(f"/invitation/{first}").status_code == 404
    assert Browser(site).open(f"/invitation/{second}").status_code == 200


def test_another_password_ends_all_other_sessions(site: Web) -> None:
    made(site.store, "fritz", Role.VIEWER)
    thief, owner = signed_in(site, "fritz"), signed_in(site, "fritz")
    new = "eleven wet otters"
    wrong = owner.fill("/account/password", password="wrong", new=new, again=new)
    assert (wrong.status_code, "the current password is another" in wrong.text) == (422, True)
    done = owner.fill("/account/password", password=PASSWORD, new=new, again=new)
    assert "Your password is changed" in done.text
    assert thief.open("/account").url.startswith(f"{site.url}/login")
    assert owner.open("/account").url == f"{site.url}/account"
    assert Browser(site).log_in("fritz").status_code == 401
    assert Browser(site).log_in("fritz", new).status_code == 200


def test_the_account_page_lists_the_sessions_and_ends_the_others(site: Web) -> None:
    made(site.store, "greta", Role.VIEWER)
    other, mine = signed_in(site, "greta"), signed_in(site, "greta")
    assert mine.open("/account").text.count("Testfox/1.0") == 2
    assert "1 other session has ended." in mine.fill("/account/sessions").text
    assert other.open("/account").url.startswith(f"{site.url}/login")


def test_a_password_hashed_with_old_parameters_is_hashed_again_at_the_next_login(site: Web) -> None:
    made(site.store, "hanna", Role.VIEWER, hasher=OLD)

    def stored() -> str:
        with site.store.begin() as db:
            account = accounts.find(db, "hanna")
            assert account
            return accounts.password_of(db, account.id) or ""

    assert "m=8,t=1,p=1" in stored()
    signed_in(site, "hanna")
    assert "m=16,t=1,p=1" in stored()
    signed_in(site, "hanna")


def test_neither_passwords_nor_tokens_are_stored(site: Web) -> None:
    browser = signed_in(site, "viewer")
    token = invited(site.store, "ida")
    with site.store.begin() as db:
        for table in ("accounts", "sessions", "audit"):
            stored = str(db.exec_driver_sql(f"SELECT {table}::text FROM {table}").all())
            for secret in (PASSWORD, token, browser.cookies[COOKIE]):
                assert secret not in stored


def test_pages_of_people_are_kept_out_of_shared_caches(site: Web) -> None:
    assert signed_in(site, "viewer").open("/articles").headers["Cache-Control"] == "private, no-cache"


def test_signing_in_and_out_is_recorded_and_shown_to_admins(site: Web) -> None:
    made(site.store, "jan", Role.VIEWER)
    browser = signed_in(site, "jan")
    browser.fill("/logout")
    with site.store.begin() as db:
        lines = audit.listing(db, actor="jan", limit=10)
    assert [(line.action, line.subject) for line in lines] == [
        ("account.signed_out", "account:jan"),
        ("account.signed_in", "account:jan"),
    ]
    shown = signed_in(site, "admin").open("/audit?who=jan").text
    assert "account.signed_out" in shown
    assert ">admin</a></td>" not in shown


def test_a_key_is_accepted_on_pages_next_to_accounts(site: Web) -> None:
    with site.store.begin() as db:
        key = issue(db, "desk", Scope.READ, now=utc_now())
    assert key
    answer = requests.get(f"{site.url}/key?next=/articles", auth=("", key), headers=PAGE, timeout=10)
    assert answer.url == f"{site.url}/articles"
    assert requests.get(f"{site.url}/articles", auth=("", key), headers=PAGE, timeout=10).status_code == 200
    assert "Basic" in requests.get(f"{site.url}/key", timeout=10).headers["WWW-Authenticate"]
    assert requests.post(f"{site.url}/tried/editor", auth=("", key), timeout=10).status_code == 403


def test_wrong_keys_are_limited_and_known_ones_go_on(site: Web) -> None:
    with site.store.begin() as db:
        key = issue(db, "going", Scope.READ, now=utc_now())

    def status(secret: str | None) -> int:
        return requests.get(
            f"{site.url}/api/v1/status", headers={"X-API-Key": secret}, timeout=10
        ).status_code

    assert status(key) == 200
    assert [status(f"wdk_wrong{n}") for n in range(21)] == [401] * 20 + [429]
    assert status(key) == 200


def test_the_first_account_closes_the_door_within_seconds(
    monkeypatch: pytest.MonkeyPatch, serve: Any, database_url: str, redis_url: str
) -> None:
    monkeypatch.setattr(doors, "REMEMBERED_SECONDS", 0.0)
    web = serve(database_url, redis_url, routes=ROUTES)
    assert requests.post(f"{web.url}/tried/admin", timeout=10).json() == "local"
    invited(web.store, "anna")
    assert requests.post(f"{web.url}/tried/admin", timeout=10).status_code == 401
    assert web.get("/api/v1/status").status_code == 401
