"""Log lines: JSON for machines, aligned text for a terminal, the same renderer for the lines of libraries."""

import io
import json
import logging as stdlib
import re
from collections.abc import Iterator

import pytest
import structlog

from worker.monitor.logging import configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Restore logging, which is configured for the whole process."""
    root = stdlib.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def written(form: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    configure(form=form, level=level, stream=stream)
    return stream


def test_json_lines_are_objects_with_level_time_and_fields() -> None:
    stream = written("json")
    structlog.get_logger("wiredesk").info("feed polled", feed_id=7)

    line = json.loads(stream.getvalue())

    assert (line["event"], line["feed_id"], line["level"]) == ("feed polled", 7, "info")
    assert line["timestamp"].endswith("Z")


def test_values_bound_by_a_task_are_on_all_its_lines() -> None:
    stream = written("json")
    with structlog.contextvars.bound_contextvars(task_id="t-1"):
        structlog.get_logger("wiredesk").info("inside")
    structlog.get_logger("wiredesk").info("outside")

    inside, outside = (json.loads(line) for line in stream.getvalue().splitlines())

    assert inside["task_id"] == "t-1"
    assert "task_id" not in outside


def test_lines_of_libraries_pass_through_the_same_renderer() -> None:
    stream = written("json")
    stdlib.getLogger("some.library").warning("no %s", "luck")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"]) == ("no luck", "warning")


def test_a_traceback_is_one_field_of_one_line() -> None:
    stream = written("json")
    try:
        raise ValueError("poison")
    except ValueError:
        structlog.get_logger("wiredesk").exception("extraction failed")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: poison" in json.loads(line)["exception"]


def test_console_lines_have_no_colours_without_a_terminal() -> None:
    stream = written("console")
    structlog.get_logger("wiredesk").info("feed polled", feed_id=7)
    assert "feed polled" in stream.getvalue()
    assert "feed_id=7" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


EVIL = "Storm\x1b[2J\x1b]8;;https://evil.example\x07here\x1b]52;c;eA==\x9b31m\u202e\nfeed polled feed_id=8"


@pytest.mark.parametrize("form", ["console", "json"])
def test_foreign_text_neither_controls_the_terminal_nor_adds_a_line(form: str) -> None:
    stream = written(form)
    structlog.get_logger("wiredesk").warning("refused", title=EVIL, several=[EVIL])
    stdlib.getLogger("some.library").warning("cannot read %s", EVIL)
    assert len(stream.getvalue().splitlines()) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", stream.getvalue())


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_shows_what_failed_and_no_values(form: str) -> None:
    stream = written(form)
    password = "-".join(("kept", "secret"))
    try:
        raise ValueError(EVIL, len(password))
    except ValueError:
        structlog.get_logger("wiredesk").exception("extraction failed")
    assert "ValueError" in stream.getvalue()
    assert "test_logging.py" in stream.getvalue()
    assert "kept-secret" not in stream.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", stream.getvalue())


def test_auto_means_json_without_a_terminal() -> None:
    stream = written("auto")
    structlog.get_logger("wiredesk").info("started")
    assert json.loads(stream.getvalue())["event"] == "started"


def test_lines_below_the_level_are_not_written() -> None:
    stream = written("json", level="warning")
    structlog.get_logger("wiredesk").info("quiet")
    assert stream.getvalue() == ""


def test_configuring_logging_twice_does_not_duplicate_lines() -> None:
    written("json")
    stream = written("json")
    structlog.get_logger("wiredesk").info("once")
    assert len(stream.getvalue().splitlines()) == 1
