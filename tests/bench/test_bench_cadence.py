"""The simulator of cadence counts rightly, and ways are compared at equal requests."""

from random import Random
from xml.etree import ElementTree

import pytest

from tests.bench.bench_cadence import MINIFLUX, OURS, WAYS, compared, ratios, tell_spent
from tests.bench.cadence import peers
from tests.bench.cadence.live import live
from tests.bench.cadence.ours import ours
from tests.bench.cadence.plot import draw
from tests.bench.cadence.replay import Score, score, tuned
from tests.bench.cadence.traces import DAY, Trace, trace
from tests.corpus import CORPUS, needs_corpus

START = 1772409600.0


def made(gap: float, *, days: int = 10, lag: float = 0.0, feed: str = "a") -> Trace:
    """A feed that publishes at random, every `gap` seconds on average."""
    chance = Random(feed)
    times, at = [], START - 5 * gap
    while at < START + days * DAY:
        at += chance.expovariate(1 / gap)
        times.append(int(at))
    record = {"feed": feed, "host": "a.example", "start": START, "end": START + days * DAY, "times": times}
    return trace(record, lag)


def test_a_fixed_interval_finds_entries_half_of_it_late() -> None:
    found = score([made(600)], peers.fixed(1800))
    assert found.mean == pytest.approx(15, rel=0.1)
    assert found.requests == pytest.approx(48, abs=1)
    assert found.missed == 0
    assert found.entries == pytest.approx(8 * 144, rel=0.1)


def test_what_was_pushed_out_of_the_document_is_missed_and_late() -> None:
    found = score([made(60)], peers.fixed(3600))
    assert found.missed == pytest.approx(2 / 3, abs=0.1)
    assert found.mean == pytest.approx(30, rel=0.1)


def test_a_lag_is_part_of_the_delay_and_always_the_same() -> None:
    late = made(600, lag=300.0)
    assert score([late], peers.fixed(1800)).mean == pytest.approx(20, rel=0.1)
    assert late == made(600, lag=300.0)


def test_ways_are_compared_at_equal_requests() -> None:
    traces = [made(300, feed="a"), made(7200, feed="b")]
    _, even = tuned(traces, peers.fixed, 24, 1000)
    _, rooted = tuned(traces, peers.mean_rate_oracle, 24, 1000)
    _, own = tuned(traces, ours, 24, 400, tolerance=0.02)
    assert [found.requests for found in (even, rooted, own)] == pytest.approx([24, 24, 24], rel=0.02)
    assert rooted.mean < even.mean
    assert own.mean < even.mean


def test_others_intervals_are_as_they_describe_them() -> None:
    quiet = made(1e9)
    assert peers.miniflux(1.0)(quiet)(START, []) == START + DAY
    assert peers.miniflux(1.0)(quiet)(START, [START - 5] * 7) == START + DAY
    assert peers.miniflux(0.5)(quiet)(START, [START - 5] * 70) == START + DAY / 20
    assert peers.miniflux(1e-6)(quiet)(START, [START - 5] * 70) == START + 300
    assert peers.commafeed(1.0)(quiet)(START, [START - 3600 * n for n in range(5)]) == START + 1800
    assert peers.commafeed(1.0)(quiet)(START, [START - 8 * DAY]) == START + DAY / 4
    assert peers.commafeed(1.0)(quiet)(START, []) == START + DAY
    assert START < peers.hour_of_week_oracle(900)(made(600))(START, []) < START + 3600


def test_the_controller_spends_the_budget() -> None:
    spent = live([made(1800, days=56, feed=name) for name in "abc"], 12)
    assert len(spent.weeks) == 8
    assert spent.worst < 0.06
    lines: list[str] = []
    tell_spent([spent], lines.append)
    assert lines[0].startswith("  budget     36 a day")


def test_the_table_and_the_drawing_show_every_way() -> None:
    said: list[str] = []
    ways = [way for way in WAYS if way.name in (MINIFLUX, OURS)]
    table = {24: compared([made(900)], 24, ways, said.append)}
    ratios(table[24], said.append)
    assert f"{MINIFLUX} 0" in said[-1] or f"{MINIFLUX} 1" in said[-1]
    drawing = draw(table | {48: {name: Score(1, 2, 0, 48, 1, 10) for name in table[24]}})
    shown = "".join(ElementTree.fromstring(drawing).itertext())
    assert all(name in shown for name in table[24])


@needs_corpus
def test_on_real_feeds_we_are_ahead_of_others_at_equal_requests() -> None:
    from tests.bench.cadence.traces import read

    assert CORPUS is not None
    traces = [trace(record) for record in read(CORPUS / "traces" / "traces.jsonl.gz")[5::20]]
    _, theirs = tuned(traces, peers.miniflux, 24, 0.7)
    _, own = tuned(traces, ours, 24, 400, tolerance=0.02, tries=4)
    assert own.mean < 0.75 * theirs.mean
    assert own.missed < 0.0025
