"""Conditional requests (RFC 9110, section 13): 304 for a reader that has this version of a document."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from starlette.responses import Response

SETTLED = timedelta(minutes=3)
"""How old a date must be to be sent as Last-Modified: nothing with an earlier date can still appear then. A
batch is dated when its work begins, and its transaction ends within `extract_hard_seconds`."""


def respond(
    headers: Mapping[str, str], body: bytes, *, media_type: str, modified: datetime | None, now: datetime
) -> Response:
    """Return the document, or 304 if the headers of the request say that the reader has it.

    `ETag` is weak, since the body may be compressed on its way.
    """
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    own = {"ETag": tag}
    if modified and now - modified >= SETTLED:
        own["Last-Modified"] = format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _is_known(headers, own):
        return Response(status_code=304, headers=own)
    return Response(body, media_type=media_type, headers=own)


def _is_known(headers: Mapping[str, str], own: Mapping[str, str]) -> bool:
    if (tags := headers.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or own["ETag"].removeprefix("W/") in known
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
        return parsedate_to_datetime(own.get("Last-Modified", "")) <= since
    except (ValueError, TypeError):
        return False
