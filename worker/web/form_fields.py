"""The fields of a form that a page has sent, as `application/x-www-form-urlencoded`."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

MOST_BYTES = 256 * 1024
"""Of a form: 5,000 selected lines of a sink have some 100 kB. A guess, and enough for every page."""

MOST_FIELDS = 10_000
"""Fields of a form, a guess above what a page lists."""


class FormFields:
    """The fields of a form, in their order; a missing one is empty."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def text(self, name: str) -> str:
        """Return the first value of a field without spaces around it; empty if it is missing."""
        return next((value.strip() for field, value in self.pairs if field == name), "")

    def flag(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return bool(self.text(name))

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """Return the number in a field; None if it is empty. Raises `ValueError` with words for the user."""
        value = self.text(name)
        if not value:
            return None
        # The length first: Python refuses to read numbers of thousands of digits.
        if not (value.isascii() and value.isdecimal() and len(value) <= 20 and least <= int(value) <= most):
            raise ValueError(f"{name}: write a number from {least:,} to {most:,}")
        return int(value)

    def numbers(self, name: str) -> list[int]:
        """Return all values of a field that are numbers a database column can hold."""
        values = (value for field, value in self.pairs if field == name)
        return [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) <= 18]


async def _fields(request: Request) -> FormFields:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "send the fields of the form as application/x-www-form-urlencoded")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a form has at most {MOST_BYTES:,} bytes")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(422, "the form cannot be read") from None
    return FormFields(pairs)


Fields = Annotated[FormFields, Depends(_fields)]
