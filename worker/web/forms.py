"""Reading small forms: `application/x-www-form-urlencoded`, bounded in bytes and fields."""

from urllib.parse import parse_qsl

from fastapi import HTTPException
from starlette.requests import Request

MOST_BYTES = 64 * 1024
"""A form of a login has a few hundred bytes; a guess that leaves room."""

MOST_FIELDS = 100
"""A guess; the largest form here has five."""


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of the request's form, of each name the last. Raises `HTTPException` (413, 422)."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a form has at most {MOST_BYTES} bytes")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(422, "the form cannot be read") from None
