"""`wiredesk extract`: one page, as the service would extract it."""

from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.site import Site


@pytest.fixture
def page(site: Site, home: Path, loopback: None) -> str:
    """The address of an article; its page lies in page.html too."""
    host = site.host()
    article = host.article("The bridge is open again")
    (home / "page.html").write_bytes(host.reply(article.url.removeprefix(host.home)).body)
    return article.url


def test_an_article_is_printed_as_text_markdown_or_json(page: str) -> None:
    text, markdown = wiredesk("extract", page, "--format", "text"), wiredesk("extract", page)
    assert text.out.startswith("The bridge is open again\n\n")
    assert markdown.out.startswith("# The bridge is open again\n\n")
    data = wiredesk("extract", page, "--format", "json").json
    assert data["title"] == "The bridge is open again"
    assert data["text"] in text.out
    assert data["provenance"]["title"]


def test_a_file_is_extracted_without_network_access(page: str) -> None:
    said = wiredesk("extract", "page.html", "--url", page, "--format", "json")
    assert said.code == 0
    assert said.json["title"] == "The bridge is open again"


def test_extract_applies_the_rule_of_the_site(page: str, home: Path) -> None:
    (home / "config" / "rules").mkdir(parents=True)
    (home / "config" / "rules" / "site.toml").write_text('hosts = "127.0.0.1"\ntitle = "h3.none"')
    data = wiredesk("extract", page, "--format", "json").json
    assert (data["title"], data["rule_misses"]) == ("The bridge is open again", ["title"])


def test_a_page_without_an_article_has_exit_code_1_and_a_reason(home: Path) -> None:
    (home / "empty.html").write_text("<html><body><p>Short.</p></body></html>")
    said = wiredesk("extract", "empty.html")
    assert said.code == 1
    assert said.out.startswith("No article: ")
    assert wiredesk("extract", "empty.html", "--format", "json").json["reason"] in said.out


def test_an_address_that_cannot_be_fetched_is_a_user_error(site: Site, loopback: None) -> None:
    said = wiredesk("extract", f"{site.host().home}/missing")
    assert said.code == 2
    assert "http-gone" in said.err


def test_extract_does_not_fetch_from_loopback_unless_allowed(site: Site) -> None:
    assert "forbidden-address" in wiredesk("extract", site.host().article("Private").url).err
