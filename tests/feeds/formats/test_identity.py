"""When a guid identifies an item, and when it does not."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.feeds import ParsedEntry
from worker.feeds.formats.identity import same_item

AT = datetime(2025, 1, 13, 9, tzinfo=UTC)
LINK = "https://p.example/2025/01/mayor-resigns"
TITLE = "Mayor resigns after vote on harbour"


@pytest.mark.parametrize(
    "why, entry",
    [
        ("the same link, everything else rewritten", ParsedEntry(link=LINK, title="Quite another headline")),
        ("no link to compare", ParsedEntry(title="Quite another headline")),
        (
            "the site moved to https and another host",
            ParsedEntry(link="http://www.p.example/2025/01/mayor-resigns/"),
        ),
        ("a new slug, published at the same time", ParsedEntry(link="https://p.example/9", published=AT)),
        (
            "published again within the hour",
            ParsedEntry(link="https://p.example/9", published=AT + timedelta(minutes=40)),
        ),
        (
            "the headline was sharpened",
            ParsedEntry(
                link="https://p.example/9",
                title="Mayor resigns after harbour vote",
                published=AT + timedelta(2),
            ),
        ),
    ],
)
def test_an_item_that_moved_or_was_edited_is_recognised(why: str, entry: ParsedEntry) -> None:
    assert same_item(LINK, TITLE, AT, entry), why


@pytest.mark.parametrize(
    "why, entry",
    [
        (
            "another link and title, no dates",
            ParsedEntry(link="https://p.example/9", title="Storm closes the bridge"),
        ),
        (
            "another day too",
            ParsedEntry(
                link="https://p.example/9", title="Storm closes bridge", published=AT + timedelta(days=1)
            ),
        ),
        ("another link and no title", ParsedEntry(link="https://p.example/9")),
        (
            "one common word among many",
            ParsedEntry(link="https://p.example/9", title="Mayor opens the new school"),
        ),
    ],
)
def test_a_guid_reused_for_another_article_is_recognised(why: str, entry: ParsedEntry) -> None:
    assert not same_item(LINK, TITLE, AT, entry), why


def test_links_to_two_home_pages_do_not_count_as_the_same_path() -> None:
    assert not same_item("https://p.example/", "A", None, ParsedEntry(link="https://q.example/", title="B"))


def test_an_item_stored_without_a_link_is_recognised_by_its_guid() -> None:
    assert same_item(None, None, None, ParsedEntry(link=LINK, title=TITLE))


def test_titles_in_any_script_are_compared() -> None:
    same = ParsedEntry(link="https://p.example/9", title="市长 辞职 港口 投票")
    assert same_item(LINK, "市长 辞职 港口", None, same)
    assert not same_item(LINK, "风暴 关闭 大桥", None, same)
