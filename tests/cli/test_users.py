"""`wiredesk users` and `wiredesk audit`: accounts by invitation, and who changed what."""

import getpass
import shlex
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from worker.rows.api_keys import hash_of
from worker.store import Store, accounts, audit
from worker.web.parts import utc_now

ME = f"cli:{getpass.getuser()}"


@pytest.fixture(autouse=True)
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody calls through sudo."""
    monkeypatch.delenv("SUDO_USER", raising=False)


def lines(store: Store) -> list[tuple[str, str, str]]:
    with store.begin() as db:
        return [(one.actor, one.action, one.subject) for one in audit.listing(db, limit=50)]


def test_an_account_is_added_with_a_link_that_works_once(store: Store) -> None:
    said = wiredesk("--set", "web_url=https://news.example.org", "users", "add", "anna", "--role", "admin")
    site, token = said.out.strip().split("/invitation/")
    assert (said.code, site, len(token)) == (0, "https://news.example.org", 43)
    with store.begin() as db:
        account = accounts.find_invited(db, hash_of(token), now=utc_now())
        assert account
        assert (account.name, account.role) == ("anna", "admin")
    assert [(one["name"], one["has_password"]) for one in wiredesk("users", "list", "--json").json] == [
        ("anna", False)
    ]
    assert "invited" in wiredesk("users", "list").out


@pytest.mark.usefixtures("store")
def test_the_commands_of_operations_md_about_access_work_in_their_order() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    block = text.partition("\n## Access\n")[2].split("```")[1]
    commands = [shlex.split(line, comments=True) for line in block.strip().splitlines()]
    assert len(commands) > 5
    for program, *arguments in commands:
        said = wiredesk(*arguments)
        assert (program, said.code, said.err) == ("wiredesk", 0, ""), arguments


def test_the_last_admin_can_be_neither_removed_nor_disabled_nor_demoted(store: Store) -> None:
    wiredesk("users", "add", "anna", "--role", "admin")
    wiredesk("users", "add", "bert", "--role", "editor")
    for command in (("remove", "anna"), ("disable", "anna"), ("role", "ANNA", "viewer")):
        said = wiredesk("users", *command)
        assert (said.code, "anna is the last admin: first `wiredesk users role OTHER admin`" in said.err) == (
            2,
            True,
        )
    assert wiredesk("users", "role", "bert", "admin").out == "bert is admin\n"
    assert wiredesk("users", "disable", "anna").code == 0
    assert wiredesk("users", "remove", "bert").code == 2
    assert wiredesk("users", "enable", "anna").code == 0
    assert wiredesk("users", "remove", "bert").out == "bert is removed\n"


def test_mistakes_are_reported_in_one_line(store: Store) -> None:
    wiredesk("users", "add", "anna", "--role", "admin")
    for arguments, words in (
        (("add", "Anna"), "there is an account Anna: `wiredesk users reset Anna` makes a new link"),
        (("add", "two words"), "a name has letters, digits and . _ @ + -"),
        (("add", "local"), "local is a name that the audit log uses itself"),
        (("reset", "nobody"), "there is no account nobody: see `wiredesk users list`"),
        (("role", "anna", "root"), "root"),
    ):
        said = wiredesk("users", *arguments)
        assert (said.code, words in said.err, said.err.count("\n")) == (2, True, 1), arguments


def test_a_command_that_changes_something_is_recorded_with_its_person(store: Store) -> None:
    wiredesk("keys", "add", "desk", "--scope", "write")
    wiredesk("keys", "list")
    wiredesk("feeds", "add", "https://me:hunter2@a.example/feed")
    wiredesk("searches", "add", "german", "language=de")
    wiredesk("searches", "remove", "french")
    secret = wiredesk("sinks", "add", "hook", "https://hooks.example/services/T0/B0/x").out
    assert "secret: whsec_" in secret
    found = lines(store)
    assert found[::-1] == [
        (ME, "key.added", "key:desk"),
        (ME, "search.saved", "search:german"),
        (ME, "sink.added", "sink:hook"),
    ]
    with store.begin() as db:
        stored = str(db.exec_driver_sql("SELECT audit::text FROM audit").all())
        (key,) = audit.listing(db, action="key", limit=1)
    assert key.detail == {"scope": "write"}
    for hidden in ("hunter2", "whsec", "/services/", "wdk_"):
        assert hidden not in stored


def test_a_command_with_many_transactions_is_recorded_once_and_a_failed_one_never(store: Store) -> None:
    feeds = [f"https://{name}.example/feed" for name in ("a", "b", "c")]
    wiredesk("feeds", "add", *feeds)
    wiredesk("feeds", "pause", "1", "2", "3")
    wiredesk("feeds", "pause", "99")
    assert [(action, subject) for _, action, subject in lines(store)] == [
        ("feed.paused", "feed:1, 2, 3"),
        ("feed.added", f"feed:{', '.join(feeds)}"),
    ]


def test_the_audit_log_is_listed_by_actor_action_and_subject(store: Store) -> None:
    wiredesk("users", "add", "anna", "--role", "admin")
    wiredesk("keys", "add", "desk")
    for options, expected in (
        ((), ["key.added", "account.invited"]),
        (("--what", "account"), ["account.invited"]),
        (("--of", "key:desk"), ["key.added"]),
        (("--who", "anna"), []),
        (("--limit", "1"), ["key.added"]),
    ):
        assert [line["action"] for line in wiredesk("audit", "list", "--json", *options).json] == expected
    assert "account.invited" in wiredesk("audit", "list").out
