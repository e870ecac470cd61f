"""README: dates are as exact as they are stated, and no statement after the reading is believed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from json import dumps
from typing import Any

import pytest

from tests.services.service import Service
from tests.site import Site
from tests.site.host import SiteHost

NOW = datetime.now(UTC)
DAY = (NOW - timedelta(days=7)).date()
"""The day on which the page was published: printed at 14:35 in Central European Time, an hour before UTC."""
PRINTED = datetime(DAY.year, DAY.month, DAY.day, 13, 35, tzinfo=UTC)
CHANGED = PRINTED + timedelta(minutes=35)
NEXT_YEAR = NOW + timedelta(days=365)

Items = Mapping[str, str]
"""Dates by link."""
FIELDS = ("url", "published", "published_precision", "modified", "modified_precision", "provenance")

PARAGRAPHS = "".join(
    f"<p>The council met for the {word} time, and the bridge over the river stays closed to all traffic"
    " until engineers have looked at the cracks that divers found in two of its pillars, it said.</p>"
    for word in ("first", "second", "third", "fourth", "fifth")
)


def long(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


PUBLISHED = f'<p class="byline">Published: {long(PRINTED)}, 14:35 CET</p>'
UPDATED = f'<p class="byline">Published: {long(PRINTED)}, 14:35 CET. Updated: {long(PRINTED)}, 15:10 CET</p>'


def page(printed: str = PUBLISHED, head: str = "", number: int = 1) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>The bridge stays closed</title>{head}</head><body>"
        f"<article><h1>The bridge stays closed</h1>{printed}<p>Report {number}.</p>{PARAGRAPHS}</article>"
        "</body></html>"
    )


def rss(items: Items) -> str:
    listed = "".join(
        f"""<item><title>The bridge stays closed</title><link>{link}</link><guid>{link}</guid>
        <pubDate>{date}</pubDate></item>"""
        for link, date in items.items()
    )
    return f'<rss version="2.0"><channel><title>News</title>{listed}</channel></rss>'


def atom(items: Items) -> str:
    listed = "".join(
        f"""<entry><id>{link}</id><title>The bridge stays closed</title><link href="{link}"/>
        <published>{date}</published><updated>{date}</updated></entry>"""
        for link, date in items.items()
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{listed}</feed>'


def json_feed(items: Items) -> str:
    listed = [
        {"id": link, "url": link, "title": "The bridge", "date_published": date, "date_modified": date}
        for link, date in items.items()
    ]
    return dumps({"version": "https://jsonfeed.org/version/1.1", "items": listed})


def sitemap(items: Items) -> str:
    listed = "".join(
        f"""<url><loc>{link}</loc><lastmod>{date}</lastmod><news:news>
        <news:publication_date>{date}</news:publication_date><news:title>The bridge</news:title></news:news>
        </url>"""
        for link, date in items.items()
    )
    return f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{listed}</urlset>"""


FORMATS: dict[str, tuple[Callable[[Items], str], str]] = {
    "rss": (rss, "application/rss+xml"),
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
    "sitemap": (sitemap, "application/xml"),
}


def put_feed(host: SiteHost, items: Items, format: str = "rss") -> str:
    write, content_type = FORMATS[format]
    return host.put("/feed", write(items), content_type)


def all_stored(
    service: Service, host: SiteHost, dates: Sequence[str], *, printed: str = PUBLISHED, format: str = "rss"
) -> dict[str, dict[str, Any]]:
    """Return the articles of pages whose feed states these dates, by date."""
    links = {
        host.put(f"/{number}", page(printed=printed, number=number)): date
        for number, date in enumerate(dates)
    }
    service.subscribe(put_feed(host, links, format))
    service.work()
    return {links[article["url"]]: article for article in service.read("articles", *FIELDS)}


def stored(
    service: Service, host: SiteHost, date: str, *, format: str = "rss", body: str = "", path: str = "/1"
) -> dict[str, Any]:
    """Return the article of a page whose feed states this date."""
    link = host.put(path, body or page())
    service.subscribe(put_feed(host, {link: date}, format))
    service.work()
    (found,) = service.read("articles", *FIELDS)
    return found


POOR = {
    "an epoch": "1970-01-01T00:00:00Z",
    "an epoch in another zone": "1969-12-31T23:00:00Z",
    "a zero of .NET and Go": "0001-01-01T00:00:00Z",
    "a zero of old Macs": "1904-01-01T00:00:00Z",
    "a zero of spreadsheets": "1900-01-01",
    "a day": f"{DAY}",
    "the day before": f"{DAY - timedelta(days=1)}",
    "a clock without a zone": f"{DAY} 14:35:00",
    "a clock in UTC without a zone": f"{DAY} 13:35:00",
    "a day that is written as midnight": f"{DAY}T00:00:00Z",
    "a date before the web": "1985-05-05T10:10:10Z",
    "a date that lies ahead": NEXT_YEAR.isoformat(),
    "a day that lies ahead": f"{NEXT_YEAR:%Y-%m-%d}",
}


@pytest.mark.parametrize("format", FORMATS)
def test_the_instant_that_a_page_prints_is_not_replaced_by_a_feeds_poor_date(
    service: Service, site: Site, format: str
) -> None:
    found = all_stored(service, site.host(), list(POOR.values()), format=format)
    chosen = {
        name: (found[date]["published"], found[date]["published_precision"], found[date]["provenance"])
        for name, date in POOR.items()
    }
    assert {name: one[:2] for name, one in chosen.items()} == dict.fromkeys(POOR, (PRINTED, "instant"))
    assert {sources["published"] for _, _, sources in chosen.values()} == {"html"}


@pytest.mark.parametrize("format", FORMATS)
def test_an_exact_date_of_the_feed_is_the_articles(service: Service, site: Site, format: str) -> None:
    exact = PRINTED + timedelta(minutes=2, seconds=17)
    found = stored(service, site.host(), exact.isoformat(), format=format)
    assert (found["published"], found["published_precision"]) == (exact, "instant")
    assert found["provenance"]["published"] == "feed"


@pytest.mark.parametrize(
    ("date", "precision"),
    [
        (f"{DAY}", "day"),
        (f"{DAY} 14:35:00", "day"),
        (format_datetime(PRINTED), "instant"),
        (NEXT_YEAR.replace(microsecond=0).isoformat(), "instant"),
        (f"{NEXT_YEAR:%Y-%m-%d}", "day"),
    ],
    ids=["a day", "a clock", "an instant", "an instant ahead", "a day ahead"],
)
def test_a_feeds_date_is_kept_as_stated_where_the_page_is_undated(
    service: Service, site: Site, date: str, precision: str
) -> None:
    found = stored(service, site.host(), date, body=page(printed=""))
    assert found["published"].date() in (DAY, NEXT_YEAR.date())
    assert found["published_precision"] == precision
    assert found["provenance"]["published"] == "feed"


@pytest.mark.parametrize("date", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1904-01-01", "1985-05-05"])
def test_a_placeholder_leaves_an_article_without_a_date(service: Service, site: Site, date: str) -> None:
    found = stored(service, site.host(), date, body=page(printed=""))
    assert (found["published"], found["published_precision"], found["modified"]) == (None, None, None)


def test_the_change_that_a_page_prints_is_not_replaced_by_a_feeds_poor_date(
    service: Service, site: Site
) -> None:
    dates = [*POOR.values(), ""]
    found = all_stored(service, site.host(), dates, printed=UPDATED, format="atom").values()
    assert {(one["published"], one["modified"], one["modified_precision"]) for one in found} == {
        (PRINTED, CHANGED, "instant")
    }
    assert len(found) == len(dates)


@pytest.mark.parametrize(
    "date",
    ["", "1970-01-01T00:00:00Z", f"{DAY}", NEXT_YEAR.isoformat()],
    ids=["no date", "an epoch", "a day", "a date that lies ahead"],
)
def test_a_coming_day_in_the_address_is_an_events(service: Service, site: Site, date: str) -> None:
    found = stored(service, site.host(), date, path=f"/event/{NEXT_YEAR:%Y%m%d}.html")
    assert (found["published"], found["provenance"]["published"]) == (PRINTED, "html")


def test_a_coming_day_that_only_the_address_names_is_ignored(service: Service, site: Site) -> None:
    path = f"/event/{NEXT_YEAR:%Y%m%d}.html"
    assert stored(service, site.host(), "", path=path, body=page(printed=""))["published"] is None


def test_a_past_day_in_the_address_is_the_articles(service: Service, site: Site) -> None:
    found = stored(service, site.host(), "", path=f"/{DAY:%Y/%m/%d}/1.html", body=page(printed=""))
    assert (found["published"].date(), found["published_precision"]) == (DAY, "day")


def test_a_coming_date_that_a_page_states_for_programs_yields_to_what_it_prints(
    service: Service, site: Site
) -> None:
    head = f'<meta property="article:published_time" content="{NEXT_YEAR.isoformat()}">'
    assert stored(service, site.host(), "", body=page(head=head))["published"] == PRINTED


def test_a_date_that_lay_ahead_when_the_item_was_found_is_not_believed_later(
    service: Service, site: Site
) -> None:
    host, soon = site.host(), NOW + timedelta(days=14)
    assert stored(service, host, soon.isoformat())["published"] == PRINTED
    service.later(days=21)
    host.put("/1", page(printed=f"{PUBLISHED}<p>The bridge was opened again on Monday.</p>"))
    service.change("entries", {"due_at": service.now()})
    service.ask("UPDATE hosts SET fetch_due_at = :now RETURNING id", now=service.now())
    service.work()
    assert service.count("pages") == 2
    assert service.read("articles", "published")[0]["published"] == PRINTED


def test_pages_that_are_read_again_have_the_same_dates(service: Service, site: Site) -> None:
    first = stored(service, site.host(), "", body=page(printed=f"<p>Published: {long(NEXT_YEAR)}</p>"))
    assert first["published"] is None
    service.later(days=400)
    service.change(
        "pages", {"state": "fetched", "due_at": service.now(), "extractor": None}, state="extracted"
    )
    service.work()
    assert service.read("articles", "published")[0]["published"] is None


@pytest.mark.parametrize(
    "date",
    [NEXT_YEAR.isoformat(), f"{NOW:%Y-%m-%d}", f"{NOW:%Y-%m-%dT%H:%M:%S}"],
    ids=["an instant that lies ahead", "a day", "a clock"],
)
def test_only_an_instant_before_the_poll_says_when_an_item_appeared(
    service: Service, site: Site, date: str
) -> None:
    host = site.host()
    link = host.put("/1", page())
    service.subscribe(put_feed(host, {link: format_datetime(PRINTED)}))
    service.work()
    service.later(hours=2)
    other = host.put("/2", page())
    put_feed(host, {other: date})
    service.change("feeds", {"due_at": service.now()})
    service.ask("UPDATE hosts SET poll_due_at = :now RETURNING id", now=service.now())
    service.work()
    (feed,) = service.read("feeds", "discovered", "timed", "waited")
    assert (feed["discovered"], feed["timed"], feed["waited"]) == (2, 0, 0.0)


@pytest.mark.parametrize(
    ("date", "precision"),
    [(f"{DAY}", "day"), (f"{DAY} 14:35:00", "day"), (PRINTED.isoformat(), "instant")],
    ids=["a day", "a clock", "an instant"],
)
def test_an_entry_shows_how_much_of_its_date_is_known(
    service: Service, site: Site, date: str, precision: str
) -> None:
    stored(service, site.host(), date, format="atom")
    (entry,) = service.read("entries", "published_precision", "updated_precision")
    assert (entry["published_precision"], entry["updated_precision"]) == (precision, precision)
