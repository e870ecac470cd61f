"""`feeds backfill` and `feeds gaps`."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.terminal import command, environment, wiredesk
from tests.services import archives
from tests.site import Site, faults
from tests.waiting import wait_until
from worker.model import GapFill
from worker.store import Store, feeds, gaps, walks

pytestmark = pytest.mark.usefixtures("loopback")


def subscribed(site: Site, entries: int = 23) -> str:
    url = archives.wordpress(site.host(), entries)
    assert wiredesk("feeds", "add", url).code == 0
    return url


def test_backfill_reads_the_archive_to_its_end_and_reports_it(store: Store, site: Site) -> None:
    url = subscribed(site)
    said = wiredesk("feeds", "backfill", url)
    assert said.code == 0
    assert "6 pages requested" in said.out
    assert "23 new entries, 0 known before" in said.out
    assert "there are no older entries" in said.out
    assert wiredesk("feeds", "show", url, "--json").json["identity"]["holds"]


def test_backfill_stops_after_the_given_pages_and_the_next_call_continues(store: Store, site: Site) -> None:
    url = subscribed(site)
    first = wiredesk("feeds", "backfill", url, "--pages", "2")
    assert (first.code, "reads on" in first.out) == (0, True)
    done = wiredesk("feeds", "backfill", url, "--json").json
    assert (done["state"], done["found"], done["pages"]) == ("done", 23, 6)


def test_backfill_goes_back_to_the_given_date_only(store: Store, site: Site) -> None:
    url = subscribed(site)
    since = archives.minute(16).isoformat()
    assert wiredesk("feeds", "backfill", url, "--since", since, "--json").json["found"] == 8
    bad = wiredesk("feeds", "backfill", url, "--since", "yesterday")
    assert (bad.code, bad.err.count("\n")) == (2, 1)
    assert "2026-01-31" in bad.err


def test_backfill_of_a_feed_without_an_archive_has_exit_code_1(store: Store, site: Site) -> None:
    url = site.host().feed("/feed.xml", articles=2).url
    wiredesk("feeds", "add", url)
    said = wiredesk("feeds", "backfill", url)
    assert said.code == 1
    assert "names no older entries" in said.out
    assert wiredesk("feeds", "backfill", "https://unknown.example/").code == 2


def test_backfill_reports_a_resting_host_and_does_not_wait_for_it(store: Store, site: Site) -> None:
    url = subscribed(site)
    site.hosts[0].fault("/feed/?paged=2", faults.status(429, retry_after=3600))
    said = wiredesk("feeds", "backfill", url)
    assert said.code == 1
    assert "the host rests" in said.out
    assert "continues where it stopped" in said.out


def test_ctrl_c_keeps_the_entries_found_and_the_next_call_continues(
    store: Store, database: str, site: Site, home: Path
) -> None:
    url = subscribed(site)
    site.hosts[0].fault_all(faults.slow(0.3))
    settings = {
        "WIREDESK_DATABASE_URL": database,
        "WIREDESK_FETCH_ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "WIREDESK_FETCH_DELAY_SECONDS": "0",
    }
    with subprocess.Popen(
        command("feeds", "backfill", url),
        cwd=home,
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: any("paged=2" in hit.target for hit in site.hits(url)), 20)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted; the same command continues where it stopped" in said
    asked = [hit.target for hit in site.hits(url)]

    site.hosts[0].heal("*")
    again = wiredesk("feeds", "backfill", url)
    assert again.out.startswith("continuing where it stopped")
    assert "23 new entries" in again.out
    targets = [hit.target for hit in site.hits(url)]
    assert targets[len(asked)] not in asked


def test_gaps_are_listed_with_the_number_of_entries_found(store: Store, site: Site) -> None:
    url = subscribed(site)
    with store.begin() as db:
        feed_id = feeds.find(db, url)
        assert feed_id is not None
        now = archives.minute(1)
        number = gaps.record(db, feed_id, noticed_at=now, since=now, before="Last seen", after="Next")
        walks.of_gap(db, number, GapFill.PARTLY, found=7, reason="archive-end")
    said = wiredesk("feeds", "gaps")
    assert "partly: 7" in said.out
    assert "archive-end" in said.out
    assert wiredesk("feeds", "gaps", "--json").json[0]["found"] == 7
