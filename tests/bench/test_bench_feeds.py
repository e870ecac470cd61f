"""The feed benchmark runs, and what it promises holds with a wide margin for a busy machine."""

from tests.bench.bench_feeds import FIELDS, agreement, costs, sample
from tests.feeds.documents import URL
from worker.feeds import cut


def test_one_new_entry_costs_a_fraction_of_the_whole_feed() -> None:
    spent = {cost.name: cost.milliseconds for cost in costs(sample(), rounds=2)}
    assert spent["one new entry, the rest cut"] < spent["plain feedparser"] / 4
    assert spent["unchanged body, by its hash"] < 2


def test_the_sample_is_of_the_size_it_says() -> None:
    body = sample(kib=165, entries=30)
    assert 155 < len(body) / 1024 < 175
    assert len(cut(body, frozenset()).hashes) == 30


def test_the_two_parsers_agree_on_an_ordinary_feed() -> None:
    same, either = agreement(iter([(sample(kib=20, entries=5), URL)]))
    assert set(either) == {"entries", *FIELDS} - {"updated"}
    assert same == either
