"""Where log lines go: JSON for machines, aligned text for a terminal, both from structlog.

The lines of libraries (celery, alembic, uvicorn) pass through the same renderer. Foreign text can neither add
a log line nor control the terminal. Tracebacks show no values of variables, since some are passwords.
"""

import io
import logging
import sys
from typing import TextIO

import structlog
from structlog.types import EventDict, ExcInfo, Processor, WrappedLogger

from worker.monitor.terminal import clean, clean_lines


def configure(*, form: str, level: str, stream: TextIO | None = None) -> None:
    """Send all logging to `stream`, by default stderr.

    `form` is 'json', 'console' or 'auto' (console on a terminal).
    """
    stream = stream or sys.stderr
    console = form == "console" or (form == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = (
        [
            _clean_strings,
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=_traceback),
        ]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("asyncio", "alembic", "charset_normalizer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # They warn about every unusual page; our own line reports the outcome of a page.
    for foreign in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(foreign).setLevel(logging.CRITICAL)
    # Celery logs "received" and "succeeded" for each message; our own line has the ids and the outcome.
    for chatty in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _clean_strings(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    # Other values than strings are shown by their repr, which escapes.
    return {
        key: (clean_lines if key in ("exception", "stack") else clean)(value)
        if isinstance(value, str)
        else value
        for key, value in line.items()
    }


def _traceback(out: TextIO, error: ExcInfo) -> None:
    text = io.StringIO()
    structlog.dev.plain_traceback(text, error)
    out.write(clean_lines(text.getvalue()))
