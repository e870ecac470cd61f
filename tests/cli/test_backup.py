"""`wiredesk backup` and `wiredesk restore`: the commands around the files."""

import re
from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.store import Store


@pytest.fixture
def backup(store: Store) -> Path:
    """A backup of one article; nothing is connected to the store."""
    with store.begin() as db:
        stored_article(db)
    said = wiredesk("backup", "backups", "--keep", "2")
    assert re.fullmatch(
        r"backups/wiredesk-\d{8}T\d{6}Z\.tar: 1 feed, 1 article, 0 pages of .* "
        r"up to change 1; schema \d{4}, .*MiB\n",
        said.out,
    ), said.err
    store.close()
    (path,) = Path("backups").iterdir()
    assert path.stat().st_mode & 0o077 == 0, "only its owner can read it"
    return path


def test_a_backup_is_checked_and_then_restored_into_an_empty_data_directory(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wiredesk("restore", str(backup), "--check").out.startswith("whole: 1 feed, 1 article")
    refused = wiredesk("restore", str(backup))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--replace" in refused.err
    monkeypatch.delenv("WIREDESK_DATABASE_URL")
    restored = wiredesk("restore", str(backup), "--json")
    assert restored.json["rows"]["articles"] == 1, restored.err
    assert len(wiredesk("articles", "list", "--json").json) == 1


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "one.tar", "--keep", "3"), "name a directory"),
        (("backup", "/proc/none"), "/proc/none: No such file or directory"),
        (("backup", "taken.tar"), "taken.tar exists: choose another name"),
        (("restore", "absent.tar"), "absent.tar cannot be read"),
        (("restore", "taken.tar"), "taken.tar is not a whole backup"),
    ],
)
def test_a_mistake_is_one_line_with_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    Path("taken.tar").touch()
    said = wiredesk(*arguments)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert words in said.err
