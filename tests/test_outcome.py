"""Refusals: a stable slug, words for a person, and whose it is to mend."""

import re

import pytest

from worker.outcome import Owner, Reason


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


def test_every_reason_says_in_words_what_and_whose() -> None:
    assert len({reason.words for reason in Reason}) == len(Reason)
    for reason in Reason:
        assert reason.owner in Owner
        assert len(reason.words.split()) >= 3
        assert not reason.words.endswith(".")


def test_every_owner_has_something_to_mend() -> None:
    assert {reason.owner for reason in Reason} == set(Owner)
