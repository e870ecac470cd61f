"""Tokens that continue a list at a place: opaque to readers, and bound to the query that they came with.

A token is not secret and not signed: it holds a place in a list that its reader may read anyway. It is
checked like any input.
"""

import base64
import binascii
from hashlib import blake2b
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request
from pydantic import TypeAdapter, ValidationError

from worker.web.api.params import LARGEST_ID

DIGEST_BYTES = 6
"""Enough that a token is not taken for that of another query by accident."""

SHOWN_OTHERWISE = ("page", "limit", "fields", "text")
"""Parameters that may change from page to page: the articles and their order do not depend on them."""

Token = Annotated[
    str | None,
    Query(
        max_length=200,
        description="`next` of the previous answer to the same query; left out: the first page",
    ),
]

_PLACE = TypeAdapter(list[int])


class Page:
    """The place at which a list goes on: the sort key of the last item before it; empty at the beginning."""

    def __init__(self, request: Request, page: Token = None) -> None:
        pairs = sorted((name, value) for name, value in request.query_params.multi_items())
        kept = [f"{name}={value}" for name, value in pairs if name not in SHOWN_OTHERWISE]
        query = "\0".join([request.url.path, *kept]).encode()
        self._digest = blake2b(query, digest_size=DIGEST_BYTES).digest()
        self.place = () if page is None else self._read(page)

    def token(self, *place: int) -> str:
        """Return the token that continues this query after `place`."""
        return base64.urlsafe_b64encode(self._digest + _PLACE.dump_json(list(place))).decode().rstrip("=")

    def _read(self, token: str) -> tuple[int, ...]:
        try:
            found = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            digest, place = found[:DIGEST_BYTES], _PLACE.validate_json(found[DIGEST_BYTES:])
        except (binascii.Error, ValueError, ValidationError):
            digest, place = b"", []
        if digest != self._digest or not all(0 <= one <= LARGEST_ID for one in place):
            raise HTTPException(422, "page: not a token of this query; leave it out to begin again")
        return tuple(place)


Paging = Annotated[Page, Depends()]
