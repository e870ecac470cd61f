"""`wiredesk rules`: list rules, check them, and try one on a page."""

from pathlib import Path

import pytest

from tests.cli.terminal import run, wiredesk
from tests.extract.pages import DE, EN, article_html, page
from tests.site import Site, SiteHost

URL = "https://www.news.example/a"
RULE = """
hosts = ["news.example", "127.0.0.1"]
body = "div.story"
strip = "div.promo"
title = "h1"
author = "p.by"
"""
STORY = (
    '<h1>The bridge is closed</h1><p class="by">By Ada Lind</p><div class="story">'
    f'{"".join(f"<p>{text}</p>" for text in EN)}<div class="promo">Subscribe to our letter.</div></div>'
)


@pytest.fixture
def rules(home: Path) -> Path:
    """The directory of the rules in force, with one in it."""
    directory = home / "config" / "rules"
    directory.mkdir(parents=True)
    (directory / "news.toml").write_text(RULE)
    return directory


@pytest.fixture
def saved(home: Path) -> str:
    """A file with a page that the rule applies to."""
    (home / "page.html").write_bytes(page(STORY))
    return "page.html"


def test_the_rules_in_force_are_listed(rules: Path) -> None:
    assert wiredesk("rules", "list").out.split("\n")[1].split() == [
        *("news.toml", "news.example,", "127.0.0.1", "body,", "strip,", "title,", "author")
    ]
    (shown,) = wiredesk("rules", "list", "--json").json
    assert shown == {
        "file": "news.toml",
        "hosts": ["news.example", "127.0.0.1"],
        "keys": ["body", "strip", "title", "author"],
    }


def test_a_directory_without_rules_is_valid(rules: Path) -> None:
    (rules / "news.toml").unlink()
    assert wiredesk("rules", "list").out == f"no rules in {rules}\n"
    assert wiredesk("rules", "check").out == f"0 rules are in order in {rules}\n"


def test_check_prints_one_line_for_each_file_with_a_mistake(rules: Path) -> None:
    assert wiredesk("rules", "check").out == f"1 rule is in order in {rules}\n"
    (rules / "a.toml").write_text("titel = 'h1'")
    (rules / "b.toml").write_text("hosts = 'b.example'\nbody = 'div['")
    said = wiredesk("rules", "check")
    assert said.code == 2
    first, second, end = said.err.split("\n")
    assert first == "wiredesk: a.toml: there is no key 'titel'; did you mean title?"
    assert second.startswith("wiredesk: b.toml: body: 'div[' is not a CSS selector: ")
    assert end == ""


def test_check_of_given_files_ignores_the_rules_in_force(rules: Path, home: Path) -> None:
    (home / "new.toml").write_text("hosts = 'b.example'\nbody = 'div'")
    assert wiredesk("rules", "check", "new.toml").out == "1 rule is in order\n"
    assert wiredesk("rules", "check", "none.toml").err == (
        "wiredesk: none.toml cannot be read: No such file or directory\n"
    )


def test_test_prints_what_each_selector_matches_and_the_article(rules: Path, saved: str) -> None:
    said = wiredesk("rules", "test", saved, "--url", URL)
    assert said.code == 0, said
    lines = [" ".join(line.split()) for line in said.out.split("\n")]
    assert "rule news.toml" in lines
    assert "author 1 p.by By Ada Lind" in lines
    assert "strip 1 div.promo Subscribe to our letter." in lines
    assert "authors Ada Lind" in lines
    assert any(line.startswith("ends Residents on the far bank") for line in lines)
    assert "words 80" in lines


def test_test_shows_what_the_rule_changes(rules: Path, home: Path) -> None:
    other = tuple(f"Another text, number {n}: {text}" for n, text in enumerate(DE * 2))
    box = f'<aside class="sidebar related-teasers">{STORY}</aside>'
    (home / "page.html").write_bytes(page(article_html(other) + box))
    said = wiredesk("rules", "test", "page.html", "--url", URL)
    assert "What the rule changes:" in said.out
    assert f"+ {EN[2][:60]}" in said.out
    assert "- Another text, number 2: " in said.out


def test_test_prints_the_same_as_json(rules: Path, saved: str) -> None:
    data = wiredesk("rules", "test", saved, "--url", URL, "--json").json
    assert (data["file"], data["missed"], data["refusal"]) == ("news.toml", [], None)
    assert data["selectors"][0] == {
        "key": "body",
        "selector": "div.story",
        "matches": 1,
        "value": data["selectors"][0]["value"],
    }
    assert data["article"]["authors"] == ["Ada Lind"]


def test_a_selector_that_matches_nothing_gives_exit_code_1(rules: Path, home: Path) -> None:
    (home / "page.html").write_bytes(page(STORY.replace("promo", "offer")))
    said = wiredesk("rules", "test", "page.html", "--url", URL)
    assert said.code == 1
    assert "Matched nothing: strip div.promo\n" in said.out
    assert wiredesk("rules", "test", "page.html", "--url", URL, "--json").code == 1
    (rules / "news.toml").write_text(f"{RULE}optional = 'strip'")
    assert wiredesk("rules", "test", "page.html", "--url", URL).code == 0


def test_test_of_a_page_without_an_article_prints_the_reason(rules: Path, home: Path) -> None:
    (home / "page.html").write_text("<p>Short.</p>")
    said = wiredesk("rules", "test", "page.html", "--url", URL)
    assert said.code == 1
    assert "No article: too-short" in said.out
    assert "the site's rule matched nothing for body, title, author" in said.out
    (home / "page.html").write_text("")
    assert wiredesk("rules", "test", "page.html", "--url", URL).code == 1


def test_user_errors_give_exit_code_2(rules: Path, saved: str) -> None:
    for arguments, words in (
        ((saved,), "page.html is a file: add --url"),
        (
            (saved, "--url", "https://other.example/"),
            "no rule applies to https://other.example/; `wiredesk rules",
        ),
        (("none.html", "--url", URL), "none.html cannot be read: No such file"),
    ):
        said = wiredesk("rules", "test", *arguments)
        assert said.code == 2
        assert words in said.err
    (rules / "news.toml").write_text("x")
    assert "news.toml: is not valid TOML" in wiredesk("rules", "test", saved, "--url", URL).err


@pytest.fixture
def host(site: Site, loopback: None) -> SiteHost:
    """A host of the test web that the rule applies to."""
    return site.host()


def test_test_of_an_address_fetches_the_page(rules: Path, host: SiteHost) -> None:
    url = host.put("/story", page(STORY).decode())
    said = wiredesk("rules", "test", url)
    assert said.code == 0, said
    assert url in said.out


def test_test_obeys_robots_txt_and_reports_failures_in_one_line(rules: Path, host: SiteHost) -> None:
    url = host.put("/private/story", page(STORY).decode())
    host.put("/robots.txt", "User-agent: *\nDisallow: /private/")
    assert f"{url} cannot be fetched: robots" in wiredesk("rules", "test", url).err
    assert wiredesk("--set", "fetch_robots=false", "rules", "test", url).code == 0
    assert "http-gone" in wiredesk("rules", "test", f"{host.home}/missing").err


def test_test_does_not_fetch_from_loopback_unless_allowed(rules: Path, site: Site) -> None:
    assert "forbidden-address" in wiredesk("rules", "test", f"{site.host().home}/a").err


@pytest.mark.usefixtures("database", "broker")
@pytest.mark.parametrize("command", [("worker", "--queues", "extract"), ("run",)])
def test_nothing_is_started_with_an_invalid_rule(
    rules: Path, home: Path, database: str, broker: str, command: tuple[str, ...]
) -> None:
    (rules / "news.toml").write_text("titel = 'h1'")
    said = run(*command, cwd=home, WIREDESK_DATABASE_URL=database, WIREDESK_REDIS_URL=broker)
    assert said.code == 2
    assert said.err == "wiredesk: news.toml: there is no key 'titel'; did you mean title?\n"
