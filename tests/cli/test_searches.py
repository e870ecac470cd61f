"""`wiredesk searches`: filters that are saved under a name."""

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from worker.store import Store

pytestmark = pytest.mark.usefixtures("store")


def test_a_search_is_saved_shown_listed_and_removed() -> None:
    assert wiredesk("searches", "list").out == "no searches\n"
    added = wiredesk("searches", "add", "floods", 'language=de q="storm surge" language=fr')
    assert added.out == 'floods is saved: q="storm surge" language=de language=fr\n'
    assert wiredesk("searches", "show", "floods", "--json").json["filter"].startswith('q="storm surge"')
    assert "/api/v1/articles?search=floods" in wiredesk("searches", "show", "floods").out
    assert list(wiredesk("searches", "list", "--json").json) == ["floods"]
    assert wiredesk("searches", "add", "floods", "kind=video").out == "floods is replaced: kind=video\n"
    assert wiredesk("searches", "remove", "floods").out == "floods is removed\n"
    assert wiredesk("searches", "list", "--json").json == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "Floods", "kind=video"), "'Floods' cannot name a search"),
        (("add", "floods", "kidn=video"), "'kidn': no such condition; did you mean kind?"),
        (("add", "floods", " "), "the filter is empty"),
        (("show", "floods"), "no search is saved as floods"),
        (("remove", "floods"), "no search is saved as floods"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    said = wiredesk("searches", *arguments)
    assert said.code == 2
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_search_can_build_on_another(store: Store) -> None:
    wiredesk("searches", "add", "german", "language=de")
    added = wiredesk("searches", "add", "german-video", "search=german kind=video")
    assert added.out == "german-video is saved: language=de kind=video\n"


def test_the_list_of_articles_takes_a_filter_and_a_saved_search(store: Store) -> None:
    ids = {}
    for language in ("de", "en"):
        with store.begin() as db:
            ids[language] = stored_article(db, title="Flood", language=language)
    wiredesk("searches", "add", "german", "language=de")
    for where in ("language=de", "search=german", "language=-en"):
        found = wiredesk("articles", "list", "--where", where, "--json").json
        assert [article["id"] for article in found] == [ids["de"]]
    found = wiredesk("articles", "search", "flood", "--where", "language=en", "--json").json
    assert [article["id"] for article in found] == [ids["en"]]
    assert wiredesk("articles", "list", "--where", "language=german").code == 2
