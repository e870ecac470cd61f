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
    """Logging is set up for the whole process: put it back."""
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


def test_json_is_one_object_a_line_with_level_time_and_fields() -> None:
    stream = written("json")
    structlog.get_logger("wiredesk").info("feed polled", feed_id=7)

    line = json.loads(stream.getvalue())

    assert (line["event"], line["feed_id"], line["level"]) == ("feed polled", 7, "info")
    assert line["timestamp"].endswith("Z")


def test_what_a_task_bound_is_on_every_line_inside_it() -> None:
    stream = written("json")
    with structlog.contextvars.bound_contextvars(task_id="t-1"):
        structlog.get_logger("wiredesk").info("inside")
    structlog.get_logger("wiredesk").info("outside")

    inside, outside = (json.loads(line) for line in stream.getvalue().splitlines())

    assert inside["task_id"] == "t-1"
    assert "task_id" not in outside


def test_libraries_lines_pass_the_same_renderer() -> None:
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


def test_the_console_is_for_people_and_without_colours_where_there_is_no_terminal() -> None:
    stream = written("console")
    structlog.get_logger("wiredesk").info("feed polled", feed_id=7)
    assert "feed polled" in stream.getvalue()
    assert "feed_id=7" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


EVIL = "Storm\x1b[2J\x1b]8;;https://evil.example\x07here\x1b]52;c;eA==\x9b31m\u202e\nfeed polled feed_id=8"


@pytest.mark.parametrize("form", ["console", "json"])
def test_what_strangers_wrote_neither_drives_the_terminal_nor_makes_a_line(form: str) -> None:
    stream = written(form)
    structlog.get_logger("wiredesk").warning("refused", title=EVIL, several=[EVIL])
    stdlib.getLogger("some.library").warning("cannot read %s", EVIL)
    assert len(stream.getvalue().splitlines()) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", stream.getvalue())


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_tells_what_failed_and_no_values(form: str) -> None:
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


def test_auto_is_json_where_there_is_no_terminal() -> None:
    stream = written("auto")
    structlog.get_logger("wiredesk").info("started")
    assert json.loads(stream.getvalue())["event"] == "started"


def test_lines_below_the_level_are_not_written() -> None:
    stream = written("json", level="warning")
    structlog.get_logger("wiredesk").info("quiet")
    assert stream.getvalue() == ""


def test_configuring_twice_does_not_write_twice() -> None:
    written("json")
    stream = written("json")
    structlog.get_logger("wiredesk").info("once")
    assert len(stream.getvalue().splitlines()) == 1
