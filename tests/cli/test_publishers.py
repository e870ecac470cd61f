"""`wiredesk publishers`: the outlets, and what the operator says of them."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.store import Store


@pytest.fixture(autouse=True)
def outlet(store: Store) -> None:
    """An article of an outlet whose name says its country."""
    with store.begin() as db:
        stored_article(db, url="https://www.zeitung.de/a", publisher_id=None)
    with store.begin() as db:
        from worker.store import publishers

        publishers.ensure(db, ["zeitung.de", "news.example"])


def test_a_new_publisher_has_the_country_of_its_domain() -> None:
    found = {one["site"]: one for one in wiredesk("publishers", "list", "--json").json}
    assert found["zeitung.de"]["country"] == "DE"
    assert found["news.example"]["country"] is None


def test_the_operator_sets_name_country_and_labels() -> None:
    said = wiredesk("publishers", "set", "www.zeitung.de", "--name", "Die Zeitung", "--country", "at")
    assert said.out == "zeitung.de: name Die Zeitung; country AT\n"
    said = wiredesk("publishers", "set", "zeitung.de", "--label", "left", "--label", "daily")
    assert said.out == "zeitung.de: name Die Zeitung; country AT; labels daily, left\n"
    assert "Die Zeitung" in wiredesk("publishers", "list").out
    assert '"daily, left"' in wiredesk("publishers", "list", "--csv").out


def test_an_empty_value_removes_what_was_set() -> None:
    wiredesk("publishers", "set", "zeitung.de", "--name", "Die Zeitung", "--label", "left")
    said = wiredesk("publishers", "set", "zeitung.de", "--name", "", "--country", "", "--label", "")
    assert said.out == "zeitung.de: nothing is set for it\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.example",), "there is no publisher nowhere.example"),
        (("a b",), "publisher: 'a b' is not possible"),
        (("zeitung.de", "--country", "Austria"), "write the two letters of ISO 3166-1"),
        (("zeitung.de", "--name", "a\nb"), "--name must be one line"),
        (("zeitung.de", "--label", "-a"), "no - at the beginning"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    said = wiredesk("publishers", "set", *arguments)
    assert said.code == 2
    assert message in said.err
