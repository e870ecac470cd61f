"""`wiredesk articles`: the stored articles."""

import subprocess

import pytest

from tests.cli.terminal import command, environment, wiredesk
from tests.store.rows import doubt_look, revised_article, stored_article
from worker.store import Store


@pytest.fixture
def bridge(store: Store) -> int:
    """An article about a bridge, after one about bread."""
    with store.begin() as db:
        stored_article(db, title="Bread is dear", text="Flour costs more again.")
    with store.begin() as db:
        return stored_article(db, title="The bridge\x1b[5m is open", text="Cars cross the river again.")


@pytest.mark.usefixtures("store")
def test_without_articles_the_list_says_so() -> None:
    assert wiredesk("articles", "list").out == "no articles\n"
    assert wiredesk("articles", "list", "--json").json == []


def test_the_newest_articles_come_first(bridge: int) -> None:
    assert wiredesk("articles", "list", "--json").json[0]["id"] == bridge
    listed = wiredesk("articles", "list", "--limit", "1").out
    assert "The bridge [5m is open" in listed
    assert "Bread" not in listed


def test_search_understands_words_and_excluded_words(bridge: int) -> None:
    assert [article["id"] for article in wiredesk("articles", "search", "again -flour", "--json").json] == [
        bridge
    ]
    assert wiredesk("articles", "search", "nowhere").out == "no articles\n"


@pytest.mark.usefixtures("store")
def test_a_search_that_cannot_be_understood_is_a_user_error() -> None:
    refused = wiredesk("articles", "search", '"the bridge')
    assert refused.code == 2
    assert refused.err == 'wiredesk: q: a quote (") is not closed\n'


def test_show_prints_the_text_authors_and_revisions(bridge: int) -> None:
    shown = wiredesk("articles", "show", str(bridge))
    assert "Cars cross the river again." in shown.out
    assert "Ada Writer" in shown.out
    assert "\x1b" not in shown.out
    assert wiredesk("articles", "show", str(bridge), "--json").json["revisions"][0]["number"] == 1


def test_show_says_why_the_last_look_did_not_replace_the_text(store: Store, bridge: int) -> None:
    assert "last look" not in wiredesk("articles", "show", str(bridge)).out
    with store.begin() as db:
        doubt_look(db, bridge)
    shown = wiredesk("articles", "show", str(bridge))
    assert "doubtful, 2 in a row since" in shown.out
    assert "only a part of the stored text (20% of the stored text is left)" in shown.out
    assert wiredesk("articles", "show", str(bridge), "--json").json["look"]["reason"] == "cut-short"


@pytest.mark.usefixtures("store")
def test_showing_an_unknown_article_is_a_user_error() -> None:
    said = wiredesk("articles", "show", "7")
    assert said.code == 2
    assert "there is no article 7" in said.err


def test_characters_that_the_terminal_cannot_encode_are_escaped(store: Store, database: str) -> None:
    with store.begin() as db:
        stored_article(db, title="عنوان")
    poor = environment({"WIREDESK_DATABASE_URL": database, "PYTHONIOENCODING": "ascii"})
    said = subprocess.run(command("articles", "list"), env=poor, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    assert "\\u0639\\u0646" in said.stdout


def test_diff_marks_the_words_that_changed_in_a_pipe(store: Store) -> None:
    with store.begin() as db:
        url = "https://news.example/bridge"
        article = stored_article(db, title="The bridge is closed", text="Buses go round.", url=url)
    with store.begin() as db:
        revised_article(db, article, url=url, title="The bridge is open", text="Buses go round again.")
    shown = wiredesk("articles", "diff", str(article))
    assert f"article {article}, revision 1 to 2: 2 words added, 1 removed" in shown.out
    assert "The bridge is [-closed-]{+open+}" in shown.out
    assert "Buses go round{+ again+}." in shown.out
    found = wiredesk("articles", "diff", str(article), "--from", "2", "--to", "1", "--json").json
    assert (found["from"], found["to"], found["words_added"]) == (2, 1, 1)
    assert found["title"][-1] == {"op": "insert", "text": "closed"}


def test_diff_of_a_revision_that_is_not_stored_is_a_user_error(bridge: int) -> None:
    failed = wiredesk("articles", "diff", str(bridge), "--to", "7")
    assert (failed.code, failed.out) == (2, "")
    assert f"article {bridge} has no revision" in failed.err
