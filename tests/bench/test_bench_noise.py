"""The replay of noisy feeds: noise costs no page, and no edit is missed."""

from tests.bench.bench_noise import KINDS, measure


def test_noise_in_feeds_fetches_no_page_and_hides_no_edit() -> None:
    found = measure(feeds=len(KINDS) * 2, polls=12)
    assert {name: after.noise for name, (_, after) in found.items()} == dict.fromkeys(found, 0)
    assert all(after.found == after.edits for _, after in found.values())
    assert sum(before.noise for before, _ in found.values()) > 100
