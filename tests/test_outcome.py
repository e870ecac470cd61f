"""Refusals: a stable slug, words for a person, and who can fix it."""

import re
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import pytest

from worker import outcome
from worker.monitor import events
from worker.monitor.events import Event
from worker.outcome import Owner, Reason

CHECKOUT = Path(__file__).parents[1]
OUTCOMES = [kind for name, kind in vars(outcome).items() if name.endswith("Outcome")]


def outcomes_by_stage() -> dict[str, set[type[StrEnum]]]:
    """The enums of the events of each stage; events without one are left out."""
    stages = defaultdict(set)
    for event in vars(events).values():
        if not isinstance(event, type) or not issubclass(event, Event) or event is Event:
            continue
        if (kind := get_type_hints(event)["outcome"]) is not str:
            stages[event.stage].add(kind)
    return stages


def test_a_reason_is_its_slug() -> None:
    assert Reason.TOO_SLOW == "too-slow"
    assert f"{Reason.TOO_SLOW}" == "too-slow"
    assert Reason.of("too-slow") is Reason.TOO_SLOW


def test_an_unknown_slug_is_an_error() -> None:
    with pytest.raises(KeyError):
        Reason.of("no-such-reason")


def test_slugs_are_unique_lower_case_and_the_names_of_their_members() -> None:
    # An Enum would take a second member of the same slug for another name of the first.
    assert len(Reason.__members__) == len(set(Reason))
    for name, reason in Reason.__members__.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", reason)
        assert reason == name.lower().replace("_", "-")


def test_every_reason_has_words_and_an_owner() -> None:
    assert len({reason.words for reason in Reason}) == len(Reason)
    for reason in Reason:
        assert reason.owner in Owner
        assert len(reason.words.split()) >= 3
        assert not reason.words.endswith(".")


def test_every_owner_has_a_reason() -> None:
    assert {reason.owner for reason in Reason} == set(Owner)


def test_every_outcome_is_the_outcome_of_an_event() -> None:
    assert set().union(*outcomes_by_stage().values()) == set(OUTCOMES)


@pytest.mark.parametrize("kind", OUTCOMES, ids=lambda kind: str(kind.__name__))
def test_every_outcome_is_produced_somewhere(kind: type[StrEnum]) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "worker").rglob("*.py")]
    unused = [one for one in kind if not any(f"{kind.__name__}.{one.name}" in source for source in sources)]
    assert unused == []


def test_the_page_on_operations_lists_the_outcomes_of_each_stage() -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.split("### Outcomes")[1].split("###")[0]
    rows = dict(re.findall(r"^\| `([a-z]+)` \| (.*) \|$", table, re.MULTILINE))
    listed = {stage: set(re.findall(r"`([a-z-]+)`", row)) for stage, row in rows.items()}
    stages = outcomes_by_stage()
    for kind in OUTCOMES:
        of_kind = [stage for stage, kinds in stages.items() if kind in kinds]
        others = {str(one) for stage in of_kind for other in stages[stage] - {kind} for one in other}
        assert {str(one) for one in kind} == set().union(*(listed[stage] for stage in of_kind)) - others
