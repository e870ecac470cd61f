"""Whatever a reader of an article can see change has a line in the change log, which names its cause.

What the publisher edits is a revision. What only we read otherwise makes a line without one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services.service import Service
from tests.services.test_extract import announced
from tests.site import Site, SiteHost, faults
from tests.site.prose import prose
from worker.services.extract import decide, run

TEXT = prose("The ferry", paragraphs=6)
SOON = {"look_again_seconds": tuple(900.0 * number for number in range(1, 9))}
Make = Callable[..., Service]


def html(
    *,
    title: str = "The ferry",
    text: str = TEXT,
    author: str = "Ada Writer",
    date: str = "2026-11-23T08:00:00Z",
    summary: str = "The harbour is closed for a day.",
    section: str = "Local",
    tags: str = "harbour, ferry",
    modified: str = "2026-11-23T09:00:00Z",
    caption: str = "The harbour.",
    around: str = "",
) -> str:
    """An article page; `around` is what stands next to the text."""
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    tagged = "".join(f'<meta property="article:tag" content="{tag}">' for tag in tags.split(", "))
    return f"""<html lang="en"><head><title>{title}</title><meta name="author" content="{author}">
    <meta property="og:type" content="article"><meta property="og:title" content="{title}">
    <meta property="article:published_time" content="{date}"><meta name="description" content="{summary}">
    <meta property="article:modified_time" content="{modified}">
    <meta property="article:section" content="{section}">{tagged}</head>
    <body><article><h1>{title}</h1><figure><img src="/p.jpg"><figcaption>{caption}</figcaption></figure>
    {paragraphs}</article>{around}</body></html>"""


@pytest.fixture
def service(make_service: Make) -> Service:
    """A service that looks at each page again every quarter of an hour."""
    return make_service(**SOON)


@pytest.fixture
def host(site: Site) -> SiteHost:
    return site.host()


@pytest.fixture
def url(service: Service, host: SiteHost) -> str:
    """A stored article's page."""
    address = host.put("/ferry", html())
    announced(service, host, address)
    service.work()
    assert service.change_kinds() == ["created"]
    return address


def look(service: Service) -> None:
    service.later(minutes=16)
    service.work()


def lines(service: Service) -> list[dict[str, Any]]:
    return service.ask("SELECT * FROM changes ORDER BY id")


@pytest.mark.parametrize(
    ("edit", "changed", "words"),
    [
        ({"title": "The old ferry"}, ["title"], (1, 0)),
        ({"author": "Max Kern"}, ["authors"], (0, 0)),
        ({"date": "2026-11-22T08:00:00Z"}, ["published"], (0, 0)),
        ({"summary": "The harbour is closed for a week."}, ["summary"], (0, 0)),
        ({"caption": "The harbour at night."}, ["images"], (0, 0)),
        ({"text": TEXT.replace(" ", " sudden ", 1)}, ["text"], (1, 0)),
        (
            {"title": "The old ferry", "author": "Max Kern", "modified": "2026-11-24T09:00:00Z"},
            ["title", "authors", "modified"],
            (1, 0),
        ),
    ],
    ids=["title", "author", "date", "summary", "caption", "text", "several"],
)
def test_what_the_publisher_edits_is_a_revision(
    service: Service,
    host: SiteHost,
    url: str,
    edit: dict[str, str],
    changed: list[str],
    words: tuple[int, int],
) -> None:
    host.put("/ferry", html(**edit))
    look(service)

    line = lines(service)[-1]
    assert (line["kind"], line["revision"], line["cause"]) == ("revised", 2, "publisher")
    assert line["changed"] == changed
    assert (line["words_added"], line["words_removed"]) == words
    assert service.read("revisions", "changed", number=2) == [{"changed": changed}]


@pytest.mark.parametrize(
    ("other", "changed"),
    [({"section": "World"}, ["section"]), ({"tags": "harbour, ferry, storm"}, ["tags"])],
    ids=["section", "tags"],
)
def test_a_visible_difference_without_an_edit_refreshes_the_article(
    service: Service, host: SiteHost, url: str, other: dict[str, str], changed: list[str]
) -> None:
    host.put("/ferry", html(**other))
    look(service)

    line = lines(service)[-1]
    assert (line["kind"], line["revision"], line["cause"]) == ("refreshed", 1, "publisher")
    assert line["changed"] == changed
    assert service.count("revisions") == 1


@pytest.mark.parametrize(
    "furniture",
    [
        {"tags": "ferry, harbour"},
        {"modified": "2026-11-30T12:00:00Z"},
        {"around": "<aside><h2>Related</h2><a href='/x'>A list of other stories</a> 1,204 views</aside>"},
        {"around": "<div class='ad'>Buy the new car now and save a lot of money.</div>"},
    ],
    ids=["order of tags", "date of modification", "links and counters", "advertisement"],
)
def test_what_changes_at_each_request_is_neither_a_line_nor_stored(
    service: Service, host: SiteHost, url: str, furniture: dict[str, str]
) -> None:
    (before,) = service.read("articles")
    host.put("/ferry", html(**furniture))
    look(service)

    assert service.change_kinds() == ["created"]
    assert service.read("articles") == [before]


def test_a_removal_and_a_return_say_that_the_state_changed(
    service: Service, host: SiteHost, url: str
) -> None:
    host.fault(url, faults.gone())
    for _ in range(3):
        service.later(hours=2)
        service.work()
    assert service.change_kinds() == ["created", "removed"]
    host.heal()
    host.put("/ferry", html(section="World"))
    service.later(hours=7)
    service.work()

    assert [(line["kind"], line["changed"]) for line in lines(service)] == [
        ("created", []),
        ("removed", ["state"]),
        ("restored", ["state", "section"]),
    ]


def test_each_article_that_joins_a_story_has_a_line_and_so_has_the_first_member(
    service: Service, site: Site, url: str
) -> None:
    other = site.host()
    announced(service, other, other.put("/copy", html(title="Ferry, by an agency")))
    service.work()

    joined = [line for line in lines(service) if line["kind"] == "story"]
    assert [(line["article_id"], line["changed"], line["cause"]) for line in joined] == [
        (1, ["story_id"], "story"),
        (2, ["story_id"], "story"),
    ]


def by_another_extractor(service: Service, **values: object) -> None:
    """Let the stored article be as an older extractor would have left it."""
    service.change("articles", {"read_by": "0", "extractor": "0"} | values)


def test_a_page_read_again_by_a_newer_extractor_counts_as_refreshed(service: Service, url: str) -> None:
    by_another_extractor(service, text="Only a part of it.", content_hash=b"\0" * 32)

    service.reextract()

    line = lines(service)[-1]
    assert (line["kind"], line["revision"], line["cause"]) == ("refreshed", 1, "extractor")
    assert line["changed"] == ["text"]
    assert line["words_added"] > 100 > line["words_removed"]
    assert service.count("revisions") == 1


def test_a_page_fetched_after_the_extractor_changed_is_not_blamed_on_its_publisher(
    service: Service, host: SiteHost, url: str
) -> None:
    by_another_extractor(service, authors="{}", summary="The older extractor took this.")
    host.put("/ferry", html(around="<p>Other bytes</p>"))
    look(service)

    line = lines(service)[-1]
    assert (line["kind"], line["cause"], line["changed"]) == (
        "refreshed",
        "extractor",
        ["summary", "authors"],
    )
    assert service.count("changes") == 2


def test_an_edit_after_the_extractor_changed_is_separate_from_what_we_read_otherwise(
    service: Service, host: SiteHost, url: str
) -> None:
    by_another_extractor(service, authors="{}")
    host.put("/ferry", html(title="The old ferry"))
    look(service)

    assert [
        (line["kind"], line["cause"], line["changed"], line["revision"]) for line in lines(service)[1:]
    ] == [
        ("refreshed", "extractor", ["authors"], 1),
        ("revised", "publisher", ["title"], 2),
    ]
    (first,) = service.ask("SELECT document ->> 'authors' AS authors FROM revisions WHERE number = 1")
    assert first["authors"] == '["Ada Writer"]'


def test_without_the_earlier_page_an_edit_is_missed_rather_than_invented(
    service: Service, host: SiteHost, url: str
) -> None:
    by_another_extractor(service, authors="{}")
    service.change("pages", {"body": None})
    host.put("/ferry", html(title="The old ferry"))
    look(service)

    line = lines(service)[-1]
    assert (line["kind"], line["cause"], line["changed"]) == ("refreshed", "extractor", ["title", "authors"])


def test_where_the_same_is_read_by_a_newer_extractor_there_is_no_line_and_it_is_compared_once(
    service: Service, host: SiteHost, url: str
) -> None:
    by_another_extractor(service)
    host.put("/ferry", html(around="<p>Other bytes</p>"))
    look(service)

    assert service.change_kinds() == ["created"]
    assert service.read("articles", "read_by") == [{"read_by": decide.VERSION}]


def test_a_changed_rule_for_the_site_is_the_cause(make_service: Make, host: SiteHost, tmp_path: Path) -> None:
    service = make_service(rules_dir=tmp_path, **SOON)
    announced(service, host, host.put("/ferry", html(around="<p class='by'>Max Kern</p>")))
    service.work()
    (tmp_path / "site.toml").write_text('hosts = "127.0.0.1"\nauthor = ".by"\n')
    ruled = make_service(rules_dir=tmp_path, **SOON)
    host.put("/ferry", html(around="<p class='by'>Max Kern</p><p>Other bytes</p>"))
    look(ruled)

    line = lines(ruled)[-1]
    assert (line["kind"], line["cause"], line["changed"]) == ("refreshed", "rule", ["authors"])
    assert ruled.read("articles", "authors") == [{"authors": ["Max Kern"]}]


def test_an_older_page_that_is_read_again_does_not_bring_back_what_was_edited_since(
    service: Service, host: SiteHost, url: str
) -> None:
    host.put("/ferry", html(title="The old ferry"))
    look(service)
    with service.store.begin() as db:
        (oldest, *_) = [row["id"] for row in service.ask("SELECT id FROM pages ORDER BY id")]
        assert run.pages.requeue(db, now=service.now(), ids=[oldest])
    service.work()

    assert service.change_kinds() == ["created", "revised"]
    assert service.read("articles", "title") == [{"title": "The old ferry"}]
