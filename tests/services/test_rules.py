"""Rules of sites in the service: they decide what is stored, and selectors that stop matching are logged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from tests.services.service import Service
from tests.site import Site, SiteHost
from tests.site.prose import prose
from worker.store.rule_misses import MANY, Stopped, stopped

RULE = """
hosts = "127.0.0.1"
body = "div.text"
author = ".writer"
strip = ".promo"
optional = "author"
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "site.toml").write_text(RULE)
    return tmp_path


@pytest.fixture
def ruled(make_service: Callable[..., Service], directory: Path) -> Service:
    """A service with that rule."""
    return make_service(rules_dir=directory)


def story(title: str, box: str = "text") -> str:
    text = "".join(f"<p>{part}</p>" for part in prose(title).split("\n\n"))
    return (
        f'<html><head><title>{title}</title><meta property="og:type" content="article"></head>'
        f'<body><h1>{title}</h1><div class="{box}">{text}</div></body></html>'
    )


def ingest(service: Service, host: SiteHost, *htmls: str, path: str = "/feed.xml") -> list[dict[str, Any]]:
    """Read these pages; return the log lines about rules."""
    feed = host.feed(path)
    feed.window = len(htmls)
    for number, html in enumerate(htmls):
        url = host.put(f"{path}/{number}", html)
        feed.add(host.article(f"Item {number}", path=f"{path}/unused/{number}"), link=url, guid=url)
    service.subscribe(feed.url)
    with capture_logs() as lines:
        service.work()
    return [dict(line) for line in lines if line["event"] == "rule stopped matching"]


def now_stopped(service: Service) -> list[Stopped]:
    with service.store.begin() as db:
        return stopped(db, now=service.now())


def counted() -> float:
    return REGISTRY.get_sample_value("wiredesk_items_total", {"kind": "rule_missed"}) or 0.0


def test_a_site_rule_decides_which_text_is_stored(ruled: Service, site: Site) -> None:
    assert ingest(ruled, site.host(), story("Ferry")) == []
    (article,) = ruled.read("articles", "text", "provenance")
    assert article["provenance"]["blocks"] == "rule"  # type: ignore[index]
    assert article["text"] == prose("Ferry")
    assert now_stopped(ruled) == []


def test_a_selector_that_stops_matching_is_logged_and_the_page_still_extracted(
    ruled: Service, site: Site
) -> None:
    before, host = counted(), site.host()
    (line,) = ingest(ruled, host, story("Ferry", box="words"))
    assert (line["log_level"], line["outcome"], line["host"]) == ("warning", "missed", "127.0.0.1")
    assert (line["file"], line["selector"], line["pages"]) == ("site.toml", "body", 1)
    assert line["url"] == f"{host.home}/feed.xml/0"
    assert counted() - before == 1
    (article,) = ruled.read("articles", "provenance")
    assert article["provenance"]["blocks"] == "html"  # type: ignore[index]
    assert [(one.selector, one.pages) for one in now_stopped(ruled)] == [("body", 1)]


def test_pages_in_a_row_are_counted_until_one_matches_again(ruled: Service, site: Site) -> None:
    host = site.host()
    lines = ingest(ruled, host, *(story(f"Story {n}", box="words") for n in range(3)))
    assert sorted(line["pages"] for line in lines) == [1, 2, 3]
    assert [one.pages for one in now_stopped(ruled)] == [3]
    assert ingest(ruled, host, story("Mended"), path="/later.xml") == []
    assert now_stopped(ruled) == []


def test_an_optional_selector_is_logged_once_after_many_misses(
    make_service: Callable[..., Service], directory: Path, site: Site
) -> None:
    service = make_service(rules_dir=directory, turn_pages=100)
    lines = ingest(service, site.host(), *(story(f"Story {n}") for n in range(MANY + 1)))
    assert [(line["selector"], line["pages"]) for line in lines] == [("strip .promo", MANY)]
    assert [one.selector for one in now_stopped(service)] == ["strip .promo"]


def test_a_page_that_is_a_wall_says_nothing_about_the_rule(ruled: Service, site: Site) -> None:
    wall = "<html><head><title>Just a moment...</title></head><body><form>Checking.</form></body></html>"
    assert ingest(ruled, site.host(), wall) == []
    assert now_stopped(ruled) == []


def test_a_page_refused_as_too_short_counts_as_a_miss_and_names_the_selector(
    ruled: Service, site: Site
) -> None:
    (line,) = ingest(ruled, site.host(), "<html><body><article><p>Hardly a word.</p></article></body></html>")
    assert line["selector"] == "body"
    (entry,) = ruled.read("entries", "reason", "detail")
    assert entry["reason"] == "too-short"
    assert str(entry["detail"]).endswith("the site's rule matched nothing for body")
