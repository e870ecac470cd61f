"""The content is what the demo says it is: several languages, real articles, no slips of the pen."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from worker.demo.outlets import Outlet, Shows, load_outlets
from worker.demo.pages import LAYOUTS

OUTLETS = load_outlets()


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.key)
def test_an_outlet_has_articles_of_some_length_with_bylines(outlet: Outlet) -> None:
    articles = [a for a in outlet.articles if a.shows is Shows.ARTICLE]

    assert len(outlet.articles) >= 4
    assert outlet.layout in LAYOUTS
    for article in articles:
        assert len(article.body) > (350 if outlet.language == "ja" else 700), article.slug
        assert article.title
        assert article.standfirst
        assert article.authors


def test_links_are_unique_within_an_outlet() -> None:
    for outlet in OUTLETS:
        paths = [outlet.path(article) for article in outlet.articles]
        assert len(set(paths)) == len(paths)


def test_every_format_layout_and_many_languages_are_used() -> None:
    assert {feed.format.value for o in OUTLETS for feed in o.feeds} == {
        "rss",
        "rdf",
        "atom",
        "json",
        "sitemap",
    }
    assert {outlet.layout for outlet in OUTLETS} == set(LAYOUTS)
    assert len({outlet.language for outlet in OUTLETS}) >= 7


def test_bodies_have_subheads_quotes_lists_and_tables() -> None:
    lines = [line for o in OUTLETS for a in o.articles for line in a.body.splitlines()]

    for mark in ("## ", "> ", "- ", "| "):
        assert sum(line.startswith(mark) for line in lines) >= 5


def test_an_unknown_key_in_an_outlets_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('key = "x"\ncolour = "red"\n', "utf-8")

    with pytest.raises(ValidationError, match="colour"):
        load_outlets(tmp_path)
