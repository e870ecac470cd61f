"""Where to find entries that a feed no longer shows."""

import pytest

from tests.feeds.documents import URL, atom, feed, rss
from worker.feeds import ParsedEntry
from worker.feeds.archive import Place, belongs, fingerprint, older, wordpress_page

HERE = Place("feed", URL)
ITEM = "<item><title>One</title></item>"
HISTORY = 'xmlns:fh="http://purl.org/syndication/history/1.0"'


def link(relation: str) -> str:
    return f'<title>News</title><atom:link rel="{relation}" href="/older.xml"/>'


def generated(by: str) -> str:
    return f"<title>News</title><generator>{by}</generator>"


@pytest.mark.parametrize(("relation", "kind"), [("prev-archive", "archive"), ("next", "page")])
def test_older_entries_are_found_where_the_feed_says(relation: str, kind: str) -> None:
    place = Place(kind, "https://feeds.example.org/older.xml")  # type: ignore[arg-type]
    assert older(feed(rss(ITEM, channel=link(relation))), HERE) == place
    head = f'<title>News</title><link rel="{relation}" href="/older.xml"/>'
    assert older(feed(atom("<entry><id>1</id></entry>", head=head)), HERE) == place


def test_archives_come_before_pages_and_both_before_guesses() -> None:
    both = link("next") + link("prev-archive").replace("older", "archive") + generated("WordPress 6")
    assert older(feed(rss(ITEM, channel=both)), HERE) == Place(
        "archive", "https://feeds.example.org/archive.xml"
    )


@pytest.mark.parametrize("program", ["https://wordpress.org/?v=6.6", "http://wordpress.com/", "WordPress 5"])
def test_wordpress_feeds_have_numbered_pages(program: str) -> None:
    page = feed(rss(ITEM, channel=generated(program)))
    assert older(page, HERE) == Place("wordpress", f"{URL}?paged=2")
    assert older(page, Place("wordpress", f"{URL}?paged=2")) == Place("wordpress", f"{URL}?paged=3")
    assert older(feed(rss(channel=generated(program))), HERE) is None


def test_complete_feeds_and_other_programs_have_no_older_entries() -> None:
    assert older(feed(rss(ITEM, channel=generated("Drupal 10"))), HERE) is None
    head = "<title>x</title><fh:complete/><generator>WordPress</generator>"
    assert older(feed(atom("<entry><id>1</id></entry>", head=head, attributes=HISTORY)), HERE) is None


def test_the_last_archive_document_has_no_older_one() -> None:
    assert older(feed(rss(ITEM, channel=generated("WordPress 6"))), Place("archive", URL)) is None


@pytest.mark.parametrize(
    ("url", "after"),
    [
        ("https://p.example/feed/", "https://p.example/feed/?paged=2"),
        ("https://p.example/feed/?paged=9", "https://p.example/feed/?paged=10"),
        ("https://p.example/?feed=rss2&cat=3", "https://p.example/?feed=rss2&cat=3&paged=2"),
        ("https://p.example/feed?paged=x#y", "https://p.example/feed?paged=2"),
    ],
)
def test_the_page_number_is_increased_by_one(url: str, after: str) -> None:
    assert wordpress_page(url) == after


def test_an_entry_of_a_sitemap_belongs_to_the_feed_of_its_section() -> None:
    sport = [f"https://p.example/sport/match-{number}" for number in range(20)]
    dated = [f"https://p.example/2026/11/{number}/match" for number in range(20)]

    def belonging(path: str, known: list[str]) -> bool:
        return belongs(ParsedEntry(link=f"https://p.example{path}"), known)

    assert belonging("/sport/another", sport)
    assert not belonging("/world/another", sport)
    assert belonging("/2026/12/01/another", dated)
    assert belonging("/world/another", [])
    assert belonging("/world/another", [*sport[:10], *dated[:10]])


def test_a_fingerprint_depends_only_on_the_entries() -> None:
    one = [ParsedEntry(link="https://p.example/1", title="One"), ParsedEntry(id="2")]
    other = [ParsedEntry(id="2", title="Two"), ParsedEntry(link="https://p.example/1", title="Another")]
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(one[:1])
