"""What is wrong with a sink, in words, with the command that helps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.model import SinkMode
from worker.services.sinks.decide import IN_A_ROW, RESET_REFUSED

LATE = timedelta(minutes=15)
"""Lag from which on a sink that works is reported as late; as in the alert `WiredeskSinkBehind`."""


@dataclass(frozen=True, slots=True)
class SinkTrouble:
    """What is wrong, and the command that helps; `urgent`: nothing goes on without the operator."""

    words: str
    mend: str
    urgent: bool = False


def is_stopped(sink: Mapping[str, Any]) -> bool:
    """Return whether a sink of `sinks.listing` gets nothing any more, and not by the operator's wish."""
    if sink["mode"] == SinkMode.ACTIVE:
        return _refuses_reset(sink)
    return sink["mode"] == SinkMode.DEAD or bool(sink["reason"])


def _refuses_reset(sink: Mapping[str, Any]) -> bool:
    """Return whether the sink waits at a reset that its receiver refuses again and again."""
    return bool(sink["reason"] == RESET_REFUSED and sink["errors"] >= IN_A_ROW)


def trouble_with(sink: Mapping[str, Any], *, now: datetime) -> SinkTrouble | None:
    """Return what is wrong with a sink of `sinks.listing`; None if nothing is, or it is paused."""
    name, why = sink["name"], sink["detail"] or sink["reason"]
    resume = f"wiredesk sinks test {name} && wiredesk sinks resume {name}"
    if sink["mode"] == SinkMode.DEAD:
        return SinkTrouble(f"{name} has taken nothing for three days: {why}", resume, urgent=True)
    if sink["mode"] == SinkMode.ACTIVE and is_stopped(sink):
        words = f"{name} gets nothing until its receiver takes a reset of the change log: {why}"
        return SinkTrouble(words, f"wiredesk sinks show {name}", urgent=True)
    if is_stopped(sink):
        return SinkTrouble(f"{name} wants no more messages: {why}", resume, urgent=True)
    if sink["mode"] == SinkMode.PAUSED:
        return None
    show = f"wiredesk sinks show {name}"
    if sink["errors"] >= IN_A_ROW:
        return SinkTrouble(f"{name} takes nothing for now, {sink['errors']} tries failed: {why}", show)
    if sink["dead_letters"]:
        return SinkTrouble(f"{name} has {sink['dead_letters']} dead letters", show)
    if sink["lag_since"] and now - sink["lag_since"] > LATE:
        minutes = (now - sink["lag_since"]).total_seconds() / 60
        return SinkTrouble(f"{name} is {sink['lag_lines']} lines and {minutes:.0f} minutes behind", show)
    return None
