"""Last-Modified of documents, and 304 for a reader that names it (RFC 9110, section 13.1.3).

Tags (`worker.web.etags`) are more exact, and go first; some feed readers know only dates.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from starlette.responses import Response

SETTLED = timedelta(minutes=3)
"""How old a date must be to be sent: nothing with an earlier date can still appear then. A batch is dated
when its work begins, and its transaction ends within `extract_hard_seconds`."""


def dated(
    headers: Mapping[str, str], body: bytes, *, media_type: str, modified: datetime | None, now: datetime
) -> Response:
    """Return the document with its date, or 304 if the headers of the request name that date and no tag."""
    if modified is None or now - modified < SETTLED:
        return Response(body, media_type=media_type)
    modified = modified.astimezone(UTC).replace(microsecond=0)
    own = {"Last-Modified": format_datetime(modified, usegmt=True)}
    if "if-none-match" not in headers and _is_known(headers.get("if-modified-since", ""), modified):
        return Response(status_code=304, headers=own)
    return Response(body, media_type=media_type, headers=own)


def _is_known(since: str, modified: datetime) -> bool:
    try:
        known = parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
    return modified <= known.replace(tzinfo=known.tzinfo or UTC)
