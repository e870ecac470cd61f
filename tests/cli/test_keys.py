"""`wiredesk keys`: a key is shown once, listed by its beginning, and revoked by its name."""

from tests.cli.terminal import wiredesk
from worker.rows.api_keys import Scope, hash_of
from worker.store import Store, api_keys


def test_a_key_is_printed_alone_so_that_a_script_can_take_it(store: Store) -> None:
    said = wiredesk("keys", "add", "desk")
    secret = said.out.strip()
    assert (said.code, len(secret), secret[:4]) == (0, 47, "wdk_")
    with store.begin() as db:
        found = api_keys.find(db, hash_of(secret))
    assert found
    assert (found.name, found.scope) == ("desk", Scope.READ)


def test_keys_are_listed_with_their_beginning_and_never_whole(store: Store) -> None:
    assert "no keys: add one" in wiredesk("keys", "list").out
    secret = wiredesk("keys", "add", "editor", "--scope", "write", "--json").json["key"]
    listed = wiredesk("keys", "list").out
    assert "editor" in listed
    assert secret[:10] in listed
    assert secret not in listed
    (key,) = wiredesk("keys", "list", "--json").json
    assert (key["name"], key["scope"], key["prefix"], key["last_used_at"]) == (
        "editor",
        "write",
        secret[:10],
        None,
    )


def test_a_name_is_free_again_once_its_key_is_revoked(store: Store) -> None:
    first = wiredesk("keys", "add", "desk").out
    taken = wiredesk("keys", "add", "desk")
    assert taken.code == 2
    assert "there is a key desk: choose another name, or first `wiredesk keys revoke desk`" in taken.err
    assert wiredesk("keys", "revoke", "desk").out == "revoked desk\n"
    assert wiredesk("keys", "add", "desk").out != first
    assert [bool(key["revoked_at"]) for key in wiredesk("keys", "list", "--json").json] == [False, True]


def test_mistakes_are_reported_in_one_line(store: Store) -> None:
    for arguments, words in (
        (("add", "two words"), "a name has letters, digits"),
        (("revoke", "nobody"), "there is no valid key nobody: see `wiredesk keys list`"),
        (("add", "desk", "--scope", "root"), "root"),
    ):
        said = wiredesk("keys", *arguments)
        assert said.code == 2, arguments
        assert words in said.err
