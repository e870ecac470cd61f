"""Signals stop a command once."""

import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from worker.cli.terminal.interrupts import one_interrupt


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The handlers of the test process stay its own."""
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    assert {s: signal.getsignal(s) for s in before} == before


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_interrupts_and_later_ones_do_not_disturb_the_cleanup(
    first: signal.Signals,
) -> None:
    steps = []
    with one_interrupt(), suppress(KeyboardInterrupt):
        try:
            signal.raise_signal(first)
            steps.append("went on")
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            steps.append("stopped")
    assert steps == ["stopped"]


def test_sighup_stays_ignored_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with one_interrupt():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
